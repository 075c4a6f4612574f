import * as z from 'zod';

/** The version of the config format that this library writes; older ones migrate when they are read. */
export const CONFIG_FORMAT = 1;

export const INTERPOLATIONS = ['nearest', 'bilinear', 'bicubic'] as const;
export const CROP_MODES = ['center', 'squash', 'border'] as const;

const size = z.int().min(1).max(16384);
const name = z.string().min(1).max(128);

export const inputSchema = z
  .strictObject({
    shape: z
      .tuple([size.nullable(), size.nullable(), z.int().min(1).max(4096)])
      .describe('[height, width, channels]; null height and width are left open'),
    mean: z.array(z.number()).min(1).optional().describe('subtracted from the pixels of images (0 to 1), by channel'),
    std: z.array(z.number().positive()).min(1).optional().describe('divides the pixels of images after the mean'),
    channelOrder: z.enum(['rgb', 'bgr']).optional().describe('of the pixels of images; rgb by default'),
    interpolation: z
      .enum(INTERPOLATIONS)
      .optional()
      .describe("how images are resized, as Pillow's filters of these names do it; bicubic by default"),
    cropPct: z
      .number()
      .positive()
      .max(1)
      .optional()
      .describe("the share of a resized image's side that the centre crop keeps (timm's crop_pct); 0.875 by default"),
    cropMode: z
      .enum(CROP_MODES)
      .optional()
      .describe(
        "timm's crop_mode: center resizes the shorter side and crops, squash resizes both sides, border resizes the longer side and fills up; center by default",
      ),
  })
  .describe('what the model is given');

export const whereSchema = z
  .strictObject({
    stages: z
      .union([z.literal('all'), z.array(z.union([z.int().min(1), name])).min(1)])
      .default('all')
      .describe('stages by number, counted from 1, or by name'),
    blocks: z
      .union([z.enum(['all', 'first', 'last']), z.array(z.int().min(0)).min(1)])
      .default('all')
      .describe('units of a stage: all, first, last, or their numbers, counted from 0'),
  })
  .describe('which units get the attachment');

/** What every entry of `attach` may say, beside the attention's own options. */
export const attachmentShape = {
  at: name.optional().describe("the site in the unit; by default the unit's own"),
  where: whereSchema.optional(),
  label: name
    .regex(/^[A-Za-z_][\w.-]*$/, 'a label starts with a letter and has no spaces or slashes')
    .optional()
    .describe("name under which the unit's weights have it; by default the family's: se, se_module"),
  init: z
    .enum(['default', 'identity'])
    .optional()
    .describe('identity: passes its input through unchanged at the start'),
};

export const overrideSchema = z.looseObject({ where: whereSchema }).describe('other options for some of the units');

export const attachmentSchema = z.looseObject({
  type: z.string().describe('the attention'),
  ...attachmentShape,
  overrides: z.array(overrideSchema).optional(),
});

export const headSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('classifier'),
    classes: z.int().min(1).max(1_000_000).default(1000),
    pool: z.enum(['avg', 'max', 'avg+max']).default('avg').describe('avg+max is half of each'),
    dropout: z.number().min(0).lt(1).optional().describe('before the classifier, while training'),
    activation: z.enum(['linear', 'softmax', 'sigmoid']).optional(),
  }),
  z.strictObject({
    type: z.literal('features'),
    taps: z
      .array(z.union([z.int().min(0), name]))
      .min(1)
      .describe("numbers (0 is the stem's) or nodes' names"),
  }),
]);

export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  format: z.literal(CONFIG_FORMAT).optional(),
  name: name.optional(),
  input: inputSchema.optional(),
  backbone: z.looseObject({ type: z.string() }),
  attach: z.array(attachmentSchema).optional(),
  replace: z.record(z.string(), z.looseObject({ type: z.string().optional() })).optional(),
  head: headSchema.optional(),
});

export type InputConfig = z.output<typeof inputSchema>;
export type WhereConfig = z.output<typeof whereSchema>;
export type HeadConfig = z.output<typeof headSchema>;
/** An envelope whose backbone and attentions are not checked yet. */
export type EnvelopeConfig = z.output<typeof configSchema>;

export interface ResolvedOverride {
  readonly where: WhereConfig;
  readonly options: Readonly<Record<string, unknown>>;
}

/** One entry of `attach`, its options complete. */
export interface ResolvedAttachment {
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly at?: string;
  readonly where: WhereConfig;
  readonly label?: string;
  readonly init: 'default' | 'identity';
  readonly overrides: readonly ResolvedOverride[];
}

/** A config with everything it extends and replaces worked in, and every default stated. */
export interface ResolvedConfig {
  readonly name: string;
  readonly input: InputConfig;
  readonly backbone: { readonly type: string; readonly options: Readonly<Record<string, unknown>> };
  readonly attach: readonly ResolvedAttachment[];
  readonly head: HeadConfig;
}

/** The resolved config as people and files have it: JSON that resolves to itself. */
export function toJsonConfig(config: ResolvedConfig): Record<string, unknown> {
  const { name, input, backbone, attach, head } = config;
  return {
    format: CONFIG_FORMAT,
    name,
    input,
    backbone: { type: backbone.type, ...backbone.options },
    attach: attach.map(({ type, options, at, where, label, init, overrides }) => ({
      type,
      ...options,
      ...(at !== undefined && { at }),
      where,
      ...(label !== undefined && { label }),
      ...(init !== 'default' && { init }),
      ...(overrides.length > 0 && { overrides: overrides.map((o) => ({ where: o.where, ...o.options })) }),
    })),
    head,
  };
}
