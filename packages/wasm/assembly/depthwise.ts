// Depthwise convolution, one output a channel: four or eight channels side by side, four neighbouring windows at a
// time.
//
// Where a row of windows or of channels does not divide evenly, the last tile begins earlier and overlaps the one
// before: it stores the same values again.
import { clamp, floats, fma, VECTOR } from './simd';

// @ts-ignore: decorator
@inline const COLUMNS: i32 = 4;

/**
 * y[row][column][c] = clamp(bias[c] + Σ over taps x[…][c]·filter[tap][c]) for `rows` rows of windows. The pixel of tap
 * t is the window's first pixel plus table[t].x bytes; its filter begins at `filter` plus table[t].filter bytes.
 *
 * @param triples how many of the taps, the first ones of the table, come in threes that lie `xColumn` bytes apart: then
 * neighbouring windows share pixels
 * @param table pairs of integers: x, filter
 * @param xRow, xColumn from a window to the next one below, beside
 */
export function depthwiseRows(
  rows: i32, columns: i32, channels: i32, taps: i32, triples: i32, table: usize,
  x: usize, xRow: usize, xColumn: usize, filter: usize, bias: usize, low: f32, high: f32,
  y: usize, yRow: usize, yColumn: usize,
): void {
  const end = table + (<usize>taps << 3), shared = table + (<usize>(3 * triples) << 3);
  for (; rows > 0; rows--) {
    let column = 0;
    if (columns >= COLUMNS && channels >= 8) {
      for (; column < columns; column += COLUMNS) {
        const at = <usize>min(column, columns - COLUMNS);
        const from = x + at * xColumn, to = y + at * yColumn;
        if (triples > 0) {
          for (let c = 0; c < channels; c += 4) {
            const first = floats(min(c, channels - 4));
            tile4x4(table, shared, end, from + first, xColumn, filter + first, bias + first, low, high,
              to + first, yColumn);
          }
        } else {
          for (let c = 0; c < channels; c += 8) {
            const first = floats(min(c, channels - 8));
            tile4x8(table, end, from + first, xColumn, filter + first, bias + first, low, high, to + first, yColumn);
          }
        }
      }
    }
    for (; column < columns; column++) {
      const from = x + <usize>column * xColumn, to = y + <usize>column * yColumn;
      for (let c = 0; c < channels; c += 4) {
        const first = floats(channels < 4 ? 0 : min(c, channels - 4));
        tile1x4(table, end, from + first, filter + first, bias + first, low, high, to + first, min(channels, 4));
      }
    }
    x += xRow;
    y += yRow;
  }
}

/** Four windows, four channels; three taps of four windows are six pixels. */
// @ts-ignore: decorator
@inline
function tile4x4(
  table: usize, shared: usize, end: usize, x: usize, xColumn: usize, filter: usize, bias: usize, low: f32, high: f32,
  y: usize, yColumn: usize,
): void {
  let a = v128.load(bias), b = a, c = a, d = a;
  let t = table;
  for (; t < shared; t += 24) {
    const f0 = v128.load(filter + load<usize>(t, 4));
    const f1 = v128.load(filter + load<usize>(t, 12));
    const f2 = v128.load(filter + load<usize>(t, 20));
    let at = x + load<usize>(t);
    a = fma(v128.load(at), f0, a);
    at += xColumn;
    let pixel = v128.load(at);
    a = fma(pixel, f1, a); b = fma(pixel, f0, b);
    at += xColumn;
    pixel = v128.load(at);
    a = fma(pixel, f2, a); b = fma(pixel, f1, b); c = fma(pixel, f0, c);
    at += xColumn;
    pixel = v128.load(at);
    b = fma(pixel, f2, b); c = fma(pixel, f1, c); d = fma(pixel, f0, d);
    at += xColumn;
    pixel = v128.load(at);
    c = fma(pixel, f2, c); d = fma(pixel, f1, d);
    d = fma(v128.load(at + xColumn), f2, d);
  }
  for (; t < end; t += 8) {
    const f = v128.load(filter + load<usize>(t, 4));
    let at = x + load<usize>(t);
    a = fma(v128.load(at), f, a);
    at += xColumn;
    b = fma(v128.load(at), f, b);
    at += xColumn;
    c = fma(v128.load(at), f, c);
    d = fma(v128.load(at + xColumn), f, d);
  }
  const least = f32x4.splat(low), most = f32x4.splat(high);
  v128.store(y, clamp(a, least, most));
  y += yColumn;
  v128.store(y, clamp(b, least, most));
  y += yColumn;
  v128.store(y, clamp(c, least, most));
  v128.store(y + yColumn, clamp(d, least, most));
}

// @ts-ignore: decorator
@inline
function tile4x8(
  table: usize, end: usize, x: usize, xColumn: usize, filter: usize, bias: usize, low: f32, high: f32,
  y: usize, yColumn: usize,
): void {
  let a0 = v128.load(bias), a1 = v128.load(bias, 16);
  let b0 = a0, b1 = a1, c0 = a0, c1 = a1, d0 = a0, d1 = a1;
  for (let t = table; t < end; t += 8) {
    const f = filter + load<usize>(t, 4);
    const f0 = v128.load(f), f1 = v128.load(f, 16);
    let at = x + load<usize>(t);
    a0 = fma(v128.load(at), f0, a0); a1 = fma(v128.load(at, 16), f1, a1);
    at += xColumn;
    b0 = fma(v128.load(at), f0, b0); b1 = fma(v128.load(at, 16), f1, b1);
    at += xColumn;
    c0 = fma(v128.load(at), f0, c0); c1 = fma(v128.load(at, 16), f1, c1);
    at += xColumn;
    d0 = fma(v128.load(at), f0, d0); d1 = fma(v128.load(at, 16), f1, d1);
  }
  const least = f32x4.splat(low), most = f32x4.splat(high);
  v128.store(y, clamp(a0, least, most)); v128.store(y, clamp(a1, least, most), 16);
  y += yColumn;
  v128.store(y, clamp(b0, least, most)); v128.store(y, clamp(b1, least, most), 16);
  y += yColumn;
  v128.store(y, clamp(c0, least, most)); v128.store(y, clamp(c1, least, most), 16);
  y += yColumn;
  v128.store(y, clamp(d0, least, most)); v128.store(y, clamp(d1, least, most), 16);
}

