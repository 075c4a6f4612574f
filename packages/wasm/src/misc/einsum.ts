import type { Kernel, Runtime } from '../backend/contracts.js';
import type { Tensor, Tf } from '../backend/tfjs-internals.js';

/** A tensor and the letters of its axes. */
interface Term {
  readonly tensor: Tensor;
  readonly axes: string;
}

/**
 * tfjs' `Einsum`, which its wasm backend lacks: two terms at a time, as matrix products. (tfjs has a gradient of it on no
 * backend.)
 */
export const einsum: Kernel<Runtime> = {
  name: 'Einsum',
  run({ tf }, inputs, attributes) {
    const tensors = Object.values(inputs) as unknown as Tensor[];
    const equation = (attributes.equation as string).replaceAll(' ', '');
    const [left, result] = equation.split('->') as [string, string | undefined];
    const names = left.split(',');
    const plain = [...names, result].every((axes) => axes !== undefined && /^[a-z]*$/i.test(axes) && isUnique(axes));
    const fits = names.length === tensors.length && names.every((axes, i) => axes.length === tensors[i]!.shape.length);
    if (!plain || !fits || tensors.some(({ dtype }) => dtype !== 'float32')) return undefined;
    return tf.tidy(() => {
      const terms = names.map((axes, i) => ({ axes, tensor: tensors[i]! }));
      const all = terms.reduce((a, b, i) => {
        const later = [...names.slice(i + 1), result].join('');
        return product(tf, a, b, (axis) => later.includes(axis));
      });
      return tf.clone(
        arrange(
          tf,
          reduce(tf, all, (axis) => result!.includes(axis)),
          result!,
        ),
      );
    });
  },
};

const isUnique = (axes: string) => new Set(axes).size === axes.length;

/** Sums over the axes that nobody needs. */
function reduce(tf: Tf, { tensor, axes }: Term, isNeeded: (axis: string) => boolean): Term {
  const gone = [...axes].flatMap((axis, i) => (isNeeded(axis) ? [] : [i]));
  if (gone.length === 0) return { tensor, axes };
  return { tensor: tf.sum(tensor, gone), axes: [...axes].filter(isNeeded).join('') };
}

/** The axes in another order. */
function arrange(tf: Tf, { tensor, axes }: Term, order: string): Tensor {
  return axes === order
    ? tensor
    : tf.transpose(
        tensor,
        [...order].map((axis) => axes.indexOf(axis)),
      );
}

/** a·b, summed over the axes that both have and nobody needs. */
function product(tf: Tf, a: Term, b: Term, isNeeded: (axis: string) => boolean): Term {
  const left = reduce(tf, a, (axis) => isNeeded(axis) || b.axes.includes(axis));
  const right = reduce(tf, b, (axis) => isNeeded(axis) || a.axes.includes(axis));
  const pick = ({ axes }: Term, keep: (axis: string) => boolean) => [...axes].filter(keep).join('');
  const common = pick(left, (axis) => right.axes.includes(axis));
  const batch = [...common].filter(isNeeded).join('');
  const contracted = [...common].filter((axis) => !isNeeded(axis)).join('');
  const rows = pick(left, (axis) => !common.includes(axis));
  const columns = pick(right, (axis) => !common.includes(axis));
  const size = (axes: string) => [...axes].reduce((n, axis) => n * sizeOf([left, right], axis), 1);
  const matrixA = tf.reshape(arrange(tf, left, batch + rows + contracted), [size(batch), size(rows), size(contracted)]);
  const matrixB = tf.reshape(arrange(tf, right, batch + contracted + columns), [
    size(batch),
    size(contracted),
    size(columns),
  ]);
  const axes = batch + rows + columns;
  const shape = [...axes].map((axis) => sizeOf([left, right], axis));
  return { tensor: tf.reshape(tf.matMul(matrixA, matrixB), shape), axes };
}

function sizeOf(terms: readonly Term[], axis: string): number {
  const term = terms.find(({ axes }) => axes.includes(axis))!;
  return term.tensor.shape[term.axes.indexOf(axis)]!;
}
