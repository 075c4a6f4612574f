// Matrix products, and convolutions as matrix products whose rows are never copied (implicit GEMM).
import { floats } from './simd';
import { clampRows, copyCorner, LOW_ROWS, lowTile, rowTile, runsTile, TALL_ROWS, TILE_COLUMNS, TILE_ROW, tallTile } from './tile';

/** Runs of less are summed up in registers, in low tiles. */
// @ts-ignore: decorator
@inline const SHORT: i32 = 16;

/** From how many rows on B is worth fetching ahead. */
// @ts-ignore: decorator
@inline const LONG: i32 = 64;

/**
 * `count` rows of A by one panel of B: 8 columns of C. A row of A is `segmentCount` runs of `k` floats; run s begins at
 * the row's address plus the s-th integer of `segments`. That is how a convolution reads its window where it lies: a run
 * per kernel row, or per tap where dilation spreads them.
 *
 * @param s what the sums begin with: rows of 8 floats `sRow` bytes apart, or a bias with the distance 0
 */
function panel(
  count: i32, a: usize, aRow: usize, segments: usize, segmentCount: i32, k: i32, b: usize,
  c: usize, cRow: usize, s: usize, sRow: usize, low: f32, high: f32, isLast: bool,
): void {
  const isShort = segmentCount > 1 && k < SHORT;
  for (let i = 0; isShort && i < count; i += LOW_ROWS) {
    const x = a + <usize>i * aRow, y = c + <usize>i * cRow, start = s + <usize>i * sRow;
    runsTile(min(count - i, LOW_ROWS), x, aRow, segments, segmentCount, k, b, y, cRow, start, sRow);
  }
  for (let run = 0; !isShort && run < segmentCount; run++) {
    const isEnd = isLast && run == segmentCount - 1;
    products(count, a + load<usize>(segments + floats(run)), aRow, k, b, c, cRow, s, sRow, isEnd);
    s = c;
    sRow = cRow;
    b += <usize>k * TILE_ROW;
  }
  if (low > -Infinity || high < Infinity) clampRows(count, c, cRow, low, high);
}

/** C[count][8] = S + A[count][k]·B, of one run of A. Tile by tile, B's next k rows come from memory. */
// @ts-ignore: decorator
@inline
function products(
  count: i32, a: usize, aRow: usize, k: i32, b: usize, c: usize, cRow: usize, s: usize, sRow: usize, isLast: bool,
): void {
  let ahead = b, aheadTile: usize = 0, aheadStep: usize = 0, last = b;
  if (k >= LONG && !isLast) {
    const bytes = <usize>k * TILE_ROW, tiles = max(1, <usize>(count / TALL_ROWS));
    aheadTile = bytes / tiles;
    aheadStep = (TILE_ROW + tiles - 1) / tiles;
    ahead += bytes;
    last = ahead + bytes - <usize>k * aheadStep;
  }
  for (; count >= TALL_ROWS; count -= TALL_ROWS) {
    tallTile(a, aRow, k, b, c, cRow, s, sRow, min(ahead, last), aheadStep);
    ahead += aheadTile;
    a += TALL_ROWS * aRow;
    c += TALL_ROWS * cRow;
    s += TALL_ROWS * sRow;
  }
  if (count > 1) {
    lowTile(min(count, LOW_ROWS), a, aRow, k, b, c, cRow, s, sRow);
    a += LOW_ROWS * aRow;
    c += LOW_ROWS * cRow;
    s += LOW_ROWS * sRow;
    count -= LOW_ROWS;
  }
  if (count == 1) rowTile(a, k, b, c, s);
}

/** As {@link panel}, the last of C's panels, of fewer than 8 columns: tile by tile, through `spill`. */
function lastPanel(
  count: i32, a: usize, aRow: usize, segments: usize, segmentCount: i32, k: i32, b: usize, columns: i32,
  c: usize, cRow: usize, s: usize, sRow: usize, low: f32, high: f32, spill: usize,
): void {
  for (; count > 0; count -= TALL_ROWS) {
    const rows = min(count, TALL_ROWS);
    panel(rows, a, aRow, segments, segmentCount, k, b, spill, TILE_ROW, s, sRow, low, high, true);
    copyCorner(spill, c, cRow, rows, columns);
    a += TALL_ROWS * aRow;
    c += TALL_ROWS * cRow;
    s += TALL_ROWS * sRow;
  }
}

/**
 * Rows of an implicit GEMM: out[r][i][0..n) = clamp(bias + window(r, i)·B), where window (r, i) is the runs of A that
 * `segments` lists, from a + r·aRow + i·aPixel on (see `panel`). Runs over blocks of rows that stay in the cache while all
 * panels of B pass.
 *
 * @param rows output rows, of `columns` pixels each; `block` of them at a time
 * @param b packed: panels of 8 columns, each segmentCount·k rows of 8 floats
 * @param bias n floats, readable up to the next multiple of 8
 * @param spill scratch for one tile (192 bytes)
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
        const x = a + <usize>r * aRow, y = c + <usize>r * cRow;
        panelAt(j, columns, x, aPixel, segments, segmentCount, k, packed, n, y, cPixel, bias, 0, low, high, spill);
      }
      packed += panelBytes;
    }
  }
}

/** Columns j to j + 8 of C, or as many as there are. */
// @ts-ignore: decorator
@inline
function panelAt(
  j: i32, count: i32, a: usize, aRow: usize, segments: usize, segmentCount: i32, k: i32, b: usize, n: i32,
  c: usize, cRow: usize, s: usize, sRow: usize, low: f32, high: f32, spill: usize,
): void {
  c += floats(j);
  s += floats(j);
  if (n - j >= TILE_COLUMNS) panel(count, a, aRow, segments, segmentCount, k, b, c, cRow, s, sRow, low, high, n - j == TILE_COLUMNS);
  else lastPanel(count, a, aRow, segments, segmentCount, k, b, n - j, c, cRow, s, sRow, low, high, spill);
}

/**
 * C[m][n] = clamp(S + A[m][k]·B[k][n]), B packed in panels of 8 columns; `block` rows of A at a time.
 *
 * @param s what the sums begin with: C's rows elsewhere, or a bias (as in `gemmRows`) with the distance 0
 * @param noOffset address of one integer 0
 */
export function gemm(
  m: i32, k: i32, n: i32, block: i32, a: usize, aRow: usize, b: usize, c: usize, cRow: usize, s: usize, sRow: usize,
  low: f32, high: f32, noOffset: usize, spill: usize,
): void {
  for (; m > 0; m -= block) {
    let packed = b;
    for (let j = 0; j < n; j += TILE_COLUMNS) {
      panelAt(j, min(m, block), a, aRow, noOffset, 1, k, packed, n, c, cRow, s, sRow, low, high, spill);
      packed += <usize>k * TILE_ROW;
    }
    a += <usize>block * aRow;
    c += <usize>block * cRow;
    s += <usize>block * sRow;
  }
}
