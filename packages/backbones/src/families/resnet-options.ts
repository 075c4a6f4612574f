import * as z from 'zod';
import { activation, channels, epsilon, kernel, stride } from '../units/options.js';
import { dropPath, outputStride } from './options.js';

export const STEMS = ['plain', 'deep', 'deep-tiered'] as const;
export const STYLES = ['timm', 'caffe', 'keras', 'seed'] as const;
export type ResNetStyle = (typeof STYLES)[number];

/** What the members of the family differ in. */
export interface ResNetDefaults {
  readonly unit?: 'basic' | 'bottleneck';
  readonly depths?: number[];
  readonly cardinality?: number;
  readonly baseWidth?: number;
  readonly reduceFirst?: number;
  readonly downsampleKernel?: 1 | 3;
  readonly stem?: { type: (typeof STEMS)[number]; width: number };
}

/** The family's options; a member is a set of defaults. */
export function resnetOptions({ unit = 'bottleneck', depths = [3, 4, 6, 3], stem, ...defaults }: ResNetDefaults = {}) {
  return z.object({
    style: z
      .enum(STYLES)
      .default('timm')
      .describe(
        'whose semantics: timm, the Caffe networks of the paper (timm: legacy_*), keras.applications, or the seed',
      ),
    unit: z.enum(['basic', 'bottleneck']).default(unit),
    depths: z.array(z.int().min(1).max(512)).min(1).max(16).default(depths).describe('units of each stage'),
    widths: z
      .array(channels)
      .min(1)
      .max(16)
      .optional()
      .describe(
        'channels of each stage; a bottleneck gives out four times as many. By default 64, doubled from stage to stage',
      ),
    strides: z
      .array(stride)
      .min(1)
      .max(16)
      .optional()
      .describe('of the first unit of each stage; by default 1, then 2'),
    cardinality: z
      .int()
      .min(1)
      .max(4096)
      .default(defaults.cardinality ?? 1)
      .describe('groups of the 3×3 convolutions'),
    baseWidth: z
      .int()
      .min(1)
      .max(4096)
      .default(defaults.baseWidth ?? 64)
      .describe('channels of a group at width 64'),
    reduceFirst: z
      .int()
      .min(1)
      .max(64)
      .default(defaults.reduceFirst ?? 1)
      .describe("divides the first convolution's channels"),
    stem: z
      .strictObject({
        type: z
          .enum(STEMS)
          .default(stem?.type ?? 'plain')
          .describe('plain: one convolution; deep: three 3×3'),
        width: channels
          .default(stem?.width ?? 64)
          .describe('plain: its filters; deep: those of the first two, the third has twice as many'),
        kernel: kernel.default(7).describe('plain only'),
        stride: stride.default(2),
        pool: z
          .enum(['max', 'conv', 'none'])
          .default('max')
          .describe('conv: a 3×3 convolution of stride 2 in place of the max-pool'),
      })
      .prefault({}),
    downsample: z.enum(['conv', 'avg']).default('conv').describe('how shortcuts halve the size; avg: ResNet-D'),
    downsampleKernel: z.union([z.literal(1), z.literal(3)]).default(defaults.downsampleKernel ?? 1),
    outputStride,
    dropPath: dropPath.describe('stochastic depth of the last unit, growing linearly from 0'),
    dropBlock: z
      .number()
      .min(0)
      .lt(1)
      .default(0)
      .describe('DropBlock in the third and fourth stage, as timm places it'),
    activation: activation.default('relu'),
    epsilon: epsilon.optional().describe("of batch normalization; by default the style's"),
    zeroInitLast: z
      .boolean()
      .optional()
      .describe("gamma of each branch's last normalization starts at 0; by default the style's"),
  });
}

export type ResNetOptions = z.output<ReturnType<typeof resnetOptions>>;
