import {
  type ActivationName,
  type BackboneSpec,
  type GraphBuilder,
  type Node,
  type StageSpec,
  type UnitSpec,
  unit,
} from '@senet/core/graph';
import * as z from 'zod';
import { convBnAct } from '../units/conv-bn-act.js';
import { convNormAct } from '../units/conv-norm-act.js';
import { invertedResidual } from '../units/inverted-residual.js';
import { epsilon } from '../units/options.js';

/** A unit of a mobile network; without `expanded` it is a depthwise separable convolution. */
export interface Row {
  readonly kernel: number;
  readonly expanded?: number;
  readonly filters: number;
  readonly stride: number;
  readonly activation: ActivationName;
  /** After the projection; none by default. */
  readonly projectionActivation?: ActivationName;
  /** A shortcut where shapes allow it, by default. */
  readonly residual?: boolean;
}

/** What the networks that are made of inverted residuals differ in. */
export interface MobileTable {
  readonly family: string;
  /** Filters of the 3×3 stem of stride 2. */
  readonly stem: number;
  readonly activation: ActivationName;
  readonly stages: readonly (readonly Row[])[];
  /** A 1×1 convolution with normalization: as the last stage (`conv`), or after the stages (`conv_head`, `bn2`); or none. */
  readonly last?: { readonly filters: number; readonly as: 'stage' | 'conv_head' };
  /** Channels of a layer with bias between pooling and classifier, in MobileNetV3. */
  readonly afterPool?: number;
  readonly semantics?: Readonly<Record<string, string>>;
}

/** Options of every mobile family: what TensorFlow's trainings and PyTorch's differ in. */
export const mobileShape = {
  epsilon: epsilon.default(1e-5).describe('of batch normalization: 1e-5 as timm trains, 1e-3 as TensorFlow does'),
  padding: z.enum(['symmetric', 'same']).default('symmetric').describe('at stride 2: as PyTorch or as TensorFlow pads'),
};
type MobileOptions = z.output<z.ZodObject<typeof mobileShape>>;

/** A spec of inverted residuals, with timm's names: `conv_stem`, `bn1`, `blocks.0.0`, `conv_head`, `classifier`. */
export function mobileSpec(table: MobileTable, options: MobileOptions): BackboneSpec {
  const { epsilon, padding } = options;
  const { activation, last, stages, afterPool } = table;
  const built = stages.map((rows, i) => ({
    name: `blocks.${i}`,
    tap: i === stages.length - 1 ? last?.as !== 'stage' : stages[i + 1]![0]!.stride > 1,
    units: rows.map((row, j) => unitOf(`blocks.${i}.${j}`, row, options)),
  }));
  return {
    family: table.family,
    style: padding === 'same' ? 'tensorflow' : 'timm',
    semantics: { padding, epsilon: epsilon.toExponential(), ...table.semantics },
    input: { shape: [224, 224, 3], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    stem(g, x) {
      const names = { conv: 'conv_stem', norm: 'bn1', act: 'act1' };
      const { output } = convNormAct(g, x, {
        filters: table.stem,
        kernel: 3,
        strides: 2,
        padding,
        epsilon,
        activation,
        names,
      });
      return { output, taps: stages[0]![0]!.stride > 1 ? [output] : [] };
    },
    stages:
      last?.as === 'stage' ? [...built, lastStage(`blocks.${stages.length}`, last.filters, table, epsilon)] : built,
    attention: { label: 'se', names: { reduce: 'conv_reduce', expand: 'conv_expand' } },
    head: {
      classifier: 'classifier',
      ...(last?.as === 'conv_head' && { beforePool: (g, x) => headConv(g, x, last.filters, activation, epsilon) }),
      ...(afterPool !== undefined && {
        afterPool: (g, x) =>
          g.activation(g.conv2d(x, { filters: afterPool, kernel: 1, name: 'conv_head' }), activation, { name: 'act2' }),
      }),
    },
  };
}

function lastStage(name: string, filters: number, { activation }: MobileTable, epsilon: number): StageSpec {
  return { name, units: [unit(`${name}.0`, convBnAct, { filters, kernel: 1, activation, epsilon })] };
}

function headConv(g: GraphBuilder, x: Node, filters: number, activation: ActivationName, epsilon: number): Node {
  const names = { conv: 'conv_head', norm: 'bn2', act: 'act2' };
  return convNormAct(g, x, { filters, kernel: 1, epsilon, activation, names }).output;
}

function unitOf(name: string, { expanded, ...row }: Row, { epsilon, padding }: MobileOptions): UnitSpec {
  const width = expanded === undefined ? { expand: false } : { expanded };
  return unit(name, invertedResidual, { ...row, ...width, epsilon, padding });
}
