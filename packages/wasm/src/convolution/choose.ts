import type { ResolvedOptions } from '../options.js';
import { type Geometry, isDilated } from './geometry.js';

/** Outputs of a Winograd tile along one axis. */
export type TileSize = 2 | 4;

/**
 * Whether to take Winograd's algorithm, and with which tile; undefined for a direct convolution.
 *
 * It takes 3×3, stride 1, channels in whole vectors. The bounds below are measured (test/bench/wasm.bench.mjs; an EPYC
 * core, 2·10⁸ FLOP a call): with few tiles the transforms of the filter cost more than they save, the filter's gradient
 * needs more of them than the forward pass, and F(2×2) more channels than F(4×4).
 *
 * @param pass what is computed: outputs (of the map `height` × `width`), or the filter's gradient
 */
export function winogradTile(
  pass: 'outputs' | 'filter',
  geometry: Geometry,
  height: number,
  width: number,
  { precision }: ResolvedOptions,
): TileSize | undefined {
  if (!fitsWinograd(geometry)) return undefined;
  const { batchSize, inChannels, outChannels } = geometry;
  const size = precision === 'fast' && height > 3 && width > 3 ? 4 : 2;
  const tiles = batchSize * Math.ceil(height / size) * Math.ceil(width / size);
  const products = batchSize * height * width * inChannels * outChannels * 9;
  const [leastTiles, leastChannels] = pass === 'filter' ? [size === 4 ? 16 : 32, 8] : [4, size === 4 ? 8 : 16];
  const worthIt = tiles >= leastTiles && Math.min(inChannels, outChannels) >= leastChannels && products >= 200_000;
  return worthIt ? size : undefined;
}

function fitsWinograd(geometry: Geometry): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels, padInfo } = geometry;
  if (filterHeight !== 3 || filterWidth !== 3 || strideHeight !== 1 || strideWidth !== 1) return false;
  if (isDilated(geometry) || padInfo.top > 2 || padInfo.left > 2) return false;
  return inChannels % 4 === 0 && outChannels % 4 === 0;
}
