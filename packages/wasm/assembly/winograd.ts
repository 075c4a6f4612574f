// 3×3 convolutions of stride 1 by Winograd's minimal filtering, in two dimensions (Lavin & Gray, arXiv:1509.09308):
//
//     Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A          for every tile of m×m outputs, m = 4 or 2
//
// The sum over input channels is taken between the transforms, so each of the (m+2)² points ("planes") is one matrix
// product [tiles][cin]·[cin][cout]. The gradients are the same formula: of the input, a convolution with the filter
// reversed; of the filter, dg = Gᵀ[Σ over tiles (Bᵀ d B)ᵀ(A dY Aᵀ)]G.
//
// Channels are a multiple of 4. `scratch` has room for 2·36 vectors.
import { gemm } from './gemm';
import { floats, VECTOR } from './simd';
import { TILE_COLUMNS, TILE_ROW } from './tile';
import { Finished, hasEpilogue, Raw } from './winograd-epilogue';
import { F2, F4, filter, finalOutput, input, output, points } from './winograd-transforms';

/**
 * Bᵀ d B of the tiles [from, to) of a padded image, row by row.
 *
 * @param size m: 4 or 2
 * @param row bytes of a row of the padded image, m·tileRows + 2 pixels high and m·tileColumns + 2 wide at least
 * @param v [plane][tile][channels], planes `plane` bytes apart
 */
export function winogradInput(
  size: i32, from: i32, to: i32, tileColumns: i32, channels: i32, image: usize, row: usize,
  v: usize, plane: usize, scratch: usize,
): void {
  if (size == 4) inputTiles<F4>(from, to, tileColumns, channels, image, row, v, plane, scratch);
  else inputTiles<F2>(from, to, tileColumns, channels, image, row, v, plane, scratch);
}

function inputTiles<M>(
  from: i32, to: i32, tileColumns: i32, channels: i32, image: usize, row: usize, v: usize, plane: usize, scratch: usize,
): void {
  const m = sizeof<M>(), n = points<M>(), line = <usize>n * VECTOR, pixel = floats(channels);
  let tileColumn = from % tileColumns, tileRow = image + <usize>(from / tileColumns) * m * row;
  for (; from < to; from++) {
    const tile = tileRow + <usize>tileColumn * m * pixel;
    for (let c: usize = 0; c < pixel; c += VECTOR) {
      for (let j: usize = 0; j < <usize>n; j++) input<M>(tile + c + j * pixel, row, scratch + j * VECTOR, line);
      for (let i: usize = 0; i < <usize>n; i++) input<M>(scratch + i * line, VECTOR, v + c + i * n * plane, plane);
    }
    v += pixel;
    if (++tileColumn == tileColumns) {
      tileColumn = 0;
      tileRow += m * row;
    }
  }
}

/**
 * G g Gᵀ of a filter [3][3][cin][cout], every plane packed in panels of 8 columns.
 *
 * @param reversed 1: for the input's gradient, taps reversed and cin and cout exchanged
 */
export function winogradFilter(
  size: i32, inChannels: i32, outChannels: i32, weights: usize, reversed: i32, packed: usize, scratch: usize,
): void {
  if (size == 4) filterPlanes<F4>(inChannels, outChannels, weights, reversed, packed, scratch);
  else filterPlanes<F2>(inChannels, outChannels, weights, reversed, packed, scratch);
}

function filterPlanes<M>(
  inChannels: i32, outChannels: i32, weights: usize, reversed: i32, packed: usize, scratch: usize,
): void {
  const n = <usize>points<M>(), planes = n * n, line = n * VECTOR, result = scratch + planes * VECTOR;
  const k = reversed ? outChannels : inChannels, columns = reversed ? inChannels : outChannels;
  const plane = <usize>((columns + TILE_COLUMNS - 1) / TILE_COLUMNS) * k * TILE_ROW;
  if (columns % TILE_COLUMNS) memory.fill(packed, 0, plane * planes);
  const step = floats(inChannels * outChannels), tap: usize = reversed ? 0 - step : step;
  for (let i = 0; i < inChannels; i++) {
    for (let o = 0; o < outChannels; o += 4) {
      const first = weights + floats(i * outChannels + o) + (reversed ? 8 * step : 0);
      for (let j: usize = 0; j < 3; j++) filter<M>(first + j * tap, 3 * tap, scratch + j * VECTOR, 3 * VECTOR);
      for (let r: usize = 0; r < n; r++) filter<M>(scratch + r * 3 * VECTOR, VECTOR, result + r * line, VECTOR);
      const row = reversed ? o : i, column = reversed ? i : o;
      let to = packed + <usize>((column / TILE_COLUMNS) * k + row) * TILE_ROW + floats(column % TILE_COLUMNS);
      for (let p: usize = 0; p < planes; p++) {
        const value = v128.load(result + p * VECTOR);
        if (reversed) {
          v128.store_lane<f32>(to, value, 0);
          v128.store_lane<f32>(to, value, 1, TILE_ROW);
          v128.store_lane<f32>(to, value, 2, 2 * TILE_ROW);
          v128.store_lane<f32>(to, value, 3, 3 * TILE_ROW);
        } else v128.store(to, value);
        to += plane;
      }
    }
  }
}

