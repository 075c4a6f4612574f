// Grouped convolution of many small groups, as it comes to a depthwise kernel with a multiplier, or with the inputs of
// a group side by side in space: four groups side by side in a vector. Images and filters are packed so that the values
// of four groups adjoin and all that a block of four groups reads lies together.
import { clamp, floats, fma, VECTOR } from './simd';
import { storeLanes } from './depthwise';

/**
 * y[row][column][out][group] = clamp(bias[out] + Σ over terms x[…]·filter[out][term]), for one block of four groups and
 * `rows` rows of windows. A term is a tap and an input of the group; its x lies at the window's first pixel plus the
 * term's integer of `offsets`.
 *
 * @param filter as `packGroups` packs it
 * @param bias `[outs]` vectors
 * @param lanes how many groups there are, up to four
 * @param yLane, yOut from a group to the next, from an output of the group to the next, in bytes
 */
export function groupedRows(
  rows: i32, columns: i32, terms: i32, offsets: usize, x: usize, xRow: usize, xColumn: usize,
  outs: i32, filter: usize, bias: usize, low: f32, high: f32,
  y: usize, yRow: usize, yColumn: usize, lanes: i32, yLane: usize, yOut: usize,
): void {
  const end = offsets + floats(terms);
  for (; rows > 0; rows--) {
    let out = 0, weights = filter;
    for (; out + 4 <= outs; out += 4) {
      const to = y + <usize>out * yOut, offset = bias + <usize>out * VECTOR;
      let column = 0;
      if (columns >= 2) {
        for (; column < columns; column += 2) {
          const at = <usize>min(column, columns - 2);
          twoByFour(offsets, end, x + at * xColumn, xColumn, weights, offset, low, high,
            to + at * yColumn, yColumn, lanes, yLane, yOut);
        }
      }
      for (; column < columns; column++) {
        oneByFour(offsets, end, x + <usize>column * xColumn, weights, offset, low, high,
          to + <usize>column * yColumn, lanes, yLane, yOut);
      }
      weights += 4 * VECTOR * terms;
    }
    for (; out < outs; out++) {
      const to = y + <usize>out * yOut, offset = bias + <usize>out * VECTOR;
      let column = 0;
      if (columns >= 4) {
        for (; column < columns; column += 4) {
          const at = <usize>min(column, columns - 4);
          fourByOne(offsets, end, x + at * xColumn, xColumn, weights, offset, low, high,
            to + at * yColumn, yColumn, lanes, yLane);
        }
      }
      for (; column < columns; column++) {
        oneByOne(offsets, end, x + <usize>column * xColumn, weights, offset, low, high,
          to + <usize>column * yColumn, lanes, yLane);
      }
      weights += VECTOR * terms;
    }
    x += xRow;
    y += yRow;
  }
}

// @ts-ignore: decorator
@inline
function twoByFour(
  offsets: usize, end: usize, x: usize, xColumn: usize, filter: usize, bias: usize, low: f32, high: f32,
  y: usize, yColumn: usize, lanes: i32, yLane: usize, yOut: usize,
): void {
  let a0 = v128.load(bias), a1 = v128.load(bias, 16), a2 = v128.load(bias, 32), a3 = v128.load(bias, 48);
  let b0 = a0, b1 = a1, b2 = a2, b3 = a3;
  for (let t = offsets; t < end; t += 4) {
    const at = x + load<usize>(t);
    const xa = v128.load(at), xb = v128.load(at + xColumn);
    let f = v128.load(filter);
    a0 = fma(xa, f, a0); b0 = fma(xb, f, b0);
    f = v128.load(filter, 16);
    a1 = fma(xa, f, a1); b1 = fma(xb, f, b1);
    f = v128.load(filter, 32);
    a2 = fma(xa, f, a2); b2 = fma(xb, f, b2);
    f = v128.load(filter, 48);
    a3 = fma(xa, f, a3); b3 = fma(xb, f, b3);
    filter += 4 * VECTOR;
  }
  const least = f32x4.splat(low), most = f32x4.splat(high);
  storeFour(y, yLane, yOut, lanes,
    clamp(a0, least, most), clamp(a1, least, most), clamp(a2, least, most), clamp(a3, least, most));
  storeFour(y + yColumn, yLane, yOut, lanes,
    clamp(b0, least, most), clamp(b1, least, most), clamp(b2, least, most), clamp(b3, least, most));
}

// @ts-ignore: decorator
@inline
function oneByFour(
  offsets: usize, end: usize, x: usize, filter: usize, bias: usize, low: f32, high: f32,
  y: usize, lanes: i32, yLane: usize, yOut: usize,
): void {
  let a0 = v128.load(bias), a1 = v128.load(bias, 16), a2 = v128.load(bias, 32), a3 = v128.load(bias, 48);
  for (let t = offsets; t < end; t += 4) {
    const xa = v128.load(x + load<usize>(t));
    a0 = fma(xa, v128.load(filter), a0); a1 = fma(xa, v128.load(filter, 16), a1);
    a2 = fma(xa, v128.load(filter, 32), a2); a3 = fma(xa, v128.load(filter, 48), a3);
    filter += 4 * VECTOR;
  }
  const least = f32x4.splat(low), most = f32x4.splat(high);
  storeFour(y, yLane, yOut, lanes,
    clamp(a0, least, most), clamp(a1, least, most), clamp(a2, least, most), clamp(a3, least, most));
}

