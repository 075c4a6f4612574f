// The register tiles that all matrix products here are made of: a few rows by 8 columns, two vectors of sums a row, two
// more for a row of B, and one for a value of A.
//
// The tall tile is as tall as registers allow, for with fewer sums the multipliers wait. V8 has fifteen registers to give
// and gives them all only to a plain loop: one more value that lives across it, a loop around a part of the sums, or
// unrolling, and it spills to the stack, at half the speed. So runs follow one another through memory, where a tile's
// sums are still in the cache, and so does the activation.
import { clamp, floats, fma } from './simd';

/** Rows of a tall tile: six; five in plain SIMD, where each product needs a register before it is added. */
// @ts-ignore: decorator
@inline export const TALL_ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;

/** Rows of a tall tile, for JavaScript. */
export function tallRows(): i32 {
  return TALL_ROWS;
}

/** Rows of a low tile, for what tall ones leave over. */
// @ts-ignore: decorator
@inline export const LOW_ROWS: i32 = 4;
/** Columns of a tile. */
// @ts-ignore: decorator
@inline export const TILE_COLUMNS: i32 = 8;
/** Bytes of a row of a tile, and of a row of packed B. */
// @ts-ignore: decorator
@inline export const TILE_ROW: usize = 32;
/** Bytes of a tile, at most. */
// @ts-ignore: decorator
@inline export const TILE_BYTES: usize = 192;

// A tile's height travels as a type: so each height is compiled for itself.
export type Tall = i64;
export type Low = i32;

/** Whether a tile of that height has that row, beyond the four that all have. */
// @ts-ignore: decorator
@inline
export function hasRow<T>(row: i32): bool {
  return sizeof<T>() == sizeof<Tall>() && row < TALL_ROWS;
}

/**
 * C[TALL_ROWS][8] = S + A[row][0..k)·B, of one run of A.
 *
 * @param aRow from a row of A to the next
 * @param b packed: rows of 8 floats
 * @param s what the sums begin with: C itself with its distance of rows, or a bias with the distance 0
 * @param ahead what is read soon: a byte of it is loaded for each of k, `aheadStep` bytes apart, so that it comes from
 *     memory while the multipliers work
 */
export function tallTile(
  a: usize, aRow: usize, k: i32, b: usize, c: usize, cRow: usize, s: usize, sRow: usize, ahead: usize, aheadStep: usize,
): void {
  tile<Tall>(TALL_ROWS, a, aRow, k, b, c, cRow, s, sRow, ahead, aheadStep);
}

/** As {@link tallTile} with 1 to 4 rows: where they are fewer, those beyond repeat the last one, and write the same again. */
export function lowTile(
  rows: i32, a: usize, aRow: usize, k: i32, b: usize, c: usize, cRow: usize, s: usize, sRow: usize,
): void {
  tile<Low>(rows, a, aRow, k, b, c, cRow, s, sRow, 0, 0);
}

// @ts-ignore: decorator
@inline
function tile<T>(
  rows: i32, a: usize, aRow: usize, k: i32, b: usize, c: usize, cRow: usize, s: usize, sRow: usize,
  ahead: usize, aheadStep: usize,
): void {
  const s1 = rows > 1 ? s + sRow : s, s2 = rows > 2 ? s1 + sRow : s1, s3 = rows > 3 ? s2 + sRow : s2;
  const s4 = s3 + sRow, s5 = s4 + sRow;
  let c00 = v128.load(s), c01 = v128.load(s, 16), c10 = v128.load(s1), c11 = v128.load(s1, 16);
  let c20 = v128.load(s2), c21 = v128.load(s2, 16), c30 = v128.load(s3), c31 = v128.load(s3, 16);
  let c40 = c00, c41 = c01, c50 = c00, c51 = c01;
  if (hasRow<T>(4)) {
    c40 = v128.load(s4); c41 = v128.load(s4, 16);
  }
  if (hasRow<T>(5)) {
    c50 = v128.load(s5); c51 = v128.load(s5, 16);
  }
  let a1 = rows > 1 ? a + aRow : a, a2 = rows > 2 ? a1 + aRow : a1, a3 = rows > 3 ? a2 + aRow : a2;
  let a4 = a3 + aRow, a5 = a4 + aRow;
  for (let i = k; i > 0; i--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = fma(x, b0, c00); c01 = fma(x, b1, c01);
    x = v128.load32_splat(a1);
    c10 = fma(x, b0, c10); c11 = fma(x, b1, c11);
    x = v128.load32_splat(a2);
    c20 = fma(x, b0, c20); c21 = fma(x, b1, c21);
    x = v128.load32_splat(a3);
    c30 = fma(x, b0, c30); c31 = fma(x, b1, c31);
    if (hasRow<T>(4)) {
      x = v128.load32_splat(a4);
      c40 = fma(x, b0, c40); c41 = fma(x, b1, c41);
      a4 += 4;
    }
    if (hasRow<T>(5)) {
      x = v128.load32_splat(a5);
      c50 = fma(x, b0, c50); c51 = fma(x, b1, c51);
      a5 += 4;
    }
    a += 4; a1 += 4; a2 += 4; a3 += 4;
    b += TILE_ROW;
    if (hasRow<T>(4) && ASC_FEATURE_RELAXED_SIMD) { // in plain SIMD it would cost more than it saves
      load<u8>(ahead);
      ahead += aheadStep;
    }
  }
  const to1 = rows > 1 ? c + cRow : c, to2 = rows > 2 ? to1 + cRow : to1, to3 = rows > 3 ? to2 + cRow : to2;
  const to4 = to3 + cRow, to5 = to4 + cRow;
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(to1, c10); v128.store(to1, c11, 16);
  v128.store(to2, c20); v128.store(to2, c21, 16); v128.store(to3, c30); v128.store(to3, c31, 16);
  if (hasRow<T>(4)) {
    v128.store(to4, c40); v128.store(to4, c41, 16);
  }
  if (hasRow<T>(5)) {
    v128.store(to5, c50); v128.store(to5, c51, 16);
  }
}

