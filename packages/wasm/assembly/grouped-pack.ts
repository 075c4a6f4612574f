// Images and filters in the order in which the kernels of grouped.ts read them, and filter gradients back from it.
import { floats, VECTOR } from './simd';

/** Four floats `step` bytes apart, zeros from `count` on. */
// @ts-ignore: decorator
@inline
function gather(from: usize, step: usize, count: i32): v128 {
  if (count >= 4) {
    if (step == 4) return v128.load(from);
    let whole = v128.load32_zero(from);
    whole = v128.load_lane<f32>(from + step, whole, 1);
    whole = v128.load_lane<f32>(from + 2 * step, whole, 2);
    return v128.load_lane<f32>(from + 3 * step, whole, 3);
  }
  let vector = v128.load32_zero(from);
  if (count > 1) vector = v128.load_lane<f32>(from + step, vector, 1);
  if (count > 2) vector = v128.load_lane<f32>(from + 2 * step, vector, 2);
  return vector;
}

/**
 * An image [pixel][group, value] into [block of four groups][pixel][value] vectors.
 *
 * @param values how many values a group has at a pixel
 * @param groupStep, valueStep from a group to the next, from a value of a group to the next, in bytes
 * @param pixel bytes of a pixel of the image
 * @param toRow, toPixel, toBlock from a row, a pixel, a block to the next, in bytes
 */
export function packImage(
  height: i32, width: i32, groups: i32, values: i32, groupStep: usize, valueStep: usize, pixel: usize,
  image: usize, to: usize, toRow: usize, toPixel: usize, toBlock: usize,
): void {
  for (let y = 0; y < height; y++) {
    let target = to;
    for (let x = 0; x < width; x++) {
      for (let g = 0; g < groups; g += 4) {
        let from = image + <usize>g * groupStep, at = target + <usize>(g >> 2) * toBlock;
        let v = 0;
        if (valueStep == 4 && groups - g >= 4) {
          for (; v + 4 <= values; v += 4) {
            turn(from, groupStep, at);
            from += VECTOR;
            at += 4 * VECTOR;
          }
        }
        for (; v < values; v++) {
          v128.store(at, gather(from, groupStep, groups - g));
          from += valueStep;
          at += VECTOR;
        }
      }
      image += pixel;
      target += toPixel;
    }
    to += toRow;
  }
}

/** A square of 4×4 floats, turned. */
// @ts-ignore: decorator
@inline
function turn(from: usize, row: usize, to: usize): void {
  const a = v128.load(from), b = v128.load(from + row), c = v128.load(from + 2 * row), d = v128.load(from + 3 * row);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7), CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2));
  v128.store(to, v128.shuffle<f64>(ab, cd, 1, 3), 16);
  v128.store(to, v128.shuffle<f64>(AB, CD, 0, 2), 32);
  v128.store(to, v128.shuffle<f64>(AB, CD, 1, 3), 48);
}

/**
 * A filter into [block of four groups][block of four outs, then single outs][tap][in][out of the block] vectors.
 *
 * @param tapOffsets where each tap's values begin in the filter, in bytes
 * @param groupStep, inStep, outStep from a group, an input, an output to the next, in bytes
 */
export function packGroups(
  groups: i32, taps: i32, tapOffsets: usize, ins: i32, outs: i32,
  groupStep: usize, inStep: usize, outStep: usize, filter: usize, packed: usize,
): void {
  for (let g = 0; g < groups; g += 4) {
    for (let out = 0; out < outs; ) {
      const wide = outs - out >= 4 ? 4 : 1;
      for (let t = 0; t < taps; t++) {
        const tap = filter + load<usize>(tapOffsets + floats(t)) + <usize>g * groupStep + <usize>out * outStep;
        for (let i = 0; i < ins; i++) {
          for (let o = 0; o < wide; o++) {
            v128.store(packed, gather(tap + <usize>i * inStep + <usize>o * outStep, groupStep, groups - g));
            packed += VECTOR;
          }
        }
      }
      out += wide;
    }
  }
}

/** What `groupedFilterGradient` summed up, back to [term][group][out]. */
export function unpackGroups(groups: i32, terms: i32, outs: i32, packed: usize, dw: usize): void {
  for (let g = 0; g < groups; g += 4) {
    const lanes = min(groups - g, 4);
    for (let out = 0; out < outs; out += 4) {
      const wide = min(outs - out, 4);
      for (let t = 0; t < terms; t++) {
        const to = dw + floats((t * groups + g) * outs + out);
        for (let lane = 0; lane < lanes; lane++) {
          for (let o = 0; o < wide; o++) {
            store<f32>(to + floats(lane * outs + o), load<f32>(packed + floats(4 * o + lane)));
          }
        }
        packed += 4 * VECTOR;
      }
    }
  }
}
