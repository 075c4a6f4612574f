import { elementCount, invalid, MAX_RANK, shortName } from '../bytes.js';

/** The types that TensorFlow.js stores its weights in, and the bytes of an element. */
export const STORED_BYTES = { float32: 4, int32: 4, uint16: 2, float16: 2, uint8: 1, bool: 1 } as const;
const DTYPES = ['float32', 'int32', 'uint8', 'bool'] as const;

/** How values were made smaller: `value = stored · scale + min`, or half floats. */
interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16';
  readonly scale: number;
  readonly min: number;
}

/** A weight as the manifest lists it. */
export interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: (typeof DTYPES)[number];
  readonly quantization: Quantization | undefined;
  readonly count: number;
  /** Bytes it takes in the files. */
  readonly bytes: number;
}

/** Weights that lie one behind another in some files, which follow one another. */
export interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WeightEntry[];
}

/**
 * The groups of a `weightsManifest`, checked: every file and every weight once, files of the model's own folder only.
 *
 * @param value the manifest, parsed
 * @throws SenetError `FileInvalid`
 */
export function readManifest(value: unknown, path: string): WeightGroup[] {
  if (!Array.isArray(value)) throw invalid(path, 'there is no weightsManifest', 'an array of groups of weights');
  const seen = new Set<string>();
  const once = (kind: string, name: string) => {
    const key = `${kind} ${name}`;
    if (seen.has(key)) throw invalid(path, `the ${kind} '${shortName(name)}' is there twice`, 'once');
    seen.add(key);
    return name;
  };
  return value.map((group: unknown) => {
    const { paths, weights } = record(group);
    if (!Array.isArray(paths) || !Array.isArray(weights)) {
      throw invalid(path, 'a group without files or weights', 'paths and weights');
    }
    return {
      paths: paths.map((file) => once('file', fileName(file, path))),
      weights: weights.map((weight) => {
        const entry = readEntry(record(weight), path);
        once('weight', entry.name);
        return entry;
      }),
    };
  });
}

/** A path in a name could lead to any file of the machine. */
function fileName(value: unknown, path: string): string {
  if (typeof value === 'string' && value !== '' && !/^\.\.?$|[/\\:\0]/.test(value)) return value;
  throw invalid(
    path,
    `weights in ${shortName(JSON.stringify(value) ?? '')}`,
    "the name of a file in the model's folder",
  );
}

function readEntry({ name, shape, dtype, quantization }: Record<string, unknown>, path: string): WeightEntry {
  if (typeof name !== 'string' || name === '') throw invalid(path, 'a weight without a name', 'a name');
  const place = `${path}: ${shortName(name)}`;
  const count = Array.isArray(shape) ? elementCount(shape as number[]) : undefined;
  if (count === undefined) throw invalid(place, 'no tensor can have this shape', `${MAX_RANK} axes at most`);
  const known = oneOf(DTYPES, dtype, place);
  const packed = quantization === undefined ? undefined : readQuantization(record(quantization), place);
  if (packed && known !== 'float32' && known !== 'int32')
    throw invalid(place, `a quantized ${known}`, 'float32, int32');
  const bytes = count * STORED_BYTES[packed?.dtype ?? known];
  return { name, shape: [...(shape as number[])], dtype: known, quantization: packed, count, bytes };
}

function readQuantization({ dtype, scale, min }: Record<string, unknown>, place: string): Quantization {
  const known = oneOf(['uint8', 'uint16', 'float16'] as const, dtype, place);
  if (known === 'float16') return { dtype: known, scale: 1, min: 0 };
  if (typeof scale === 'number' && typeof min === 'number') return { dtype: known, scale, min };
  throw invalid(place, 'a quantization without scale or min', 'both, as numbers');
}

function oneOf<const T extends string>(known: readonly T[], value: unknown, place: string): T {
  const found = known.find((candidate) => candidate === value);
  if (found) return found;
  throw invalid(place, `the dtype ${shortName(JSON.stringify(value) ?? 'is missing')}`, `one of ${known.join(', ')}`);
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
