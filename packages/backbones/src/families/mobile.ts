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
import { dropPath, outputStride } from './options.js';

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
  /** A 1×1 convolution with normalization: as the last stage, of so many units, or after the stages (`conv_head`, `bn2`). */
  readonly last?:
    | { readonly as: 'stage'; readonly filters: number; readonly units: number }
    | { readonly as: 'conv_head'; readonly filters: number };
  /** A layer between pooling and classifier, in MobileNetV3. */
  readonly afterPool?: { readonly filters: number; readonly bias: boolean };
  /** Of the depthwise convolutions of stride 2 in keras.applications: 'same' by default. */
  readonly kerasPadding?: 'same' | 'end';
  readonly semantics?: Readonly<Record<string, string>>;
}

/** Options of every mobile family: what TensorFlow's trainings and PyTorch's differ in. */
export const mobileShape = {
  epsilon: epsilon.default(1e-5).describe('of batch normalization: 1e-5 as timm trains, 1e-3 as TensorFlow does'),
  padding: z
    .enum(['symmetric', 'same', 'keras'])
    .default('symmetric')
    .describe(
      'at stride 2: as PyTorch, as TensorFlow or as keras.applications pads (the last two differ in MobileNetV1)',
    ),
  outputStride,
  dropPath: dropPath.describe("stochastic depth: grows from 0 by an equal share with each unit, as in timm's builder"),
};
type MobileOptions = z.output<z.ZodObject<typeof mobileShape>>;

/** Whose padding it is. */
const STYLES = { symmetric: 'timm', same: 'tensorflow', keras: 'keras' } as const;

/** A spec of inverted residuals, with timm's names: `conv_stem`, `bn1`, `blocks.0.0`, `conv_head`, `classifier`. */
export function mobileSpec(table: MobileTable, options: MobileOptions): BackboneSpec {
  const { epsilon, padding } = options;
  const { activation, last, stages, afterPool } = table;
  const built = placed(table, options).map((rows, i) => ({
    name: `blocks.${i}`,
    tap: i === stages.length - 1 ? last?.as !== 'stage' : stages[i + 1]![0]!.stride > 1,
    units: rows.map((row, j) => unitOf(`blocks.${i}.${j}`, row, table, options)),
  }));
  return {
    family: table.family,
    style: STYLES[padding],
    semantics: { padding, epsilon: epsilon.toExponential(), ...table.semantics },
    input: { shape: [224, 224, 3], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    stem(g, x) {
      const names = { conv: 'conv_stem', norm: 'bn1', act: 'act1' };
      const { output } = convNormAct(g, x, {
        filters: table.stem,
        kernel: 3,
        strides: 2,
        padding: padding === 'keras' ? 'same' : padding,
        epsilon,
        activation,
        names,
      });
      return { output, taps: stages[0]![0]!.stride > 1 ? [output] : [] };
    },
    stages: last?.as === 'stage' ? [...built, lastStage(`blocks.${stages.length}`, last, activation, epsilon)] : built,
    attention: { label: 'se', names: { reduce: 'conv_reduce', expand: 'conv_expand' } },
    head: {
      classifier: 'classifier',
      ...(last?.as === 'conv_head' && { beforePool: (g, x) => headConv(g, x, last.filters, activation, epsilon) }),
      ...(afterPool !== undefined && {
        afterPool: (g, x) =>
          g.activation(g.conv2d(x, { ...afterPool, kernel: 1, name: 'conv_head' }), activation, { name: 'act2' }),
      }),
    },
  };
}

/** What a unit's place in the network decides. */
interface PlacedRow extends Row {
  readonly dilation: number;
  readonly dropPath: number;
}

/** As timm's EfficientNetBuilder: the unit whose stride would pass the output stride still has the dilation before it. */
function placed({ stages, last }: MobileTable, { outputStride, dropPath }: MobileOptions): PlacedRow[][] {
  const units = stages.flat().length + (last?.as === 'stage' ? last.units : 0);
  let reduction = 2;
  let dilation = 1;
  let index = 0;
  return stages.map((rows) =>
    rows.map((row) => {
      const trades = row.stride > 1 && outputStride !== undefined && reduction * row.stride > outputStride;
      const unit = { ...row, dilation, dropPath: (dropPath * index++) / units };
      if (trades) dilation *= row.stride;
      else reduction *= row.stride;
      return trades ? { ...unit, stride: 1 } : unit;
    }),
  );
}

function lastStage(
  name: string,
  { filters, units }: { readonly filters: number; readonly units: number },
  activation: ActivationName,
  epsilon: number,
): StageSpec {
  const options = { filters, kernel: 1, activation, epsilon };
  return { name, units: Array.from({ length: units }, (_, j) => unit(`${name}.${j}`, convBnAct, options)) };
}

function headConv(g: GraphBuilder, x: Node, filters: number, activation: ActivationName, epsilon: number): Node {
  const names = { conv: 'conv_head', norm: 'bn2', act: 'act2' };
  return convNormAct(g, x, { filters, kernel: 1, epsilon, activation, names }).output;
}

function unitOf(
  name: string,
  { expanded, ...row }: PlacedRow,
  { kerasPadding = 'same' }: MobileTable,
  { epsilon, padding }: MobileOptions,
): UnitSpec {
  const width = expanded === undefined ? { expand: false } : { expanded };
  return unit(name, invertedResidual, {
    ...row,
    ...width,
    epsilon,
    padding: padding === 'keras' ? kerasPadding : padding,
  });
}
