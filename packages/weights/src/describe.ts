import { type Assembly, type Registry, staticSize } from '@senet/core/graph';
import { type Dialect, readAs } from './dialects/dialect.js';
import { diffWeights, isClean, type WeightsDiff } from './diff.js';
import type { DType, TensorFile } from './formats/tensor.js';
import { dialectOf, strangenessOf } from './load.js';

/** What a file of weights holds, without its values. */
export interface WeightsDescription {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the file's order. */
  readonly tensors: readonly { readonly key: string; readonly dtype: DType; readonly shape: readonly number[] }[];
  /** Elements of all its tensors, and the bytes they take. */
  readonly elements: number;
  readonly bytes: number;
}

export function describeWeights({ metadata, tensors }: TensorFile): WeightsDescription {
  const all = [...tensors].map(([key, { dtype, shape }]) => ({ key, dtype, shape }));
  return {
    metadata,
    tensors: all,
    elements: all.reduce((sum, { shape }) => sum + staticSize(shape), 0),
    bytes: [...tensors.values()].reduce((sum, { bytes }) => sum + bytes.length, 0),
  };
}

/** How a file compares with what a network needs. */
export interface WeightsComparison extends WeightsDiff {
  /** In which the file was read: the one asked for, else the one that fits best. */
  readonly dialect: string;
  readonly fits: boolean;
  /** What the file says to be that the network is not: `style tensorflow`. */
  readonly strangeness?: string;
}

/**
 * What differs between a file and what a network needs.
 *
 * @throws SenetError `UnknownName` for a dialect that there is not, `DialectMismatch` for one of other networks
 */
export function compareWeights(
  assembly: Assembly,
  file: TensorFile,
  options: { readonly dialect?: string | undefined; readonly dialects?: Registry<Dialect> } = {},
): WeightsComparison {
  const dialect = dialectOf(assembly, file, options.dialect, options.dialects);
  const diff = diffWeights(assembly, readAs(dialect, file, assembly), dialect);
  const strangeness = strangenessOf(assembly, file);
  const fits = isClean(diff) && strangeness === undefined;
  return { dialect: dialect.name, fits, ...(strangeness !== undefined && { strangeness }), ...diff };
}
