import type { Assembler, ResolvedConfig } from '@senet/core/graph';

/** Where one of timm's model arguments stands in a config. */
interface ModelArgument {
  readonly part: 'input' | 'head' | 'backbone';
  readonly option: string;
  /** What timm does without it, in the config's words, where an architecture has no default of its own. */
  readonly absent?: unknown;
  /** timm's word → the config's, where they are not the same. */
  readonly values?: Readonly<Record<string, string>>;
}

/** timm's `model_args` that a config can say, for both directions: {@link writeModelArgs}, and `configFromTimm`. */
export const MODEL_ARGS: Readonly<Record<string, ModelArgument>> = {
  in_chans: { part: 'input', option: 'channels', absent: 3 },
  num_classes: { part: 'head', option: 'classes' },
  global_pool: {
    part: 'head',
    option: 'pool',
    absent: 'avg',
    values: { avg: 'avg', max: 'max', avgmax: 'avg+max' },
  },
  drop_rate: { part: 'head', option: 'dropout', absent: 0 },
  drop_path_rate: { part: 'backbone', option: 'dropPath', absent: 0 },
  drop_block_rate: { part: 'backbone', option: 'dropBlock', absent: 0 },
  output_stride: { part: 'backbone', option: 'outputStride', absent: 32 },
  zero_init_last: { part: 'backbone', option: 'zeroInitLast', absent: true },
};

/** Values of `block_args.attn_layer`: attentions of the same type, whose defaults are the same in timm. */
export const BLOCK_ATTENTIONS = ['se', 'eca', 'cbam'] as const;

/** What `pretrained_cfg` says of images, and an `input` too. */
export const INPUT_FIELDS = {
  mean: 'mean',
  std: 'std',
  interpolation: 'interpolation',
  crop_pct: 'cropPct',
  crop_mode: 'cropMode',
} as const;

type Trunk = Pick<ResolvedConfig, 'backbone'>;

/** timm's resnet.py takes `block_args`; what it calls legacy, and its other families, do not. */
export function takesBlockArgs({ registries }: Assembler, { backbone }: Trunk): boolean {
  const { family, style } = registries.backbones.get(backbone.type).spec(backbone.options as never, registries);
  return family === 'resnet' && style === 'timm';
}

/** The options of a backbone that timm has as arguments, so that they make no other architecture. */
export function optionsAsArgs({ registries }: Assembler, { backbone }: Trunk): string[] {
  const { style = 'timm' } = backbone.options;
  if (style !== 'timm') return [];
  const { shape } = registries.backbones.get(backbone.type).options;
  const options = Object.values(MODEL_ARGS).flatMap(({ part, option }) => (part === 'backbone' ? [option] : []));
  return options.filter((option) => Object.hasOwn(shape, option));
}

/** The arguments with which timm makes the network of a config from an architecture; its defaults are left out. */
export function writeModelArgs(
  assembler: Assembler,
  config: ResolvedConfig,
  architecture: string,
): Record<string, unknown> {
  const ours = partsOf(assembler, config);
  const defaults = partsOf(assembler, assembler.resolve(architecture));
  const written = Object.entries(MODEL_ARGS).flatMap(([name, { part, option, absent, values }]) => {
    const value = ours[part][option] ?? absent;
    if (name === 'num_classes' || value === (defaults[part][option] ?? absent)) return [];
    return [[name, values ? Object.keys(values).find((word) => values[word] === value) : value] as const];
  });
  return Object.fromEntries(written);
}

type Parts = Readonly<Record<ModelArgument['part'], Readonly<Record<string, unknown>>>>;

function partsOf(assembler: Assembler, config: ResolvedConfig): Parts {
  return {
    input: { channels: config.input.shape[2] },
    head: { ...config.head },
    backbone: pick(config.backbone.options, optionsAsArgs(assembler, config)),
  };
}

/** Names of timm recipes, of which an architecture is one. */
export function timmRecipes({ registries }: Assembler): string[] {
  return registries.recipes.all().flatMap(({ name, timm }) => (timm ? [name] : []));
}

/** The given keys of an object, those that it has. */
export function pick(object: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key, value]) => keys.includes(key) && value !== undefined));
}
