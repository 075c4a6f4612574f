// The gradient of a convolution's filter: for every tap Xᵀ·dY, summed over pixels, where X is the input as the tap sees
// it. Nothing is transposed or copied: some channels of X and eight of dY lie side by side at every pixel.
import { floats, fma } from './simd';
import { addCorner, hasRow, LOW_ROWS, Low, TALL_ROWS, TILE_BYTES, TILE_COLUMNS, TILE_ROW, Tall } from './tile';

/** Floats of X that stay in the first-level cache while all columns of dY pass. */
// @ts-ignore: decorator
@inline const BLOCK_FLOATS: i32 = 4096;

/**
 * Pixels this far apart are copied together before they are read again and again: at such distances they fall into few
 * sets of the first-level cache and drive one another out.
 */
// @ts-ignore: decorator
@inline const FAR: usize = 1024;

/** Rows of fewer pixels are copied together too, for a tile's sums are read and written once a row. */
// @ts-ignore: decorator
@inline const SHORT: i32 = 16;

/** C[TALL_ROWS][8] += Σ over pixels A[pixel][0..TALL_ROWS)ᵀ·B[pixel][0..8). */
export function tallProducts(pixels: i32, a: usize, aPixel: usize, b: usize, bPixel: usize, c: usize, cRow: usize): void {
  tileProducts<Tall>(pixels, a, aPixel, b, bPixel, c, cRow);
}

/** C[4][8] += Σ over pixels A[pixel][0..4)ᵀ·B[pixel][0..8). */
export function lowProducts(pixels: i32, a: usize, aPixel: usize, b: usize, bPixel: usize, c: usize, cRow: usize): void {
  tileProducts<Low>(pixels, a, aPixel, b, bPixel, c, cRow);
}

