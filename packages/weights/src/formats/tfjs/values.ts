import { hostOrder, invalid } from '../bytes.js';
import { fromFloat32, type RawTensor } from '../tensor.js';
import { STORED_BYTES, type WeightEntry } from './manifest.js';

const DTYPES = { float32: 'F32', int32: 'I32', uint8: 'U8', bool: 'BOOL' } as const;

/**
 * A weight out of its stored bytes. What is not quantized is a view of them; half floats stay half floats, which are
 * exact; integers become `stored · scale + min`, computed in float64 and rounded once, as TensorFlow.js does it.
 */
export function tensorOf(entry: WeightEntry, bytes: Uint8Array, place: string): RawTensor {
  const { quantization, shape, dtype } = entry;
  if (!quantization) return { dtype: DTYPES[dtype], shape, bytes };
  if (quantization.dtype === 'float16') {
    if (dtype !== 'float32') throw invalid(place, `half floats for ${dtype}`, 'float32');
    return { dtype: 'F16', shape, bytes };
  }
  const { scale, min } = quantization;
  const stored = integersOf(bytes, quantization.dtype);
  if (dtype === 'float32')
    return fromFloat32(
      Float32Array.from(stored, (value) => value * scale + min),
      shape,
    );
  const values = Int32Array.from(stored, (value) => Math.round(value * scale + min));
  return { dtype: 'I32', shape, bytes: hostOrder(new Uint8Array(values.buffer), 4) };
}

function integersOf(bytes: Uint8Array, type: 'uint8' | 'uint16'): Uint8Array | Uint16Array {
  if (type === 'uint8') return bytes;
  const { buffer, byteOffset } = hostOrder(bytes, STORED_BYTES.uint16);
  return new Uint16Array(buffer, byteOffset, bytes.length / STORED_BYTES.uint16);
}
