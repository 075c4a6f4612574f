// The gradient of the filter of a Winograd convolution (see `winograd.ts`, whose transform of the input it shares).
import { filterGradient } from './filter-gradient';
import { floats, VECTOR } from './simd';
import { F2, F4, outputGradient, points, toTaps } from './winograd-transforms';

/** A dY Aᵀ of the tiles [from, to) of an image of height × width output gradients, row by row. */
export function winogradOutputGradient(
  size: i32, from: i32, to: i32, tileColumns: i32, channels: i32, height: i32, width: i32, dy: usize,
  d: usize, plane: usize, scratch: usize,
): void {
  if (size == 4) outputGradientTiles<F4>(from, to, tileColumns, channels, height, width, dy, d, plane, scratch);
  else outputGradientTiles<F2>(from, to, tileColumns, channels, height, width, dy, d, plane, scratch);
}

function outputGradientTiles<M>(
  from: i32, to: i32, tileColumns: i32, channels: i32, height: i32, width: i32, dy: usize,
  d: usize, plane: usize, scratch: usize,
): void {
  const m = <i32>sizeof<M>(), n = <usize>points<M>(), line = <usize>m * VECTOR, copy = scratch + n * line;
  const pixel = floats(channels), row = pixel * width;
  let tileRow = from / tileColumns * m, tileColumn = from % tileColumns * m;
  for (; from < to; from++) {
    const rows = min(m, height - tileRow), columns = min(m, width - tileColumn), whole = rows == m && columns == m;
    const corner = dy + <usize>tileRow * row + <usize>tileColumn * pixel;
    for (let c: usize = 0; c < pixel; c += VECTOR) {
      let tile = corner + c, across = pixel, down = row;
      if (!whole) {
        copyTile(tile, across, down, rows, columns, m, copy);
        tile = copy;
        across = VECTOR;
        down = line;
      }
      for (let j: usize = 0; j < <usize>m; j++) outputGradient<M>(tile + j * across, down, scratch + j * VECTOR, line);
      for (let i: usize = 0; i < n; i++) outputGradient<M>(scratch + i * line, VECTOR, d + c + i * n * plane, plane);
    }
    d += pixel;
    tileColumn += m;
    if (tileColumn >= tileColumns * m) {
      tileColumn = 0;
      tileRow += m;
    }
  }
}

/** A tile at the edge, with zeros where the image ends. */
function copyTile(from: usize, across: usize, down: usize, rows: i32, columns: i32, m: i32, to: usize): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      const inside = i < rows && j < columns;
      v128.store(to, inside ? v128.load(from + <usize>i * down + <usize>j * across) : f32x4.splat(0));
      to += VECTOR;
    }
  }
}

/** The filter's gradient between the transforms, plane by plane: dU[cin][cout] += Vᵀ·D over tiles. */
export function winogradFilterProducts(
  planes: i32, tiles: i32, inChannels: i32, outChannels: i32, v: usize, vPlane: usize, d: usize, dPlane: usize,
  du: usize, duPlane: usize, noOffset: usize, scratch: usize,
): void {
  for (let p = 0; p < planes; p++) {
    filterGradient(1, tiles, 1, noOffset, 1, inChannels, outChannels, v, floats(inChannels), 0, d, du, scratch);
    v += vPlane;
    d += dPlane;
    du += duPlane;
  }
}

/** dW[3][3][count] = Gᵀ dU G of dU[plane][count], planes `duPlane` bytes apart. */
export function winogradFilterGradient(size: i32, count: i32, du: usize, duPlane: usize, dw: usize, scratch: usize): void {
  if (size == 4) filterGradientPlanes<F4>(count, du, duPlane, dw, scratch);
  else filterGradientPlanes<F2>(count, du, duPlane, dw, scratch);
}

function filterGradientPlanes<M>(count: i32, du: usize, duPlane: usize, dw: usize, scratch: usize): void {
  const n = <usize>points<M>(), plane = floats(count), line = n * VECTOR;
  for (let at: usize = 0; at < plane; at += VECTOR) {
    for (let j: usize = 0; j < n; j++) toTaps<M>(du + at + j * duPlane, n * duPlane, scratch + j * VECTOR, line);
    for (let i: usize = 0; i < 3; i++) toTaps<M>(scratch + i * line, VECTOR, dw + at + i * 3 * plane, plane);
  }
}
