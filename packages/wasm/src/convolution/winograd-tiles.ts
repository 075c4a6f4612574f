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
  /** Tiles of a batch, at most. */
  readonly capacity: number;
}

/**
 * @param wanted tiles of a batch, about
 * @param multiple of how many tiles, if it can be: whole register tiles
 */
export function tilingOf(
  size: TileSize,
  height: number,
  width: number,
  images: number,
  wanted: number,
  multiple: number,
): Tiling {
  const rows = Math.ceil(height / size);
  const columns = Math.ceil(width / size);
  const tiles = rows * columns;
  return {
    size,
    planes: (size + 2) ** 2,
    rows,
    columns,
    images,
    capacity: capacityFor(tiles, images, wanted, multiple),
  };
}

/**
 * Whole images where they fit: batches that end within an image cost more calls. All batches are about alike, for a short
 * last one would cost nearly as much as a long one.
 */
function capacityFor(tiles: number, images: number, wanted: number, multiple: number): number {
  const fitting = Math.floor(wanted / tiles);
  if (fitting === 0) {
    const batches = Math.ceil((images * tiles) / wanted);
    return Math.min(images * tiles, Math.ceil((images * tiles) / batches / multiple) * multiple);
  }
  let together = fitting;
  while (together < 1.5 * fitting && (together * tiles) % multiple !== 0) together++;
  if ((together * tiles) % multiple !== 0) together = fitting;
  return tiles * Math.ceil(images / Math.ceil(images / together));
}

/**
 * Bytes from one plane of so many floats to the next: not a multiple of 2048, for then all planes would fall into the same
 * sets of the first-level cache.
 */
export function strideOf(count: number): number {
  const bytes = count * 4 + 64;
  return bytes % 2048 === 0 ? bytes + 64 : bytes;
}

/** Tiles [from, to) of one image, row by row, which are [at, end) of their batch. */
export interface Piece {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly end: number;
}

/** All tiles, in batches; small images share a batch. */
export function* batchesOfTiles({ rows, columns, images, capacity }: Tiling): Generator<readonly Piece[]> {
  const tiles = rows * columns;
  let batch: Piece[] = [];
  let at = 0;
  for (let index = 0; index < images; index++) {
    for (let from = 0; from < tiles; ) {
      const to = Math.min(tiles, from + capacity - at);
      const end = at + to - from;
      batch.push({ index, from, to, at, end });
      at = end;
      from = to;
      if (at === capacity) {
        yield batch;
        batch = [];
        at = 0;
      }
    }
  }
  if (batch.length > 0) yield batch;
}