// @ts-ignore: decorator
@inline
function fourByOne(
  offsets: usize, end: usize, x: usize, xColumn: usize, filter: usize, bias: usize, low: f32, high: f32,
  y: usize, yColumn: usize, lanes: i32, yLane: usize,
): void {
  let a = v128.load(bias), b = a, c = a, d = a;
  const x1 = x + xColumn, x2 = x1 + xColumn, x3 = x2 + xColumn;
  for (let t = offsets; t < end; t += 4) {
    const at = load<usize>(t), f = v128.load(filter);
    a = fma(v128.load(x + at), f, a); b = fma(v128.load(x1 + at), f, b);
    c = fma(v128.load(x2 + at), f, c); d = fma(v128.load(x3 + at), f, d);
    filter += VECTOR;
  }
  const least = f32x4.splat(low), most = f32x4.splat(high);
  storeLanes(y, yLane, clamp(a, least, most), lanes);
  storeLanes(y + yColumn, yLane, clamp(b, least, most), lanes);
  storeLanes(y + 2 * yColumn, yLane, clamp(c, least, most), lanes);
  storeLanes(y + 3 * yColumn, yLane, clamp(d, least, most), lanes);
}

// @ts-ignore: decorator
@inline
function oneByOne(
  offsets: usize, end: usize, x: usize, filter: usize, bias: usize, low: f32, high: f32,
  y: usize, lanes: i32, yLane: usize,
): void {
  let sum = v128.load(bias);
  for (let t = offsets; t < end; t += 4) {
    sum = fma(v128.load(x + load<usize>(t)), v128.load(filter), sum);
    filter += VECTOR;
  }
  storeLanes(y, yLane, clamp(sum, f32x4.splat(low), f32x4.splat(high)), lanes);
}

/** Four outputs of up to four groups: turned where the outputs of a group adjoin. */
// @ts-ignore: decorator
@inline
function storeFour(y: usize, yLane: usize, yOut: usize, lanes: i32, a: v128, b: v128, c: v128, d: v128): void {
  if (lanes == 4 && yOut == 4) {
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7), CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(y, v128.shuffle<f64>(ab, cd, 0, 2));
    v128.store(y + yLane, v128.shuffle<f64>(ab, cd, 1, 3));
    v128.store(y + 2 * yLane, v128.shuffle<f64>(AB, CD, 0, 2));
    v128.store(y + 3 * yLane, v128.shuffle<f64>(AB, CD, 1, 3));
    return;
  }
  storeLanes(y, yLane, a, lanes);
  storeLanes(y + yOut, yLane, b, lanes);
  storeLanes(y + 2 * yOut, yLane, c, lanes);
  storeLanes(y + 3 * yOut, yLane, d, lanes);
}

/**
 * dw[outs / 4][term][4] vectors += Σ over rows and columns x[…]·dy[row][column][out], for one image and one block of
 * four groups.
 *
 * @param outs a multiple of four; dy holds as many vectors a pixel
 * @param block rows of dy at a time
 * @param dw zeroed before the first image
 */
export function groupedFilterGradient(
  rows: i32, columns: i32, block: i32, terms: i32, offsets: usize, x: usize, xRow: usize, xColumn: usize,
  outs: i32, dy: usize, dw: usize,
): void {
  const dyColumn = VECTOR * outs, dyRow = dyColumn * columns;
  for (let from = 0; from < rows; from += block) {
    const count = min(rows - from, block);
    const xBlock = x + <usize>from * xRow, dyBlock = dy + <usize>from * dyRow;
    let to = dw;
    for (let out = 0; out < outs; out += 4) {
      for (let t = 0; t < terms; t += 2) {
        const first = load<usize>(offsets + floats(t)), second = load<usize>(offsets + floats(min(t + 1, terms - 1)));
        twoTerms(count, columns, xBlock, first, second, xRow, xColumn, dyBlock + VECTOR * out, dyColumn,
          to, t + 1 < terms);
        to += t + 1 < terms ? 8 * VECTOR : 4 * VECTOR;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function twoTerms(
  rows: i32, columns: i32, x: usize, first: usize, second: usize, xRow: usize, xColumn: usize,
  dy: usize, dyColumn: usize, dw: usize, both: bool,
): void {
  let a0 = v128.load(dw), a1 = v128.load(dw, 16), a2 = v128.load(dw, 32), a3 = v128.load(dw, 48);
  let b0 = f32x4.splat(0), b1 = b0, b2 = b0, b3 = b0;
  for (; rows > 0; rows--) {
    let p = x;
    for (let i = columns; i > 0; i--) {
      const xa = v128.load(p + first), xb = v128.load(p + second);
      let d = v128.load(dy);
      a0 = fma(xa, d, a0); b0 = fma(xb, d, b0);
      d = v128.load(dy, 16);
      a1 = fma(xa, d, a1); b1 = fma(xb, d, b1);
      d = v128.load(dy, 32);
      a2 = fma(xa, d, a2); b2 = fma(xb, d, b2);
      d = v128.load(dy, 48);
      a3 = fma(xa, d, a3); b3 = fma(xb, d, b3);
      p += xColumn;
      dy += dyColumn;
    }
    x += xRow;
  }
  v128.store(dw, a0); v128.store(dw, a1, 16); v128.store(dw, a2, 32); v128.store(dw, a3, 48);
  if (!both) return;
  v128.store(dw, f32x4.add(b0, v128.load(dw, 64)), 64);
  v128.store(dw, f32x4.add(b1, v128.load(dw, 80)), 80);
  v128.store(dw, f32x4.add(b2, v128.load(dw, 96)), 96);
  v128.store(dw, f32x4.add(b3, v128.load(dw, 112)), 112);
}