// @ts-ignore: decorator
@inline
function tileProducts<T>(pixels: i32, a: usize, aPixel: usize, b: usize, bPixel: usize, c: usize, cRow: usize): void {
  const row1 = c + cRow, row2 = row1 + cRow, row3 = row2 + cRow, row4 = row3 + cRow, row5 = row4 + cRow;
  let c00 = v128.load(c), c01 = v128.load(c, 16), c10 = v128.load(row1), c11 = v128.load(row1, 16);
  let c20 = v128.load(row2), c21 = v128.load(row2, 16), c30 = v128.load(row3), c31 = v128.load(row3, 16);
  let c40 = c00, c41 = c01, c50 = c00, c51 = c01;
  if (hasRow<T>(4)) {
    c40 = v128.load(row4); c41 = v128.load(row4, 16);
  }
  if (hasRow<T>(5)) {
    c50 = v128.load(row5); c51 = v128.load(row5, 16);
  }
  for (let i = pixels; i > 0; i--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = fma(x, b0, c00); c01 = fma(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = fma(x, b0, c10); c11 = fma(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = fma(x, b0, c20); c21 = fma(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = fma(x, b0, c30); c31 = fma(x, b1, c31);
    if (hasRow<T>(4)) {
      x = v128.load32_splat(a, 16);
      c40 = fma(x, b0, c40); c41 = fma(x, b1, c41);
    }
    if (hasRow<T>(5)) {
      x = v128.load32_splat(a, 20);
      c50 = fma(x, b0, c50); c51 = fma(x, b1, c51);
    }
    a += aPixel;
    b += bPixel;
  }
  v128.store(c, c00); v128.store(c, c01, 16); v128.store(row1, c10); v128.store(row1, c11, 16);
  v128.store(row2, c20); v128.store(row2, c21, 16); v128.store(row3, c30); v128.store(row3, c31, 16);
  if (hasRow<T>(4)) {
    v128.store(row4, c40); v128.store(row4, c41, 16);
  }
  if (hasRow<T>(5)) {
    v128.store(row5, c50); v128.store(row5, c51, 16);
  }
}

/** A tile of the gradient, `channels` ≤ TALL_ROWS of X by `width` ≤ 8 of dY, over `rows` rows of `pixels` pixels. */
function products(
  rows: i32, pixels: i32, a: usize, aPixel: usize, aRow: usize, b: usize, bPixel: usize, channels: i32, width: i32,
  c: usize, cRow: usize, spill: usize,
): void {
  if (aRow == <usize>pixels * aPixel) {
    pixels *= rows;
    rows = 1;
  }
  const tall = channels > LOW_ROWS;
  const whole = width == TILE_COLUMNS && (channels == TALL_ROWS || channels == LOW_ROWS);
  const to = whole ? c : spill, toRow = whole ? cRow : TILE_ROW;
  if (!whole) memory.fill(spill, 0, TILE_BYTES);
  for (; rows > 0; rows--) {
    if (tall) tallProducts(pixels, a, aPixel, b, bPixel, to, toRow);
    else lowProducts(pixels, a, aPixel, b, bPixel, to, toRow);
    a += aRow;
    b += <usize>pixels * bPixel;
  }
  if (!whole) addCorner(spill, c, cRow, channels, width);
}

/**
 * dW[segment][k][n] += Σ over rows and pixels of X[…]ᵀ·dY[row][pixel][n], for one image. Segment s of X begins at its
 * pixel's address plus the s-th integer of `segments` and is k floats long, as in `gemmRows`.
 *
 * @param rows rows of dY, `block` at a time, so that both operands stay in the cache while all tiles of dW pass
 * @param dw zeroed before the first image
 * @param scratch one tile (192 bytes), then room for {@link BLOCK_FLOATS} + 14·block·pixels floats
 */
export function filterGradient(
  rows: i32, pixels: i32, block: i32, segments: usize, segmentCount: i32, k: i32, n: i32,
  x: usize, xPixel: usize, xRow: usize, dy: usize, dw: usize, scratch: usize,
): void {
  const dyPixel = floats(n), dyRow = dyPixel * pixels;
  const dyPanel = scratch + TILE_BYTES, height = heightFor(k);
  for (let from = 0; from < rows; from += block) {
    const count = min(rows - from, block), all = count * pixels;
    const channels = max(1, BLOCK_FLOATS / (all * height)) * height;
    const xPanels = dyPanel + <usize>all * TILE_ROW;
    for (let s = 0; s < segmentCount; s++) {
      const xBlock = x + <usize>from * xRow + load<usize>(segments + floats(s));
      for (let i0 = 0; i0 < k; i0 += channels) {
        const i1 = min(k, i0 + channels);
        let xa = xBlock + floats(i0), xStep = xPixel, xLine = xRow, xTile = floats(height);
        if (xPixel >= FAR || count > 1 && pixels < SHORT && xRow != xPixel * pixels) {
          gatherX(height, count, pixels, i1 - i0, xa, xPixel, xRow, xPanels);
          xa = xPanels;
          xStep = floats(height);
          xLine = <usize>pixels * xStep;
          xTile = <usize>all * floats(height);
        }
        for (let j = 0; j < n; j += TILE_COLUMNS) {
          let b = dy + <usize>from * dyRow + floats(j), bStep = dyPixel;
          if (dyPixel >= FAR) {
            gatherY(all, b, dyPixel, dyPanel);
            b = dyPanel;
            bStep = TILE_ROW;
          }
          let a = xa;
          for (let i = i0; i < i1; i += height) {
            const c = dw + floats((s * k + i) * n + j);
            products(count, pixels, a, xStep, xLine, b, bStep, min(k - i, height), min(n - j, TILE_COLUMNS), c, dyPixel, scratch);
            a += xTile;
          }
        }
      }
    }
  }
}

/** Rows of the tiles for so many channels: tall, unless that leaves much of a low tile empty. */
// @ts-ignore: decorator
@inline
function heightFor(channels: i32): i32 {
  const rest = channels % TALL_ROWS, empty = rest > 0 && rest < LOW_ROWS ? LOW_ROWS - rest : 0;
  return 10 * empty > channels ? LOW_ROWS : TALL_ROWS;
}

/** X[pixel][channels] to tiles [channels / height][pixel][height]. A pixel's last vector is overwritten by the next pixel. */
function gatherX(
  height: i32, rows: i32, pixels: i32, channels: i32, x: usize, xPixel: usize, xRow: usize, to: usize,
): void {
  for (let i = 0; i < channels; i += height) {
    for (let r = 0; r < rows; r++) {
      let from = x + floats(i) + <usize>r * xRow;
      for (let p = 0; p < pixels; p++) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        to += floats(height);
        from += xPixel;
      }
    }
  }
}

/** Eight columns of dY[pixel][n] to [pixel][8]. */
function gatherY(pixels: i32, from: usize, dyPixel: usize, to: usize): void {
  for (let p = 0; p < pixels; p++) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    to += TILE_ROW;
    from += dyPixel;
  }
}
