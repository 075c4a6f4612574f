// Matrix products, and convolutions as matrix products whose rows are never copied (implicit GEMM).
import { floats } from './simd';
import { copyCorner, rowTile, TILE_COLUMNS, TILE_ROW, TILE_ROWS, tile, tileAtDistance } from './tile';

/** `count` rows of A by one panel of B: `columns` ≤ 8 columns of C. */
// @ts-ignore: decorator
@inline
function panel(
  count: i32, a: usize, aRow: usize, segments: usize, segmentCount: i32, k: i32, b: usize, columns: i32,
  c: usize, cRow: usize, bias: usize, low: f32, high: f32, spill: usize,
): void {
  const whole = columns >= TILE_COLUMNS;
  for (let i = 0; i < count; i += TILE_ROWS) {
    const rows = min(count - i, TILE_ROWS);
    const to = whole ? c : spill, toRow = whole ? cRow : TILE_ROW;
    // The usual channel counts, 16 to 512, have a tile each.
    if (rows == 4 && aRow == 64) tileAtDistance<i16, i32>(a, segments, segmentCount, k, b, to, toRow, bias, low, high);
    else if (rows == 4 && aRow == 128) tileAtDistance<i32, i32>(a, segments, segmentCount, k, b, to, toRow, bias, low, high);
    else if (rows == 4 && aRow == 256) tileAtDistance<i32, i64>(a, segments, segmentCount, k, b, to, toRow, bias, low, high);
    else if (rows == 4 && aRow == 512) tileAtDistance<i64, i64>(a, segments, segmentCount, k, b, to, toRow, bias, low, high);
    else if (rows == 4 && aRow == 1024) tileAtDistance<i64, v128>(a, segments, segmentCount, k, b, to, toRow, bias, low, high);
    else if (rows == 4 && aRow == 2048) tileAtDistance<v128, v128>(a, segments, segmentCount, k, b, to, toRow, bias, low, high);
    else if (rows == 1) rowTile(a, segments, segmentCount, k, b, to, bias, low, high);
    else tile(rows, a, aRow, segments, segmentCount, k, b, to, toRow, bias, low, high);
    if (!whole) copyCorner(spill, c, cRow, rows, columns);
    a += aRow << 2;
    c += cRow << 2;
  }
}

/**
 * Rows of an implicit GEMM: out[r][i][0..n) = clamp(bias + window(r, i)·B), where window (r, i) is the runs of A that
 * `segments` lists, from a + r·aRow + i·aPixel on (see `tile`). Runs over blocks of rows that stay in the cache while all
 * panels of B pass.
 *
 * @param rows output rows, of `columns` pixels each; `block` of them at a time
 * @param b packed: panels of 8 columns, each segmentCount·k rows of 8 floats
 * @param bias n floats, readable up to the next multiple of 8
 * @param spill scratch for one tile (128 bytes)
 */
export function gemmRows(
  rows: i32, columns: i32, block: i32, a: usize, aRow: usize, aPixel: usize, segments: usize, segmentCount: i32, k: i32,
  b: usize, n: i32, c: usize, cRow: usize, cPixel: usize, bias: usize, low: f32, high: f32, spill: usize,
): void {
  const panelBytes = <usize>(segmentCount * k) * TILE_ROW;
  for (let from = 0; from < rows; from += block) {
    const to = min(rows, from + block);
    let packed = b;
    for (let j = 0; j < n; j += TILE_COLUMNS) {
      for (let r = from; r < to; r++) {
        panel(columns, a + <usize>r * aRow, aPixel, segments, segmentCount, k, packed, n - j,
          c + <usize>r * cRow + floats(j), cPixel, bias + floats(j), low, high, spill);
      }
      packed += panelBytes;
    }
  }
}

/**
 * C[m][n] = clamp(bias + A[m][k]·B[k][n]), B packed in panels of 8 columns; `block` rows of A at a time.
 *
 * @param noOffset address of one integer 0
 */
export function gemm(
  m: i32, k: i32, n: i32, block: i32, a: usize, aRow: usize, b: usize, c: usize, cRow: usize,
  bias: usize, low: f32, high: f32, noOffset: usize, spill: usize,
): void {
  for (let from = 0; from < m; from += block) {
    gemmRows(1, min(m - from, block), 1, a + <usize>from * aRow, 0, aRow, noOffset, 1, k,
      b, n, c + <usize>from * cRow, 0, cRow, bias, low, high, spill);
  }
}
