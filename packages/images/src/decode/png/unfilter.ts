/**
 * Undoes the filters of rows that each begin with their filter's number (PNG, 9.2), in place.
 *
 * @param at position of the first row
 * @param length of a row, without that number
 * @param step bytes of a pixel, at least 1
 */
export function unfilter(data: Uint8Array, at: number, rows: number, length: number, step: number): void {
  for (let row = 0; row < rows; row++) {
    const begin = at + row * (length + 1) + 1;
    const above = row === 0 ? undefined : begin - length - 1;
    const undo = FILTERS[data[begin - 1]!];
    if (undo === undefined) throw new Error(`a filter of number ${data[begin - 1]}`);
    undo(data, begin, begin + length, step, above);
  }
}

/** @param above position of the row above; the first row has none, which counts as zeros */
type Filter = (data: Uint8Array, begin: number, end: number, step: number, above: number | undefined) => void;

const none: Filter = () => {};

const sub: Filter = (data, begin, end, step) => {
  for (let i = begin + step; i < end; i++) data[i]! += data[i - step]!;
};

const up: Filter = (data, begin, end, _, above) => {
  if (above === undefined) return;
  for (let i = begin, j = above; i < end; i++, j++) data[i]! += data[j]!;
};

const average: Filter = (data, begin, end, step, above) => {
  for (let i = begin; i < end; i++) {
    const left = i < begin + step ? 0 : data[i - step]!;
    const top = above === undefined ? 0 : data[above + i - begin]!;
    data[i]! += (left + top) >> 1;
  }
};

const paeth: Filter = (data, begin, end, step, above) => {
  if (above === undefined) return sub(data, begin, end, step, above);
  for (let i = begin, j = above; i < end; i++, j++) {
    const top = data[j]!;
    data[i]! += i < begin + step ? top : nearest(data[i - step]!, top, data[j - step]!);
  }
};

const FILTERS: readonly (Filter | undefined)[] = [none, sub, up, average, paeth];

/** Whichever of three is nearest to `left + top − corner`; the first of them where two are (PNG, 9.4). */
function nearest(left: number, top: number, corner: number): number {
  const toLeft = Math.abs(top - corner);
  const toTop = Math.abs(left - corner);
  const toCorner = Math.abs(left + top - 2 * corner);
  if (toLeft <= toTop && toLeft <= toCorner) return left;
  return toTop <= toCorner ? top : corner;
}
