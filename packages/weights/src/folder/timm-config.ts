import type { AnyNode, Assembler, Assembly, ResolvedConfig } from '@senet/core/graph';
import {
  BLOCK_ATTENTIONS,
  INPUT_FIELDS,
  MODEL_ARGS,
  optionsAsArgs,
  pick,
  takesBlockArgs,
  timmRecipes,
  writeModelArgs,
} from './timm-args.js';

/** What timm reads from a folder's `config.json` (timm's hub format). */
export interface TimmConfig {
  readonly architecture: string;
  readonly num_classes: number;
  readonly num_features: number;
  readonly global_pool: string;
  readonly model_args?: Readonly<Record<string, unknown>>;
  readonly pretrained_cfg: Readonly<Record<string, unknown>>;
}

/**
 * What timm needs to open a saved network, or `undefined` where no timm model is the same network: the architecture is
 * that of a recipe with the same trunk and attachments, or of a ResNet recipe with one of timm's attention layers.
 */
export function timmConfig(assembler: Assembler, assembly: Assembly): TimmConfig | undefined {
  const { config, graph } = assembly;
  const { head, input } = config;
  if (head.type !== 'classifier' || head.activation !== 'linear') return undefined;
  const found = findArchitecture(assembler, assembly);
  if (!found) return undefined;
  const [height, width, channels] = input.shape;
  const model_args: Record<string, unknown> = {
    ...found.args,
    ...writeModelArgs(assembler, config, found.architecture),
  };
  const classifier = graph.nodes.findLast(({ op }) => op === 'dense')!;
  const pooled = graph.nodes.find(({ name }) => name === 'global_pool')!;
  return {
    architecture: found.architecture,
    num_classes: head.classes,
    num_features: pooled.shape.at(-1)!,
    global_pool: String(model_args.global_pool ?? MODEL_ARGS.global_pool!.absent),
    ...(Object.keys(model_args).length > 0 && { model_args }),
    pretrained_cfg: {
      num_classes: head.classes,
      input_size: [channels, height ?? 224, width ?? 224],
      ...imageFields(input),
      classifier: classifier.name,
    },
  };
}

function imageFields(input: ResolvedConfig['input']): Record<string, unknown> {
  const fields = Object.entries(INPUT_FIELDS).map(([timms, ours]) => [timms, input[ours]]);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

function findArchitecture(assembler: Assembler, assembly: Assembly) {
  const trunks = timmRecipes(assembler).filter((name) =>
    sameTrunk(assembler, assembly.config, assembler.resolve(name)),
  );
  const candidates = [
    ...trunks.map((architecture) => ({ architecture, args: {}, attach: undefined })),
    ...trunks.flatMap((architecture) =>
      blockAttentions(assembler, architecture).map((type) => withAttention(architecture, type)),
    ),
  ];
  return candidates.find((candidate) => sameNetwork(assembler, assembly, candidate));
}

function withAttention(architecture: string, type: string) {
  return { architecture, args: { block_args: { attn_layer: type } }, attach: [{ type }] };
}

type Trunk = Pick<ResolvedConfig, 'backbone'>;

function sameTrunk(assembler: Assembler, ours: Trunk, timms: Trunk): boolean {
  const [a, b] = [ours, timms].map((config) => ({
    spec: assembler.registries.backbones.get(config.backbone.type).spec,
    options: JSON.stringify(architectural(assembler, config)),
  }));
  return a!.spec === b!.spec && a!.options === b!.options;
}

/** The options that make the architecture, in order. */
function architectural(assembler: Assembler, config: Trunk): [string, unknown][] {
  const args = optionsAsArgs(assembler, config);
  const options = Object.entries(config.backbone.options).filter(([key]) => !args.includes(key));
  return options.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** timm takes `block_args` for its own ResNets, and those without attention are the ones to give it to. */
function blockAttentions(assembler: Assembler, recipe: string): readonly string[] {
  const resolved = assembler.resolve(recipe);
  return resolved.attach.length === 0 && takesBlockArgs(assembler, resolved) ? BLOCK_ATTENTIONS : [];
}

/** Node by node: names, ops, attributes and inputs, at an open size that fits every network. */
function sameNetwork(
  assembler: Assembler,
  assembly: Assembly,
  { architecture, attach }: { architecture: string; attach?: unknown[] },
): boolean {
  const { config } = assembly;
  const inputShape = [null, null, config.input.shape[2]] as const;
  const backbone = pick(config.backbone.options, optionsAsArgs(assembler, config));
  const candidate = { extends: architecture, head: config.head, backbone, attach };
  const ours = assembler.assemble(assembly.toJSON(), { inputShape }).graph;
  const timms = assembler.assemble(candidate, { inputShape }).graph;
  if (timms.nodes.length !== ours.nodes.length) return false;
  return timms.nodes.every((node, i) => describe(node) === describe(ours.nodes[i]!));
}

function describe({ name, op, attributes, inputs }: AnyNode): string {
  return JSON.stringify([name, op, attributes, inputs]);
}
