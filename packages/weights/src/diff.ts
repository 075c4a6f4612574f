import { type Assembly, SenetError } from '@senet/core/graph';
import { type Dialect, entriesOf } from './dialects/dialect.js';
import type { TensorFile } from './formats/tensor.js';

export interface WeightsDiff {
  /** Keys that the network needs and the file does not have. */
  readonly missing: readonly string[];
  /** Keys that the file has and the network does not know. */
  readonly unexpected: readonly string[];
  readonly misshapen: readonly {
    readonly key: string;
    readonly found: readonly number[];
    readonly expected: readonly number[];
  }[];
}

/** What differs between a file, as the dialect reads it, and what a network needs of it. */
export function diffWeights(assembly: Assembly, file: TensorFile, dialect: Dialect): WeightsDiff {
  const entries = entriesOf(assembly, dialect);
  const known = new Set(entries.map(({ key }) => key));
  const missing: string[] = [];
  const misshapen: WeightsDiff['misshapen'][number][] = [];
  for (const { key, shape } of entries) {
    const tensor = file.tensors.get(key);
    if (!tensor) missing.push(key);
    else if (tensor.shape.join() !== shape.join()) misshapen.push({ key, found: tensor.shape, expected: shape });
  }
  const unexpected = [...file.tensors.keys()].filter((key) => !known.has(key) && !dialect.ignores?.(key));
  return { missing, unexpected, misshapen };
}

export function isClean({ missing, unexpected, misshapen }: WeightsDiff): boolean {
  return missing.length + unexpected.length + misshapen.length === 0;
}

export function sizeOfDiff({ missing, unexpected, misshapen }: WeightsDiff): number {
  return missing.length + unexpected.length + misshapen.length;
}

/** The error for weights that do not fit, with the diff as people read it. */
export function mismatch(
  diff: WeightsDiff,
  dialect: Dialect,
  path: string,
  suggestions: readonly string[],
): SenetError {
  const { missing, unexpected, misshapen } = diff;
  const lines = [
    ...section('missing in the file', missing),
    ...section('unexpected in the file', unexpected),
    ...section(
      'of another shape',
      misshapen.map(({ key, found, expected }) => `${key}: [${found.join(', ')}], expected [${expected.join(', ')}]`),
    ),
  ];
  return new SenetError(
    'WeightsMismatch',
    `the weights do not fit, read as dialect ${dialect.name}\n${lines.join('\n')}\n`,
    {
      path,
      expected: 'exactly the keys and shapes of the network',
      suggestions,
    },
  );
}

const SHOWN = 8;

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length > SHOWN ? [`    … and ${lines.length - SHOWN} more`] : [];
  return [`  ${title}: ${lines.length}`, ...lines.slice(0, SHOWN).map((line) => `    ${line}`), ...rest];
}
