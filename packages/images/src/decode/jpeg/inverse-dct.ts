import { clampToByte } from '../../byte.js';

const CONST_BITS = 13;
const PASS_BITS = 2;

/** cos-based factors in fixed point: Loeffler, Ligtenberg and Moschytz (1989), figure 8. */
const fix = (value: number) => Math.round(value * 2 ** CONST_BITS);
const F_0_298 = fix(0.298631336);
const F_0_390 = fix(0.390180644);
const F_0_541 = fix(0.5411961);
const F_0_765 = fix(0.765366865);
const F_0_899 = fix(0.899976223);
const F_1_175 = fix(1.175875602);
const F_1_501 = fix(1.50132111);
const F_1_847 = fix(1.847759065);
const F_1_961 = fix(1.96157056);
const F_2_053 = fix(2.053119869);
const F_2_562 = fix(2.562915447);
const F_3_072 = fix(3.072711026);

const between = new Int32Array(64);
const line = new Int32Array(8);

/**
 * Dequantizes a block and turns it into 8×8 samples: columns, then rows, with the roundings of libjpeg's accurate
 * integer transform (jidctint.c), which decoders agree on to the bit.
 *
 * @param coefficients rows first, from `at`
 * @param samples written from `to`, `stride` from row to row
 */
export function inverseDct(
  coefficients: Int16Array,
  at: number,
  quantization: Uint16Array,
  samples: Uint8Array,
  to: number,
  stride: number,
): void {
  for (let x = 0; x < 8; x++) {
    for (let y = 0; y < 8; y++) line[y] = coefficients[at + y * 8 + x]! * quantization[y * 8 + x]!;
    transformLine(CONST_BITS - PASS_BITS);
    for (let y = 0; y < 8; y++) between[y * 8 + x] = line[y]!;
  }
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) line[x] = between[y * 8 + x]!;
    transformLine(CONST_BITS + PASS_BITS + 3);
    for (let x = 0, place = to + y * stride; x < 8; x++) samples[place + x] = clampToByte(line[x]! + 128);
  }
}

/** One dimension, in place; drops `bits` bits. */
function transformLine(bits: number): void {
  const a = line[0]!;
  const b = line[1]!;
  const c = line[2]!;
  const d = line[3]!;
  const e = line[4]!;
  const f = line[5]!;
  const g = line[6]!;
  const h = line[7]!;
  if ((b | c | d | e | f | g | h) === 0) {
    line.fill(((a << CONST_BITS) + (1 << (bits - 1))) >> bits);
    return;
  }
  const even = (c + g) * F_0_541;
  const outer = even + c * F_0_765;
  const inner = even - g * F_1_847;
  const sum = (a + e) << CONST_BITS;
  const difference = (a - e) << CONST_BITS;

  const both = (h + d + f + b) * F_1_175;
  const hb = (h + b) * -F_0_899;
  const fd = (f + d) * -F_2_562;
  const hd = (h + d) * -F_1_961 + both;
  const fb = (f + b) * -F_0_390 + both;
  const odd7 = h * F_0_298 + hb + hd;
  const odd5 = f * F_2_053 + fd + fb;
  const odd3 = d * F_3_072 + fd + hd;
  const odd1 = b * F_1_501 + hb + fb;

  const half = 1 << (bits - 1);
  line[0] = (sum + outer + odd1 + half) >> bits;
  line[7] = (sum + outer - odd1 + half) >> bits;
  line[1] = (difference + inner + odd3 + half) >> bits;
  line[6] = (difference + inner - odd3 + half) >> bits;
  line[2] = (difference - inner + odd5 + half) >> bits;
  line[5] = (difference - inner - odd5 + half) >> bits;
  line[3] = (sum - outer + odd7 + half) >> bits;
  line[4] = (sum - outer - odd7 + half) >> bits;
}
