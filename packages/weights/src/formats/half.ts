/**
 * The two 16-bit floats, as bits: IEEE 754 binary16 (F16: 5 exponent bits, 10 of mantissa) and bfloat16 (the upper
 * half of a float32). Raising is exact for every one of the 65,536 patterns; lowering rounds to nearest, ties to even,
 * overflows to infinity and keeps a NaN a (quiet) NaN, as IEEE 754 and the hardware do.
 */

/** Raises binary16 bits to float32, exactly. */
export function raiseF16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = f16ToF32Bits(halves[i]!);
  return new Float32Array(bits.buffer);
}

/** Raises bfloat16 bits to float32, exactly. */
export function raiseBF16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

/** Rounds float32 to binary16 bits. */
export function lowerF16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(bits.length);
  for (let i = 0; i < bits.length; i++) halves[i] = f32ToF16Bits(bits[i]!);
  return halves;
}

/** Rounds float32 to bfloat16 bits. */
export function lowerBF16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(bits.length);
  for (let i = 0; i < bits.length; i++) halves[i] = f32ToBF16Bits(bits[i]!);
  return halves;
}

const F32_INFINITY = 0x7f800000;

function f16ToF32Bits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0x1f) return sign | F32_INFINITY | (mantissa << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (mantissa << 13);
  if (mantissa === 0) return sign;
  // A subnormal, mantissa · 2^-24, is a normal float32: shift its leading one into the hidden bit.
  const shift = Math.clz32(mantissa) - 21;
  return sign | ((113 - shift) << 23) | (((mantissa << shift) & 0x3ff) << 13);
}

function f32ToF16Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > F32_INFINITY) return sign | 0x7e00 | ((magnitude >>> 13) & 0x1ff);
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520 and more: halfway past the largest, 65504
  if (magnitude >= 0x38800000) return sign | shiftRounded(magnitude - (112 << 23), 13);
  const exponent = magnitude >>> 23;
  if (exponent < 102) return sign; // below 2^-25, half of the smallest subnormal
  return sign | shiftRounded((magnitude & 0x7fffff) | 0x800000, 126 - exponent);
}

function f32ToBF16Bits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > F32_INFINITY) return sign | 0x7fc0 | ((magnitude >>> 16) & 0x3f);
  return sign | shiftRounded(magnitude, 16);
}

/** `value >>> shift`, rounded to nearest, ties to even. A carry runs into the exponent bits, as it should. */
function shiftRounded(value: number, shift: number): number {
  const odd = (value >>> shift) & 1;
  return (value + (1 << (shift - 1)) - 1 + odd) >>> shift;
}
