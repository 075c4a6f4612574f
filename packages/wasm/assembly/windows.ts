// Windows of a convolution brought together, where that is faster than reading them where they lie.
import { floats, VECTOR } from './simd';

/**
 * Windows [from, to) of `columns` a row, as rows of segmentCount·k floats that adjoin. Window (r, i) is the runs that
 * `segments` lists, from a + r·aRow + i·aPixel on, as in `gemmRows`.
 *
 * @param to writes whole vectors: up to three floats more
 */
export function gatherWindows(
  from: i32, until: i32, columns: i32, a: usize, aRow: usize, aPixel: usize, segments: usize, segmentCount: i32, k: i32,
  to: usize,
): void {
  const run = floats(k), end = segments + floats(segmentCount);
  let column = from % columns, row = a + <usize>(from / columns) * aRow;
  for (; from < until; from++) {
    const window = row + <usize>column * aPixel;
    for (let s = segments; s < end; s += 4) {
      const begin = window + load<usize>(s);
      for (let at: usize = 0; at < run; at += VECTOR) v128.store(to + at, v128.load(begin + at));
      to += run;
    }
    if (++column == columns) {
      column = 0;
      row += aRow;
    }
  }
}

/** Pixels [from, to) of `columns` a row, `bytes` bytes each: from where they adjoin to where they lie `yPixel` apart. */
export function scatterPixels(
  from: i32, until: i32, columns: i32, bytes: usize, pixels: usize, y: usize, yRow: usize, yPixel: usize,
): void {
  for (; from < until; from++) {
    memory.copy(y + <usize>(from / columns) * yRow + <usize>(from % columns) * yPixel, pixels, bytes);
    pixels += bytes;
  }
}
