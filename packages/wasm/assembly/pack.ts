// Bringing matrices and images into the order in which the kernels read them.
import { floats } from './simd';
import { TILE_COLUMNS, TILE_ROW } from './tile';

/**
 * B[k][n] into panels of 8 columns: panel j holds k rows of 8 floats, columns 8j to 8j + 7, zeros beyond n.
 *
 * @param row from a row of B to the next, in floats
 * @param column from a column of B to the next, in floats: 1, or the row length of a matrix that is read transposed
 */
export function packPanels(k: i32, n: i32, b: usize, row: i32, column: i32, packed: usize): void {
  for (let j = 0; j < n; j += TILE_COLUMNS) {
    const columns = min(n - j, TILE_COLUMNS);
    for (let i = 0; i < k; i++) {
      packRow(b + floats(i * row + j * column), columns, floats(column), packed);
      packed += TILE_ROW;
    }
  }
}

/**
 * The filter [kh][kw][cin][cout] as the input's gradient reads it, for one phase of the stride: taps (top + t·strideRow,
 * left + u·strideColumn), last one first, give B[(t, u, cout)][cin], packed in panels of 8 columns.
 *
 * @param taps, tapColumns how many t and u there are
 */
export function packReversed(
  top: i32, left: i32, strideRow: i32, strideColumn: i32, tapRows: i32, tapColumns: i32,
  kernelWidth: i32, inChannels: i32, outChannels: i32, filter: usize, packed: usize,
): void {
  const inputRow = floats(outChannels);
  for (let j = 0; j < inChannels; j += TILE_COLUMNS) {
    const columns = min(inChannels - j, TILE_COLUMNS);
    for (let t = tapRows - 1; t >= 0; t--) {
      for (let u = tapColumns - 1; u >= 0; u--) {
        const tap = (top + t * strideRow) * kernelWidth + left + u * strideColumn;
        let from = filter + floats((tap * inChannels + j) * outChannels);
        for (let o = 0; o < outChannels; o++) {
          packRow(from, columns, inputRow, packed);
          from += 4;
          packed += TILE_ROW;
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function packRow(from: usize, columns: i32, step: usize, to: usize): void {
  if (columns == TILE_COLUMNS && step == 4) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    return;
  }
  for (let x = 0; x < TILE_COLUMNS; x++) {
    store<f32>(to + floats(x), x < columns ? load<f32>(from) : 0);
    from += step;
  }
}

/**
 * Rows of an image with zeros around: `above` rows of zeros, `rows` rows of the image with `left` and `right` bytes of
 * zeros beside them, `below` rows of zeros.
 *
 * @param row bytes of a row of the image
 */
export function padRows(
  rows: i32, row: usize, above: i32, below: i32, left: usize, right: usize, image: usize, padded: usize,
): void {
  const whole = left + row + right, last = <usize>(rows - 1);
  if (rows == 0) return memory.fill(padded, 0, whole * (above + below));
  memory.fill(padded, 0, whole * above + left);
  padded += whole * above + left;
  for (let gap = padded + row; gap < padded + last * whole; gap += whole) memory.fill(gap, 0, left + right);
  copyRows(rows, row, whole, image, padded);
  memory.fill(padded + last * whole + row, 0, right + whole * below);
}

/** Rows of `row` bytes that adjoin to where they lie `toRow` bytes apart. */
export function copyRows(rows: i32, row: usize, toRow: usize, from: usize, to: usize): void {
  for (let y = 0; y < rows; y++) {
    memory.copy(to, from, row);
    from += row;
    to += toRow;
  }
}

/** The transpose of A[rows][columns]: [columns][rows]. */
export function transpose(rows: i32, columns: i32, a: usize, transposed: usize): void {
  const BLOCK: i32 = 16;
  for (let j0 = 0; j0 < columns; j0 += BLOCK) {
    const j1 = min(columns, j0 + BLOCK);
    for (let i = 0; i < rows; i++) {
      for (let j = j0; j < j1; j++) {
        store<f32>(transposed + floats(j * rows + i), load<f32>(a + floats(i * columns + j)));
      }
    }
  }
}
