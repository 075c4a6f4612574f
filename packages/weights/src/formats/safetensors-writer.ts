import { concatenated, invalid, shortName } from './bytes.js';
import { DTYPES, type RawTensor, tensorLength } from './tensor.js';

// The format (huggingface/safetensors, README.md and safetensors/src/tensor.rs): the header's length as a
// little-endian u64, the header as JSON, then the tensors' bytes without gap or overlap.
export const LENGTH_BYTES = 8;
export const MAX_HEADER_BYTES = 100_000_000;
export const METADATA = '__metadata__';

/** What {@link writeSafetensors} takes: a {@link TensorFile}, or tensors alone. */
export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, RawTensor>;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes a safetensors file, byte for byte as the reference implementation does: the widest dtypes first, then by
 * name, the header padded with spaces to a multiple of 8. Metadata goes by key, where the reference has no fixed
 * order, so that equal content gives equal bytes.
 *
 * @throws SenetError `FileInvalid` when a tensor's bytes do not fit its dtype and shape, or a name cannot be written
 * @example
 * const bytes = writeSafetensors({ tensors: new Map([['fc.bias', fromFloat32(bias, [1000])]]), metadata: { format: 'pt' } });
 */
export function writeSafetensors(content: SafetensorsContent): Uint8Array {
  return concatenated(safetensorsChunks(content));
}

/**
 * The same bytes in pieces: the header, then the tensors' own bytes, uncopied. Made for `writeFileAtomic`.
 *
 * @throws SenetError as {@link writeSafetensors}
 */
export function safetensorsChunks({ tensors, metadata = {} }: SafetensorsContent): Uint8Array[] {
  const sorted = [...tensors].sort(
    ([a, { dtype: A }], [b, { dtype: B }]) => DTYPES.indexOf(A) - DTYPES.indexOf(B) || byCodePoint(a, b),
  );
  const members: string[] = [];
  const pairs = Object.entries(metadata).sort(([a], [b]) => byCodePoint(a, b));
  if (pairs.length > 0) members.push(`"${METADATA}":{${pairs.map(([k, v]) => `${quoted(k)}:${quoted(v)}`).join(',')}}`);
  let at = 0;
  for (const [name, tensor] of sorted) {
    if (name === METADATA) throw invalid(name, 'the name is reserved', 'another name for the tensor');
    tensorLength(tensor, shortName(name));
    const { dtype, shape, bytes } = tensor;
    // By hand: an object would move integer-like names to the front and lose '__proto__'.
    members.push(`${quoted(name)}:${JSON.stringify({ dtype, shape, data_offsets: [at, (at += bytes.length)] })}`);
  }
  return [encodeHeader(`{${members.join(',')}}`), ...sorted.map(([, tensor]) => tensor.bytes)];
}

function encodeHeader(json: string): Uint8Array {
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) throw invalid('header', `${length} bytes`, `at most ${MAX_HEADER_BYTES}`);
  const header = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, LENGTH_BYTES);
  return header;
}

function quoted(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw invalid(shortName(text), 'half a surrogate pair', 'text that has a UTF-8');
  return JSON.stringify(text);
}

/** The order of the UTF-8 bytes, which is not that of JavaScript's UTF-16 units above U+D7FF. */
function byCodePoint(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  // A difference in a low surrogate: the high ones before it are equal, so its own value decides.
  return (a.codePointAt(i) ?? -1) - (b.codePointAt(i) ?? -1);
}
