import type { Parameter } from '@senet/core/graph';
import type { FileLayout } from './dialect.js';

type Axes = Pick<Parameter, 'layout' | 'shape'>;

/** PyTorch's: outputs first. */
export const torchLayout: FileLayout = { shape: torchShape, fromFile: fromTorch, toFile: toTorch };

/** Keras' and TensorFlow's, which are the graph's own. */
export const kerasLayout: FileLayout = {
  shape: ({ shape }) => shape,
  fromFile: (values) => values,
  toFile: (values) => values,
};

/**
 * TensorFlow's layouts and torch's: HWIO ↔ OIHW, depthwise [h, w, c, m] ↔ [c · m, 1, h, w], WIO ↔ OIW, IO ↔ OI.
 * In all of them torch's first axis is the output, and the rest is what one output reads.
 */
function torchShape({ layout, shape }: Axes): number[] {
  const [a, b, c, d] = shape as [number, number, number, number];
  switch (layout) {
    case 'HWIO':
      return [d, c, a, b];
    case 'HWCM':
      return [c * d, 1, a, b];
    case 'WIO':
      return [c, b, a];
    case 'IO':
      return [b, a];
    default:
      return [...shape];
  }
}

function fromTorch(values: Float32Array, { layout, shape }: Axes): Float32Array {
  const { outputs, inputs, taps } = axesOf(layout, shape);
  if (outputs === 0) return values;
  return transposeRows(values, outputs, inputs, taps);
}

function toTorch(values: Float32Array, { layout, shape }: Axes): Float32Array {
  const { outputs, inputs, taps } = axesOf(layout, shape);
  if (outputs === 0) return values;
  return transposeBack(values, outputs, inputs, taps);
}

/** A kernel as outputs × inputs × taps; `outputs: 0` where there is nothing to do. */
function axesOf(layout: Parameter['layout'], shape: readonly number[]) {
  const [a, b, c, d] = shape as [number, number, number, number];
  switch (layout) {
    case 'HWIO':
      return { outputs: d, inputs: c, taps: a * b };
    case 'HWCM':
      return { outputs: c * d, inputs: 1, taps: a * b };
    case 'WIO':
      return { outputs: c, inputs: b, taps: a };
    case 'IO':
      return { outputs: b, inputs: a, taps: 1 };
    default:
      return { outputs: 0, inputs: 0, taps: 0 };
  }
}

const BLOCK = 32;

/** [o, i, t] → [t, i, o], in blocks that stay in the cache. */
function transposeRows(source: Float32Array, outputs: number, inputs: number, taps: number): Float32Array {
  const target = new Float32Array(source.length);
  const columns = inputs * taps;
  for (let o0 = 0; o0 < outputs; o0 += BLOCK) {
    const o1 = Math.min(o0 + BLOCK, outputs);
    for (let c0 = 0; c0 < columns; c0 += BLOCK) {
      const c1 = Math.min(c0 + BLOCK, columns);
      for (let c = c0; c < c1; c++) {
        const row = taps === 1 ? c : (c % taps) * inputs + Math.floor(c / taps);
        for (let o = o0, to = row * outputs + o0, from = o0 * columns + c; o < o1; o++, to++, from += columns) {
          target[to] = source[from]!;
        }
      }
    }
  }
  return target;
}

/** [t, i, o] → [o, i, t] */
function transposeBack(source: Float32Array, outputs: number, inputs: number, taps: number): Float32Array {
  const target = new Float32Array(source.length);
  const columns = inputs * taps;
  for (let o0 = 0; o0 < outputs; o0 += BLOCK) {
    const o1 = Math.min(o0 + BLOCK, outputs);
    for (let c = 0; c < columns; c++) {
      const row = (c % taps) * inputs + Math.floor(c / taps);
      for (let o = o0, from = row * outputs + o0, to = o0 * columns + c; o < o1; o++, from++, to += columns) {
        target[to] = source[from]!;
      }
    }
  }
  return target;
}
