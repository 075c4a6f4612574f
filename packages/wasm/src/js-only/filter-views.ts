/**
 * The gradient of a convolution's filter as a matrix product for each tap. x is written once with its channels as rows, on a
 * grid (tap-grid.ts); what a tap meets is the same matrix from another address on, so no tap needs a copy. All products
 * share dy, which XNNPACK packs once.
 */
import type { Aliases } from '../backend/aliases.js';
import type { Runtime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import { type Geometry, isPointwise } from '../convolution/geometry.js';
import { type Grid, inputAt, inputsOf, phaseOf, shiftOf } from './tap-grid.js';

/** Larger filters, and grids with more gaps, are faster as one convolution; where nothing moves, one product is enough. */
export function viewsWin(geometry: Geometry, { rows, columns }: Grid): boolean {
  const { filterHeight, filterWidth, outHeight, outWidth } = geometry;
  const gaps = (rows.length * columns.length) / (outHeight * outWidth);
  return filterHeight * filterWidth <= 9 && gaps <= 1.6 && !isPointwise(geometry);
}

/** dW `[kh, kw, cin, cout]` from x `[n, h, w, cin]` and dy `[n, oh, ow, cout]`. */
export function filterGradientByViews(
  { tf, backend }: Runtime,
  aliases: Aliases,
  { x, dy }: { x: TensorInfo; dy: TensorInfo },
  geometry: Geometry,
  grid: Grid,
): TensorInfo {
  const { filterHeight, filterWidth, inChannels, outChannels } = geometry;
  const { rows, columns } = grid;
  const floats = (...shape: number[]) => backend.makeOutput(shape, 'float32');
  const planes = floats(rows.phases * columns.phases, planeSize(geometry, grid));
  const spaced = floats(grid.size, outChannels);
  const dw = floats(filterHeight, filterWidth, inChannels, outChannels);
  writePlanes(aliases, x, planes, geometry, grid);
  spaceOut(aliases, dy, spaced, geometry, grid);
  const { kernelFunc: matMul } = tf.getKernel('BatchMatMul', 'wasm')!;
  const attrs = { transposeA: false, transposeB: false };
  for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
    const [row, column] = [Math.floor(tap / filterWidth), tap % filterWidth];
    const phase = phaseOf(rows, row) * columns.phases + phaseOf(columns, column);
    const shift = shiftOf(rows, row) * columns.length + shiftOf(columns, column);
    const from = aliases.address(planes) + 4 * (phase * planeSize(geometry, grid) + shift);
    const product = aliases.lend(from, [inChannels, grid.size], (met) =>
      matMul({ inputs: { a: met, b: spaced }, attrs, backend }),
    ) as TensorInfo;
    const values = aliases.values(product);
    aliases.values(dw).set(values, tap * values.length);
    backend.disposeData(product.dataId);
  }
  for (const { dataId } of [planes, spaced]) backend.disposeData(dataId);
  return dw;
}

/** Of one phase, with what taps reach behind it. */
const planeSize = ({ inChannels }: Geometry, { size, overhang }: Grid) => inChannels * size + overhang;

/** x with its channels as rows, phase by phase; zeros where there are no inputs. */
function writePlanes(aliases: Aliases, x: TensorInfo, planes: TensorInfo, geometry: Geometry, grid: Grid): void {
  const { batchSize, inChannels } = geometry;
  const { rows, columns, size } = grid;
  const [from, to] = [aliases.values(x), aliases.values(planes).fill(0)];
  for (let phase = 0; phase < rows.phases * columns.phases; phase++) {
    const [down, across] = [Math.floor(phase / columns.phases), phase % columns.phases];
    const [vertical, horizontal] = [inputsOf(rows, down), inputsOf(columns, across)];
    const count = horizontal.to - horizontal.from;
    const step = columns.stride * inChannels;
    for (let image = 0; image < batchSize; image++) {
      for (let row = vertical.from; row < vertical.to; row++) {
        const line = image * rows.inputs + inputAt(rows, down, row);
        const pixel = line * columns.inputs + inputAt(columns, across, horizontal.from);
        const position = (image * rows.length + row) * columns.length + horizontal.from;
        const pixels = from.subarray(pixel * inChannels);
        const plane = to.subarray(phase * planeSize(geometry, grid) + position);
        for (let channel = 0; channel < inChannels; channel++) {
          const first = channel * size;
          for (let i = first, at = channel; i < first + count; i++, at += step) plane[i] = pixels[at]!;
        }
      }
    }
  }
}

/** dy on the grid, zeros between its rows. */
function spaceOut(
  aliases: Aliases,
  dy: TensorInfo,
  spaced: TensorInfo,
  geometry: Geometry,
  { rows, columns }: Grid,
): void {
  const [from, to] = [aliases.values(dy), aliases.values(spaced).fill(0)];
  const length = columns.outputs * geometry.outChannels;
  for (let line = 0; line < geometry.batchSize * rows.outputs; line++) {
    const row = Math.floor(line / rows.outputs) * rows.length + (line % rows.outputs);
    to.set(from.subarray(line * length, (line + 1) * length), row * columns.length * geometry.outChannels);
  }
}
