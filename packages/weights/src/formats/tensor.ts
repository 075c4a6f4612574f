import { SenetError } from '@senet/core/graph';
import { elementCount, hostOrder, invalid } from './bytes.js';
import { lowerBF16, lowerF16, raiseBF16, raiseF16 } from './half.js';

/** The element types weight files hold, under safetensors' names. */
export type DType = 'F32' | 'F16' | 'BF16' | 'F64' | 'I64' | 'I32' | 'I16' | 'I8' | 'U8' | 'BOOL';

/** The element types {@link fromFloat32} can write. */
export type FloatDType = 'F32' | 'F16' | 'BF16' | 'F64';

/** Bytes per element, in the order in which files list the types: the widest first. */
export const DTYPE_BYTES: Readonly<Record<DType, number>> = {
  I64: 8,
  F64: 8,
  F32: 4,
  I32: 4,
  BF16: 2,
  F16: 2,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

/** All {@link DType}s, in that order. */
export const DTYPES = Object.keys(DTYPE_BYTES) as readonly DType[];

/** One tensor as a file holds it: row-major, little-endian bytes, usually a view into the file. */
export interface RawTensor {
  readonly dtype: DType;
  /** Axes from the outermost in; `[]` is a scalar. */
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** What a weight file of any format holds: its tensors by name, in the file's order, and its text metadata. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, RawTensor>;
}

/**
 * The values of a tensor as float32. F32 is a view of the same memory where it is aligned (write to it and the file's
 * bytes change), else a copy; F16 and BF16 are raised exactly, subnormals, infinities and NaN included; F64, I64 and
 * I32 are rounded to the nearest float32; BOOL gives 0 and 1.
 *
 * @param path file and key, for the error
 * @throws SenetError `FileInvalid` when the bytes are not as many as dtype and shape need
 * @example
 * const file = readSafetensors(bytes, 'model.safetensors');
 * const kernel = toFloat32(file.tensors.get('conv1.weight')!, 'model.safetensors: conv1.weight');
 */
export function toFloat32(tensor: RawTensor, path: string): Float32Array {
  const length = tensorLength(tensor, path);
  const { buffer, byteOffset } = hostOrder(tensor.bytes, DTYPE_BYTES[tensor.dtype]);
  switch (tensor.dtype) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, length);
    case 'F16':
      return raiseF16(new Uint16Array(buffer, byteOffset, length));
    case 'BF16':
      return raiseBF16(new Uint16Array(buffer, byteOffset, length));
    case 'F64':
      return new Float32Array(new Float64Array(buffer, byteOffset, length));
    case 'I64':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, length), Number);
    case 'I32':
      return new Float32Array(new Int32Array(buffer, byteOffset, length));
    case 'I16':
      return new Float32Array(new Int16Array(buffer, byteOffset, length));
    case 'I8':
      return new Float32Array(new Int8Array(buffer, byteOffset, length));
    case 'U8':
      return new Float32Array(new Uint8Array(buffer, byteOffset, length));
    case 'BOOL':
      return Float32Array.from(new Uint8Array(buffer, byteOffset, length), (byte) => (byte === 0 ? 0 : 1));
  }
}

/**
 * Float32 values as a tensor to write. F32 is a view of `values`; F16 and BF16 round to nearest, ties to even, and
 * what is too large becomes infinity; F64 is exact.
 *
 * @param shape axes whose product is the number of values
 * @param path the tensor's key, for the error
 * @throws SenetError `ShapeMismatch` when the shape does not hold exactly these values
 * @example
 * const bytes = writeSafetensors({ tensors: new Map([['fc.bias', fromFloat32(bias, [1000], 'F16')]]) });
 */
export function fromFloat32(
  values: Float32Array,
  shape: readonly number[],
  dtype: FloatDType = 'F32',
  path?: string,
): RawTensor {
  if (elementCount(shape) !== values.length) {
    throw new SenetError('ShapeMismatch', `${values.length} values do not fill the shape [${shape.join(', ')}]`, {
      path,
      expected: 'a shape whose product is the number of values',
    });
  }
  const { buffer, byteOffset, byteLength } = lowered(values, dtype);
  const bytes = hostOrder(new Uint8Array(buffer, byteOffset, byteLength), DTYPE_BYTES[dtype]);
  return { dtype, shape: [...shape], bytes };
}

function lowered(values: Float32Array, dtype: FloatDType): Float32Array | Float64Array | Uint16Array {
  switch (dtype) {
    case 'F32':
      return values;
    case 'F16':
      return lowerF16(values);
    case 'BF16':
      return lowerBF16(values);
    case 'F64':
      return new Float64Array(values);
  }
}

/**
 * The number of elements of a tensor.
 *
 * @throws SenetError `FileInvalid` when dtype, shape and bytes do not agree: nothing else may be trusted then
 */
export function tensorLength({ dtype, shape, bytes }: RawTensor, path: string): number {
  if (!Object.hasOwn(DTYPE_BYTES, dtype)) {
    throw invalid(path, `unknown dtype '${dtype}'`, `one of ${DTYPES.join(', ')}`);
  }
  const length = elementCount(shape);
  if (length === undefined)
    throw invalid(path, 'no tensor can have this shape', '64 axes at most and a product below 2^53');
  const needed = length * DTYPE_BYTES[dtype];
  if (bytes.length !== needed) {
    throw invalid(path, `${bytes.length} bytes of data`, `${needed} for ${dtype} [${shape.join(', ')}]`);
  }
  return length;
}
