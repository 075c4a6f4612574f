import type { AnyNode, Assembler, Assembly, ResolvedConfig } from '@senet/core/graph';

/** What timm reads from a folder's `config.json` (timm's hub format). */
export interface TimmConfig {
  readonly architecture: string;
  readonly num_classes: number;
  readonly num_features: number;
  readonly global_pool: string;
  readonly model_args?: Readonly<Record<string, unknown>>;
  readonly pretrained_cfg: Readonly<Record<string, unknown>>;
}

const POOLS = { avg: 'avg', max: 'max', 'avg+max': 'avgmax' } as const;
/** Attentions that timm's ResNets take as `block_args`; their defaults are the same here. */
const BLOCK_ATTENTIONS = ['se', 'eca', 'cbam'];

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
  const pool = POOLS[head.pool];
  const { mean, std } = input;
  const model_args = {
    ...found.args,
    ...(channels !== 3 && { in_chans: channels }),
    ...(pool !== 'avg' && { global_pool: pool }),
  };
  const classifier = graph.nodes.findLast(({ op }) => op === 'dense')!;
  const features = graph.parameters.get(classifier.parameters.kernel!)!.shape[0]!;
  return {
    architecture: found.architecture,
    num_classes: head.classes,
    num_features: features,
    global_pool: pool,
    ...(Object.keys(model_args).length > 0 && { model_args }),
    pretrained_cfg: {
      num_classes: head.classes,
      input_size: [channels, height ?? 224, width ?? 224],
      ...(mean && std && { mean, std }),
      classifier: classifier.name,
    },
  };
}

function findArchitecture(assembler: Assembler, assembly: Assembly) {
  const names = assembler.registries.recipes.all().flatMap(({ name, timm }) => (timm ? [name] : []));
  const trunks = names.filter((name) => sameTrunk(assembler, assembly.config, assembler.resolve(name)));
  const candidates = [
    ...trunks.map((architecture) => ({ architecture, args: {} })),
    ...trunks.flatMap((architecture) =>
      blockAttentions(assembler, architecture).map((type) => withAttention(architecture, type)),
    ),
  ];
  return candidates.find((candidate) => sameNetwork(assembler, assembly, candidate));
}

function withAttention(architecture: string, type: string) {
  return { architecture, args: { block_args: { attn_layer: type } }, attach: [{ type }] };
}

function sameTrunk(
  { registries }: Assembler,
  { backbone: a }: ResolvedConfig,
  { backbone: b }: ResolvedConfig,
): boolean {
  const sameFamily = registries.backbones.get(a.type).spec === registries.backbones.get(b.type).spec;
  return sameFamily && JSON.stringify(sorted(a.options)) === JSON.stringify(sorted(b.options));
}

function sorted(options: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** timm takes `block_args` for its own ResNets, and those without attention are the ones to give it to. */
function blockAttentions(assembler: Assembler, recipe: string): readonly string[] {
  const { attach, backbone } = assembler.resolve(recipe);
  return attach.length === 0 && backbone.options.style === 'timm' ? BLOCK_ATTENTIONS : [];
}

/** Node by node: names, ops, attributes and inputs, at an open size that fits every network. */
function sameNetwork(
  assembler: Assembler,
  assembly: Assembly,
  { architecture, attach }: { architecture: string; attach?: unknown[] },
): boolean {
  const { input, head } = assembly.config;
  const inputShape = [null, null, input.shape[2]] as const;
  const ours = assembler.assemble(assembly.toJSON(), { inputShape }).graph;
  const timms = assembler.assemble({ extends: architecture, head, ...(attach && { attach }) }, { inputShape }).graph;
  if (timms.nodes.length !== ours.nodes.length) return false;
  return timms.nodes.every((node, i) => describe(node) === describe(ours.nodes[i]!));
}

function describe({ name, op, attributes, inputs }: AnyNode): string {
  return JSON.stringify([name, op, attributes, inputs]);
}
