/** Where the coefficients of a block lie, rows first, in the order in which the file has them (T.81, figure A.6). */
export const ZIGZAG = zigzag();

/** Diagonal by diagonal, up and down by turns. */
function zigzag(): Uint8Array {
  const places: number[] = [];
  for (let diagonal = 0; diagonal < 15; diagonal++) {
    const first = Math.max(0, diagonal - 7);
    const rows = Array.from({ length: Math.min(diagonal, 7) - first + 1 }, (_, i) => first + i);
    for (const row of diagonal % 2 === 0 ? rows.reverse() : rows) places.push(row * 8 + diagonal - row);
  }
  return Uint8Array.from(places);
}
