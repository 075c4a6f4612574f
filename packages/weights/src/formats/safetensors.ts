import { nearest, SenetError } from '@senet/core/graph';
import { invalid, MAX_RANK, shortName } from './bytes.js';
import { JsonCursor } from './json-cursor.js';
import { LENGTH_BYTES, MAX_HEADER_BYTES, METADATA } from './safetensors-writer.js';
import { DTYPES, type DType, type RawTensor, type TensorFile, tensorLength } from './tensor.js';

export { type SafetensorsContent, safetensorsChunks, writeSafetensors } from './safetensors-writer.js';

/** A tensor as the header claims it; the offsets count from the first byte after the header. */
interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a safetensors file. Its tensors are views into `bytes`, in the order of their data; nothing is copied, and
 * nothing is believed before it is checked. Stricter than the reference reader in what could hide something: duplicate
 * keys, unknown fields, names that have no UTF-8 and shapes of more than 64 axes are refused.
 *
 * @param path the file's name, for errors, which name `file: tensor`
 * @throws SenetError `FileInvalid` for whatever is no valid file, or holds a dtype that is not a {@link DType}
 * @example
 * const { tensors, metadata } = readSafetensors(await readFileBytes('model.safetensors'), 'model.safetensors');
 * const kernel = toFloat32(tensors.get('conv1.weight')!, 'model.safetensors: conv1.weight');
 */
export function readSafetensors(bytes: Uint8Array, path = 'safetensors'): TensorFile {
  const headerBytes = locateHeader(bytes, path);
  const { metadata, entries } = parseHeader(decodeUtf8(headerBytes, path), path);
  const dataBegin = LENGTH_BYTES + headerBytes.length;
  checkLayout(entries, bytes.length - dataBegin, path);

  const tensors = new Map<string, RawTensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    const tensor = { dtype, shape, bytes: view(bytes, dataBegin + begin, dataBegin + end) };
    tensorLength(tensor, placeOf(path, name));
    tensors.set(name, tensor);
  }
  return { metadata, tensors };
}

function locateHeader(bytes: Uint8Array, path: string): Uint8Array {
  if (bytes.length < LENGTH_BYTES) throw invalid(path, `${bytes.length} bytes`, 'at least the 8 of the header length');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const limit = Math.min(bytes.length - LENGTH_BYTES, MAX_HEADER_BYTES);
  if (length > limit) throw invalid(path, `the header claims ${length} bytes`, `at most ${limit}`);
  const header = view(bytes, LENGTH_BYTES, LENGTH_BYTES + length);
  if (header[0] !== 0x7b) throw invalid(path, 'the header is no JSON object', `'{' as its first byte`);
  return header;
}

function decodeUtf8(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SenetError('FileInvalid', 'the header is not UTF-8', { path, expected: 'UTF-8 text', cause });
  }
}

function parseHeader(text: string, path: string): { metadata: Record<string, string>; entries: Entry[] } {
  const json = new JsonCursor(text);
  const entries: Entry[] = [];
  // Without a prototype '__proto__' and 'constructor' are names like any other.
  const metadata: Record<string, string> = Object.create(null);
  for (const name of json.object(path)) {
    const place = placeOf(path, name);
    if (name === METADATA) {
      for (const key of json.object(place)) metadata[key] = json.string(place);
    } else {
      entries.push({ name, ...parseEntry(json, place) });
    }
  }
  json.end(path);
  return { metadata, entries: entries.sort((a, b) => a.begin - b.begin || a.end - b.end) };
}

function parseEntry(json: JsonCursor, place: string): Omit<Entry, 'name'> {
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  for (const field of json.object(place)) {
    if (field === 'dtype') dtype = json.string(place);
    else if (field === 'shape') shape = json.integers(MAX_RANK, place);
    else if (field === 'data_offsets') offsets = json.integers(2, place);
    else throw invalid(place, `unknown field '${shortName(field)}'`, 'dtype, shape and data_offsets, no other');
  }
  if (dtype === undefined || !shape || !offsets) {
    throw invalid(place, 'a field is missing', 'dtype, shape and data_offsets');
  }
  const [begin, end] = offsets;
  if (begin === undefined || end === undefined) throw invalid(place, 'data_offsets is no pair', '[begin, end]');
  return { dtype: knownDType(dtype, place), shape, begin, end };
}

function knownDType(name: string, place: string): DType {
  const dtype = DTYPES.find((known) => known === name);
  if (dtype) return dtype;
  throw invalid(place, `unknown dtype '${shortName(name)}'`, `one of ${DTYPES.join(', ')}`, nearest(name, DTYPES));
}

/** The data, tensor after tensor, must cover the bytes after the header exactly. */
function checkLayout(entries: readonly Entry[], dataLength: number, path: string): void {
  let at = 0;
  for (const { name, begin, end } of entries) {
    const place = placeOf(path, name);
    if (begin !== at) {
      const problem = `the data begins at ${begin}, ${begin < at ? 'inside the tensor before it' : 'after a gap'}`;
      throw invalid(place, problem, `${at}`);
    }
    if (end < begin) throw invalid(place, `the data ends at ${end}`, `at least its begin, ${begin}`);
    if (end > dataLength) throw invalid(place, `the data ends at ${end}`, `at most ${dataLength}, the end of the file`);
    at = end;
  }
  if (at !== dataLength) throw invalid(path, `${dataLength - at} bytes follow the last tensor`, 'none');
}

/** A plain view: `subarray` of a Node Buffer would be a Buffer, whose `slice` does not copy. */
function view(bytes: Uint8Array, begin: number, end: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + begin, end - begin);
}

function placeOf(path: string, name: string): string {
  return `${path}: ${shortName(name)}`;
}
