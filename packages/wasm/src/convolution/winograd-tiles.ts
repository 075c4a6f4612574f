import type { TileSize } from './choose.js';

/** Images cut into tiles of size × size outputs, worked on a batch of tiles at a time. */
export interface Tiling {
  readonly size: TileSize;
  /** Points of a transformed tile: (size + 2)². */
  readonly planes: number;
  /** Tile rows and columns of an image. */
  readonly rows: number;
  readonly columns: number;
  readonly images: number;
  /** Tiles of a batch, at most: a row of tiles at least. */
  readonly capacity: number;
}

export function tilingOf(size: TileSize, height: number, width: number, images: number, wanted: number): Tiling {
  const rows = Math.ceil(height / size);
  const columns = Math.ceil(width / size);
  const capacity = Math.max(columns, Math.min(images * rows * columns, wanted));
  return { size, planes: (size + 2) ** 2, rows, columns, images, capacity };
}

/**
 * Bytes from one plane of so many floats to the next: not a multiple of 2048, for then all planes would fall into the same
 * sets of the first-level cache.
 */
export function strideOf(count: number): number {
  const bytes = count * 4 + 64;
  return bytes % 2048 === 0 ? bytes + 64 : bytes;
}

/** Tile rows [from, to) of one image, whose tiles are [at, end) of their batch. */
export interface Piece {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly end: number;
}

/** All tiles, in batches: rows of tiles stay together, small images share a batch. */
export function* batchesOfTiles({ rows, columns, images, capacity }: Tiling): Generator<readonly Piece[]> {
  const perBatch = Math.floor(capacity / columns);
  let batch: Piece[] = [];
  let taken = 0; // rows of tiles in the batch
  for (let index = 0; index < images; index++) {
    for (let from = 0; from < rows; ) {
      const to = Math.min(rows, from + perBatch - taken);
      batch.push({ index, from, to, at: taken * columns, end: (taken + to - from) * columns });
      taken += to - from;
      from = to;
      if (taken === perBatch) {
        yield batch;
        batch = [];
        taken = 0;
      }
    }
  }
  if (batch.length > 0) yield batch;
}
