// The gradient of a convolution's filter: for every tap Xᵀ·dY, summed over pixels, where X is the input as the tap sees
// it. Nothing is transposed or copied: four channels of X and eight of dY lie side by side at every pixel.
import { floats, fma, VECTOR } from './simd';
import { addCorner, TILE_BYTES, TILE_COLUMNS, TILE_ROW, TILE_ROWS } from './tile';

/** Floats of X that stay in the first-level cache while all columns of dY pass. */
// @ts-ignore: decorator
@inline const BLOCK_FLOATS: i32 = 4096;

/**
 * Pixels this far apart are copied together before they are read again and again: at such distances they fall into few
 * sets of the first-level cache and drive one another out.
 */
// @ts-ignore: decorator
@inline const FAR: usize = 1024;

/** C[4][8] (+)= Σ over pixels A[pixel][0..4)ᵀ·B[pixel][0..8), over `rows` rows of `pixels` pixels. */
// @ts-ignore: decorator
@inline
function outerProducts(
  rows: i32, pixels: i32, a: usize, aPixel: usize, aRowEnd: usize, b: usize, bPixel: usize,
  c: usize, cRow: usize, accumulate: bool,
): void {
  const row1 = c + cRow, row2 = row1 + cRow, row3 = row2 + cRow;
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  if (accumulate) {
    c00 = v128.load(c); c01 = v128.load(c, 16);
    c10 = v128.load(row1); c11 = v128.load(row1, 16);
    c20 = v128.load(row2); c21 = v128.load(row2, 16);
    c30 = v128.load(row3); c31 = v128.load(row3, 16);
  }
  for (; rows > 0; rows--) {
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
      a += aPixel;
      b += bPixel;
    }
    a += aRowEnd;
  }
  v128.store(c, c00); v128.store(c, c01, 16);
  v128.store(row1, c10); v128.store(row1, c11, 16);
  v128.store(row2, c20); v128.store(row2, c21, 16);
  v128.store(row3, c30); v128.store(row3, c31, 16);
}

/**
 * dW[segment][k][n] += Σ over rows and pixels of X[…]ᵀ·dY[row][pixel][n], for one image. Segment s of X begins at its
 * pixel's address plus the s-th integer of `segments` and is k floats long, as in `gemmRows`.
 *
 * @param rows rows of dY, `block` at a time, so that both operands stay in the cache while all tiles of dW pass
 * @param dw zeroed before the first image
 * @param scratch one tile (128 bytes), then room for {@link BLOCK_FLOATS} + 12·block·pixels floats
 */
export function filterGradient(
  rows: i32, pixels: i32, block: i32, segments: usize, segmentCount: i32, k: i32, n: i32,
  x: usize, xPixel: usize, xRow: usize, dy: usize, dw: usize, scratch: usize,
): void {
  const dyPixel = floats(n), dyRow = dyPixel * pixels;
  const dyPanel = scratch + TILE_BYTES;
  for (let from = 0; from < rows; from += block) {
    const count = min(rows - from, block), all = count * pixels;
    const channels = max(TILE_ROWS, BLOCK_FLOATS / all & ~(TILE_ROWS - 1));
    const xPanels = dyPanel + <usize>all * TILE_ROW;
    for (let s = 0; s < segmentCount; s++) {
      const xBlock = x + <usize>from * xRow + load<usize>(segments + floats(s));
      for (let i0 = 0; i0 < k; i0 += channels) {
        const i1 = min(k, i0 + channels);
        let xa = xBlock + floats(i0), xStep = xPixel, xEnd = xRow - xPixel * pixels, xTile = VECTOR;
        if (xPixel >= FAR) {
          gatherX(count, pixels, i1 - i0, xa, xPixel, xEnd, xPanels);
          xa = xPanels;
          xStep = VECTOR;
          xEnd = 0;
          xTile = <usize>all * VECTOR;
        }
        for (let j = 0; j < n; j += TILE_COLUMNS) {
          let b = dy + <usize>from * dyRow + floats(j), bStep = dyPixel;
          if (dyPixel >= FAR) {
            gatherY(all, b, dyPixel, dyPanel);
            b = dyPanel;
            bStep = TILE_ROW;
          }
          let a = xa;
          for (let i = i0; i < i1; i += TILE_ROWS) {
            const height = min(k - i, TILE_ROWS), width = min(n - j, TILE_COLUMNS);
            const whole = height == TILE_ROWS && width == TILE_COLUMNS;
            const c = dw + floats((s * k + i) * n + j);
            outerProducts(count, pixels, a, xStep, xEnd, b, bStep, whole ? c : scratch, whole ? dyPixel : TILE_ROW, whole);
            if (!whole) addCorner(scratch, c, dyPixel, height, width);
            a += xTile;
          }
        }
      }
    }
  }
}

/** X[pixel][channels] to [channels / 4][pixel][4]. */
function gatherX(rows: i32, pixels: i32, channels: i32, x: usize, xPixel: usize, xRowEnd: usize, to: usize): void {
  for (let i = 0; i < channels; i += TILE_ROWS) {
    let from = x + floats(i);
    for (let r = 0; r < rows; r++) {
      for (let p = 0; p < pixels; p++) {
        v128.store(to, v128.load(from));
        to += VECTOR;
        from += xPixel;
      }
      from += xRowEnd;
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