/** As {@link lowTile}, of `count` runs of k, which begin at A's rows plus the integers of `runs`: where runs are short. */
export function runsTile(
  rows: i32, a: usize, aRow: usize, runs: usize, count: i32, k: i32, b: usize, c: usize, cRow: usize, s: usize, sRow: usize,
): void {
  const s1 = rows > 1 ? s + sRow : s, s2 = rows > 2 ? s1 + sRow : s1, s3 = rows > 3 ? s2 + sRow : s2;
  let c00 = v128.load(s), c01 = v128.load(s, 16), c10 = v128.load(s1), c11 = v128.load(s1, 16);
  let c20 = v128.load(s2), c21 = v128.load(s2, 16), c30 = v128.load(s3), c31 = v128.load(s3, 16);
  const row1 = rows > 1 ? a + aRow : a, row2 = rows > 2 ? row1 + aRow : row1, row3 = rows > 3 ? row2 + aRow : row2;
  for (; count > 0; count--) {
    const run = load<usize>(runs);
    let a0 = a + run, a1 = row1 + run, a2 = row2 + run, a3 = row3 + run;
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
    runs += 4;
  }
  const to1 = rows > 1 ? c + cRow : c, to2 = rows > 2 ? to1 + cRow : to1, to3 = rows > 3 ? to2 + cRow : to2;
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(to1, c10); v128.store(to1, c11, 16);
  v128.store(to2, c20); v128.store(to2, c21, 16); v128.store(to3, c30); v128.store(to3, c31, 16);
}

/**
 * As {@link tallTile} with one row. Even and odd k have sums of their own: one row alone is too few to keep the
 * multipliers busy, and eight columns of packed B stream past whatever is done with them.
 */
export function rowTile(a: usize, k: i32, b: usize, c: usize, s: usize): void {
  let even0 = v128.load(s), even1 = v128.load(s, 16), odd0 = f32x4.splat(0), odd1 = odd0;
  for (; k >= 2; k -= 2) {
    let x = v128.load32_splat(a);
    even0 = fma(x, v128.load(b), even0); even1 = fma(x, v128.load(b, 16), even1);
    x = v128.load32_splat(a, 4);
    odd0 = fma(x, v128.load(b, 32), odd0); odd1 = fma(x, v128.load(b, 48), odd1);
    a += 8;
    b += 2 * TILE_ROW;
  }
  if (k) {
    const x = v128.load32_splat(a);
    even0 = fma(x, v128.load(b), even0); even1 = fma(x, v128.load(b, 16), even1);
  }
  v128.store(c, f32x4.add(even0, odd0)); v128.store(c, f32x4.add(even1, odd1), 16);
}

/** Clamps `rows` rows of 8 columns where they lie. */
export function clampRows(rows: i32, c: usize, cRow: usize, low: f32, high: f32): void {
  const l = f32x4.splat(low), h = f32x4.splat(high);
  for (; rows > 0; rows--) {
    v128.store(c, clamp(v128.load(c), l, h));
    v128.store(c, clamp(v128.load(c, 16), l, h), 16);
    c += cRow;
  }
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
