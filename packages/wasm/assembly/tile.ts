// The register tile that all matrix products here are made of: 4 rows by 8 columns, eight vectors of sums, and two more
// for a row of B. Larger tiles, and unrolling over k, are slower: V8 then spills registers to the stack.
import { clamp, floats, fma } from './simd';

/** Rows of a tile. */
// @ts-ignore: decorator
@inline export const TILE_ROWS: i32 = 4;
/** Columns of a tile. */
// @ts-ignore: decorator
@inline export const TILE_COLUMNS: i32 = 8;
/** Bytes of a row of a tile, and of a row of packed B. */
// @ts-ignore: decorator
@inline export const TILE_ROW: usize = 32;
/** Bytes of a tile. */
// @ts-ignore: decorator
@inline export const TILE_BYTES: usize = 128;

/**
 * C[4][8] = clamp(bias + Σ over segments and k of A[row]·B). A row of A is `segmentCount` runs of `k` floats; run s
 * begins at the row's address plus the s-th integer of `segments`. That is how a convolution reads its window where it
 * lies: a run per kernel row, or per tap where dilation spreads them.
 *
 * @param rows 1 to 4: where it is less, the rows beyond repeat the last one, and write the same again
 * @param aRow from a row of A to the next
 * @param b packed: rows of 8 floats
 */
// @ts-ignore: decorator
@inline
export function tile(
  rows: i32, a: usize, aRow: usize, segments: usize, segmentCount: i32, k: i32,
  b: usize, c: usize, cRow: usize, bias: usize, low: f32, high: f32,
): void {
  const row1 = rows > 1 ? a + aRow : a, row2 = rows > 2 ? row1 + aRow : row1, row3 = rows > 3 ? row2 + aRow : row2;
  let c00 = v128.load(bias), c01 = v128.load(bias, 16);
  let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01;
  for (let s = 0; s < segmentCount; s++) {
    const offset = load<usize>(segments);
    segments += 4;
    let a0 = a + offset, a1 = row1 + offset, a2 = row2 + offset, a3 = row3 + offset;
    for (let i = k; i > 0; i--) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let x = v128.load32_splat(a0);
      c00 = fma(x, b0, c00); c01 = fma(x, b1, c01);
      x = v128.load32_splat(a1);
      c10 = fma(x, b0, c10); c11 = fma(x, b1, c11);
      x = v128.load32_splat(a2);
      c20 = fma(x, b0, c20); c21 = fma(x, b1, c21);
      x = v128.load32_splat(a3);
      c30 = fma(x, b0, c30); c31 = fma(x, b1, c31);
      a0 += 4; a1 += 4; a2 += 4; a3 += 4;
      b += TILE_ROW;
    }
  }
  const cRow1 = rows > 1 ? c + cRow : c, cRow2 = rows > 2 ? cRow1 + cRow : cRow1, cRow3 = rows > 3 ? cRow2 + cRow : cRow2;
  storeTile(c, cRow1, cRow2, cRow3, c00, c01, c10, c11, c20, c21, c30, c31, low, high);
}

/**
 * As {@link tile} with four rows and packed B, where the distance of A's rows is a literal: one pointer walks A, and the
 * rows are constant offsets of its loads. Only types are literal enough for that, so the distance is spelled in two of
 * them: 8 · sizeof<P>() · sizeof<Q>() bytes.
 */
export function tileAtDistance<P, Q>(
  a: usize, segments: usize, segmentCount: i32, k: i32,
  b: usize, c: usize, cRow: usize, bias: usize, low: f32, high: f32,
): void {
  let c00 = v128.load(bias), c01 = v128.load(bias, 16);
  let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01;
  for (let s = 0; s < segmentCount; s++) {
    let p = a + load<usize>(segments);
    segments += 4;
    for (let i = k; i > 0; i--) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let x = v128.load32_splat(p);
      c00 = fma(x, b0, c00); c01 = fma(x, b1, c01);
      x = v128.load32_splat(p, 8 * sizeof<P>() * sizeof<Q>());
      c10 = fma(x, b0, c10); c11 = fma(x, b1, c11);
      x = v128.load32_splat(p, 16 * sizeof<P>() * sizeof<Q>());
      c20 = fma(x, b0, c20); c21 = fma(x, b1, c21);
      x = v128.load32_splat(p, 24 * sizeof<P>() * sizeof<Q>());
      c30 = fma(x, b0, c30); c31 = fma(x, b1, c31);
      p += 4;
      b += TILE_ROW;
    }
  }
  const cRow1 = c + cRow, cRow2 = cRow1 + cRow, cRow3 = cRow2 + cRow;
  storeTile(c, cRow1, cRow2, cRow3, c00, c01, c10, c11, c20, c21, c30, c31, low, high);
}

/**
 * As {@link tile} with one row. Even and odd k have sums of their own: one row alone is too few to keep the multipliers
 * busy, and eight columns of packed B stream past whatever is done with them.
 */
export function rowTile(
  a: usize, segments: usize, segmentCount: i32, k: i32, b: usize, c: usize, bias: usize, low: f32, high: f32,
): void {
  let even0 = v128.load(bias), even1 = v128.load(bias, 16), odd0 = f32x4.splat(0), odd1 = odd0;
  for (let s = 0; s < segmentCount; s++) {
    let p = a + load<usize>(segments), i = k;
    segments += 4;
    for (; i >= 2; i -= 2) {
      let x = v128.load32_splat(p);
      even0 = fma(x, v128.load(b), even0); even1 = fma(x, v128.load(b, 16), even1);
      x = v128.load32_splat(p, 4);
      odd0 = fma(x, v128.load(b, 32), odd0); odd1 = fma(x, v128.load(b, 48), odd1);
      p += 8;
      b += 2 * TILE_ROW;
    }
    if (i) {
      const x = v128.load32_splat(p);
      even0 = fma(x, v128.load(b), even0); even1 = fma(x, v128.load(b, 16), even1);
      b += TILE_ROW;
    }
  }
  const l = f32x4.splat(low), h = f32x4.splat(high);
  v128.store(c, clamp(f32x4.add(even0, odd0), l, h));
  v128.store(c, clamp(f32x4.add(even1, odd1), l, h), 16);
}

// @ts-ignore: decorator
@inline
function storeTile(
  row0: usize, row1: usize, row2: usize, row3: usize,
  c00: v128, c01: v128, c10: v128, c11: v128, c20: v128, c21: v128, c30: v128, c31: v128, low: f32, high: f32,
): void {
  const l = f32x4.splat(low), h = f32x4.splat(high);
  v128.store(row0, clamp(c00, l, h)); v128.store(row0, clamp(c01, l, h), 16);
  v128.store(row1, clamp(c10, l, h)); v128.store(row1, clamp(c11, l, h), 16);
  v128.store(row2, clamp(c20, l, h)); v128.store(row2, clamp(c21, l, h), 16);
  v128.store(row3, clamp(c30, l, h)); v128.store(row3, clamp(c31, l, h), 16);
}

/** Copies the corner `rows` × `columns` of a tile that was written to `spill` to where it belongs. */
export function copyCorner(spill: usize, c: usize, cRow: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    memory.copy(c, spill, floats(columns));
    c += cRow;
    spill += TILE_ROW;
  }
}

/** Adds the corner `rows` × `columns` of a tile that was written to `spill` to where it belongs. */
export function addCorner(spill: usize, c: usize, cRow: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < floats(columns); at += 4) {
      store<f32>(c + at, load<f32>(c + at) + load<f32>(spill + at));
    }
    c += cRow;
    spill += TILE_ROW;
  }
}