/** One window, four channels, of which the first `lanes` are stored. */
// @ts-ignore: decorator
@inline
function tile1x4(
  table: usize, end: usize, x: usize, filter: usize, bias: usize, low: f32, high: f32, y: usize, lanes: i32,
): void {
  let sum = v128.load(bias);
  for (let t = table; t < end; t += 8) {
    sum = fma(v128.load(x + load<usize>(t)), v128.load(filter + load<usize>(t, 4)), sum);
  }
  storeLanes(y, 4, clamp(sum, f32x4.splat(low), f32x4.splat(high)), lanes);
}

/** The first `lanes` lanes of a vector, `stride` bytes apart. */
// @ts-ignore: decorator
@inline
export function storeLanes(to: usize, stride: usize, vector: v128, lanes: i32): void {
  if (lanes == 4 && stride == 4) {
    v128.store(to, vector);
    return;
  }
  v128.store_lane<f32>(to, vector, 0);
  if (lanes > 1) v128.store_lane<f32>(to + stride, vector, 1);
  if (lanes > 2) v128.store_lane<f32>(to + 2 * stride, vector, 2);
  if (lanes > 3) v128.store_lane<f32>(to + 3 * stride, vector, 3);
}

/** How many taps pass at once in `depthwiseFilterGradient`: all of a 3×3 filter. */
// @ts-ignore: decorator
@inline const TAPS: i32 = 9;

/**
 * dw[tap][c] += Σ over rows and columns x[…][c]·dy[row][column][c], for one image.
 *
 * @param taps a multiple of 9; `offsets` holds as many, where the pixel of a tap lies from the window's first
 * @param block rows of dy at a time, so that x and dy stay in the cache while all tiles of dw pass
 * @param dw zeroed before the first image; rows of `channels` floats, rounded up to a multiple of four
 */
export function depthwiseFilterGradient(
  rows: i32, columns: i32, block: i32, channels: i32, taps: i32, offsets: usize,
  x: usize, xRow: usize, xColumn: usize, dy: usize, dw: usize,
): void {
  const dyColumn = floats(channels), dyRow = dyColumn * columns, dwTap = floats((channels + 3) & ~3);
  for (let from = 0; from < rows; from += block) {
    const count = min(rows - from, block);
    for (let c = 0; c < channels; c += 4) {
      const xBlock = x + <usize>from * xRow + floats(c), dyBlock = dy + <usize>from * dyRow + floats(c);
      for (let t = 0; t < taps; t += TAPS) {
        nineTaps(count, columns, offsets + floats(t), xBlock, xRow, xColumn, dyBlock, dyColumn,
          dw + <usize>t * dwTap + floats(c), dwTap);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function nineTaps(
  rows: i32, columns: i32, offsets: usize, x: usize, xRow: usize, xColumn: usize, dy: usize, dyColumn: usize,
  dw: usize, dwTap: usize,
): void {
  const o0 = load<usize>(offsets), o1 = load<usize>(offsets, 4), o2 = load<usize>(offsets, 8);
  const o3 = load<usize>(offsets, 12), o4 = load<usize>(offsets, 16), o5 = load<usize>(offsets, 20);
  const o6 = load<usize>(offsets, 24), o7 = load<usize>(offsets, 28), o8 = load<usize>(offsets, 32);
  const row1 = dw + 3 * dwTap, row2 = row1 + 3 * dwTap;
  let s0 = v128.load(dw), s1 = v128.load(dw + dwTap), s2 = v128.load(dw + 2 * dwTap);
  let s3 = v128.load(row1), s4 = v128.load(row1 + dwTap), s5 = v128.load(row1 + 2 * dwTap);
  let s6 = v128.load(row2), s7 = v128.load(row2 + dwTap), s8 = v128.load(row2 + 2 * dwTap);
  for (; rows > 0; rows--) {
    let p = x;
    for (let i = columns; i > 0; i--) {
      const d = v128.load(dy);
      s0 = fma(v128.load(p + o0), d, s0);
      s1 = fma(v128.load(p + o1), d, s1);
      s2 = fma(v128.load(p + o2), d, s2);
      s3 = fma(v128.load(p + o3), d, s3);
      s4 = fma(v128.load(p + o4), d, s4);
      s5 = fma(v128.load(p + o5), d, s5);
      s6 = fma(v128.load(p + o6), d, s6);
      s7 = fma(v128.load(p + o7), d, s7);
      s8 = fma(v128.load(p + o8), d, s8);
      p += xColumn;
      dy += dyColumn;
    }
    x += xRow;
  }
  v128.store(dw, s0); v128.store(dw + dwTap, s1); v128.store(dw + 2 * dwTap, s2);
  v128.store(row1, s3); v128.store(row1 + dwTap, s4); v128.store(row1 + 2 * dwTap, s5);
  v128.store(row2, s6); v128.store(row2 + dwTap, s7); v128.store(row2 + 2 * dwTap, s8);
}
