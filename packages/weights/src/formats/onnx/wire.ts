import { invalid } from '../bytes.js';

/** A field of a protocol buffers message: an integer, or bytes (a message, a text, packed or fixed values). */
export interface Field {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const MAX_VARINT_BYTES = 10;

/**
 * The fields of a message, in its order (protobuf.dev, "Encoding"). Every value lies within the message, and the message
 * ends with its last byte; integers keep all their 64 bits.
 *
 * @throws SenetError `FileInvalid`
 */
export function* fields(bytes: Uint8Array, place: string): Generator<Field, void> {
  let at = 0;
  const varint = (): bigint => {
    const begin = at;
    at = varintEnd(bytes, begin, place);
    return decode(bytes, begin, at);
  };
  const take = (length: number): Uint8Array => {
    if (length < 0 || length > bytes.length - at) {
      throw invalid(place, `${length} bytes at byte ${at} of a message`, `at most ${bytes.length - at}`);
    }
    at += length;
    return new Uint8Array(bytes.buffer, bytes.byteOffset + at - length, length);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    if (number < 1 || number >= 2 ** 29) throw invalid(place, `field number ${number}`, '1 to 2^29 - 1');
    yield { number, value: readValue(tag % 8, varint, take, place) };
  }
}

function readValue(type: number, varint: () => bigint, take: (length: number) => Uint8Array, place: string) {
  switch (type) {
    case VARINT:
      return varint();
    case BYTES:
      return take(Number(varint()));
    case FIXED32:
      return take(4);
    case FIXED64:
      return take(8);
    default:
      throw invalid(place, `a field of wire type ${type}`, '0, 1, 2 or 5');
  }
}

/** Behind the integer that begins here: its last byte is below 128. */
function varintEnd(bytes: Uint8Array, begin: number, place: string): number {
  const limit = Math.min(bytes.length, begin + MAX_VARINT_BYTES);
  for (let at = begin; at < limit; at++) if (bytes[at]! < 0x80) return at + 1;
  throw invalid(place, `an integer without end at byte ${begin} of a message`, `at most ${MAX_VARINT_BYTES} bytes`);
}

/** As a signed integer of 64 bits. */
function decode(bytes: Uint8Array, begin: number, end: number): bigint {
  // The first 28 bits without bigints: most integers are that small.
  const middle = Math.min(end, begin + 4);
  let low = 0;
  for (let at = middle - 1; at >= begin; at--) low = low * 128 + (bytes[at]! & 0x7f);
  let high = 0n;
  for (let at = end - 1; at >= middle; at--) high = (high << 7n) | BigInt(bytes[at]! & 0x7f);
  return high === 0n ? BigInt(low) : BigInt.asIntN(64, (high << 28n) | BigInt(low));
}

/** A text field. */
export function textOf({ value }: Field, place: string): string {
  if (value instanceof Uint8Array) {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
    } catch {
      // as below
    }
  }
  throw invalid(place, 'a field that is no text', 'UTF-8');
}

/** A field that holds bytes: a message, or values. */
export function bytesOf({ value }: Field, place: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw invalid(place, `a field that is the integer ${value}`, 'a message or values');
}

/** The integers of a repeated field, packed or one by one. */
export function integersOf(parts: readonly Field[], place: string): BigInt64Array {
  const integers = new BigInt64Array(parts.reduce((count, { value }) => count + countOf(value), 0));
  let index = 0;
  for (const { value } of parts) {
    if (typeof value === 'bigint') {
      integers[index++] = value;
      continue;
    }
    for (let at = 0; at < value.length; ) {
      const end = varintEnd(value, at, place);
      integers[index++] = decode(value, at, end);
      at = end;
    }
  }
  return integers;
}

function countOf(value: bigint | Uint8Array): number {
  return typeof value === 'bigint' ? 1 : value.reduce((count, byte) => count + (byte < 0x80 ? 1 : 0), 0);
}