/** The products between the transforms, plane by plane: M[tiles][n] = V[tiles][k]·U[k][n]. */
export function winogradProducts(
  planes: i32, tiles: i32, k: i32, n: i32, v: usize, vPlane: usize, u: usize, m: usize, mPlane: usize,
  zeros: usize, noOffset: usize, spill: usize,
): void {
  const uPlane = <usize>((n + TILE_COLUMNS - 1) / TILE_COLUMNS) * k * TILE_ROW;
  for (let p = 0; p < planes; p++) {
    gemm(tiles, k, n, tiles, v, floats(k), u, m, floats(n), zeros, 0, -Infinity, Infinity, noOffset, spill);
    v += vPlane;
    u += uPlane;
    m += mPlane;
  }
}

/**
 * Y = clamp(bias + Aᵀ M A) of the tiles [from, to) of an image of height × width outputs, row by row.
 *
 * @param products [plane][tile][channels], planes `plane` bytes apart
 * @param bias 0 for none, and no bounds
 */
export function winogradOutput(
  size: i32, from: i32, to: i32, tileColumns: i32, channels: i32, height: i32, width: i32, products: usize, plane: usize,
  y: usize, bias: usize, low: f32, high: f32, scratch: usize,
): void {
  if (size == 4) {
    if (bias) outputTiles<F4, Finished>(from, to, tileColumns, channels, height, width, products, plane, y, bias, low, high, scratch);
    else outputTiles<F4, Raw>(from, to, tileColumns, channels, height, width, products, plane, y, bias, low, high, scratch);
  } else if (bias) outputTiles<F2, Finished>(from, to, tileColumns, channels, height, width, products, plane, y, bias, low, high, scratch);
  else outputTiles<F2, Raw>(from, to, tileColumns, channels, height, width, products, plane, y, bias, low, high, scratch);
}

function outputTiles<M, E>(
  from: i32, to: i32, tileColumns: i32, channels: i32, height: i32, width: i32, products: usize, plane: usize,
  y: usize, bias: usize, low: f32, high: f32, scratch: usize,
): void {
  const m = <i32>sizeof<M>(), n = <usize>points<M>(), line = n * VECTOR, result = scratch + n * line;
  const pixel = floats(channels), row = pixel * width, l = f32x4.splat(low), h = f32x4.splat(high);
  let tileRow = from / tileColumns * m, tileColumn = from % tileColumns * m;
  for (; from < to; from++) {
    const rows = min(m, height - tileRow), columns = min(m, width - tileColumn);
    const corner = y + <usize>tileRow * row + <usize>tileColumn * pixel;
    for (let c: usize = 0; c < pixel; c += VECTOR) {
      for (let j: usize = 0; j < n; j++) output<M>(products + c + j * plane, n * plane, scratch + j * VECTOR, line);
      const b = hasEpilogue<E>() ? v128.load(bias + c) : l;
      let target = corner + c, points = scratch;
      for (let i = rows; i > 0; i--) {
        if (columns == m) finalOutput<M, E>(points, VECTOR, target, pixel, b, l, h);
        else {
          finalOutput<M, E>(points, VECTOR, result, VECTOR, b, l, h);
          copyPixels(columns, result, target, pixel);
        }
        points += line;
        target += row;
      }
    }
    products += pixel;
    tileColumn += m;
    if (tileColumn >= tileColumns * m) {
      tileColumn = 0;
      tileRow += m;
    }
  }
}

/** The first `columns` of a row of a tile, for where the image ends. */
function copyPixels(columns: i32, from: usize, to: usize, pixel: usize): void {
  for (; columns > 0; columns--) {
    v128.store(to, v128.load(from));
    from += VECTOR;
    to += pixel;
  }
}
