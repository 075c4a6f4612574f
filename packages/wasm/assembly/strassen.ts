// Matrix products with seven products of half the size instead of eight: Strassen's algorithm in Winograd's form (Strassen,
// Numer. Math. 13, 1969; Higham, "Accuracy and Stability of Numerical Algorithms", section 23.2), one level deep.
//
//     S1 = A21 + A22   S2 = S1 − A11   S3 = A11 − A21   S4 = A12 − S2
//     T1 = B12 − B11   T2 = B22 − T1   T3 = B22 − B12   T4 = B21 − T2
//
//     X = A11·B11         C11 = X + A12·B21       U = X + S2·T2         V = U + S3·T3
//     Z = S1·T1           C21 = V + A22·T4        C12 = U + Z + S4·B22   C22 = V + Z
//
// Products begin with the sums that they are added to, so of C only two sums are left to pass over memory. What is made of
// B is kept with it. X begins with the bias of the left columns, Z with what that of the right ones is more.
import { gemm } from './gemm';
import { clamp, floats, VECTOR } from './simd';
import { TILE_ROW } from './tile';

/**
 * B11, B21, B22, T1, T2, T3 and T4 of B[k][n], each in panels of 8 columns.
 *
 * @param k even
 * @param n a multiple of 16
 * @param packed B in panels
 */
export function strassenPanels(k: i32, n: i32, packed: usize, to: usize): void {
  const half = <usize>(k / 2) * TILE_ROW, panels = n / 16, form = half * panels, right = 2 * form;
  for (let j = 0; j < panels; j++) {
    for (let at: usize = 0; at < half; at += VECTOR) {
      const b = packed + at, b11 = v128.load(b), b21 = v128.load(b + half);
      const b12 = v128.load(b + right), b22 = v128.load(b + right + half);
      const t1 = f32x4.sub(b12, b11), t2 = f32x4.sub(b22, t1);
      let form1 = to + at;
      v128.store(form1, b11);
      v128.store((form1 += form), b21);
      v128.store((form1 += form), b22);
      v128.store((form1 += form), t1);
      v128.store((form1 += form), t2);
      v128.store((form1 += form), f32x4.sub(b22, b12));
      v128.store((form1 += form), f32x4.sub(b21, t2));
    }
    packed += 2 * half;
    to += half;
  }
}

/**
 * C[m][n] = clamp(bias + A[m][k]·B[k][n]), rows of A and C adjoining.
 *
 * @param k a multiple of 8
 * @param n a multiple of 16
 * @param block rows of A at a time, even
 * @param rows as in `gemm`: rows of a half that pass all panels together
 * @param b as `strassenPanels` makes it
 * @param scratch for block·(k + 3·n / 4) + n / 2 floats
 */
export function strassen(
  m: i32, k: i32, n: i32, block: i32, rows: i32, a: usize, b: usize, c: usize, bias: usize, low: f32, high: f32,
  noOffset: usize, spill: usize, scratch: usize,
): void {
  const difference = scratch;
  for (let at: usize = 0; at < floats(n / 2); at += VECTOR) {
    v128.store(difference + at, f32x4.sub(v128.load(bias + floats(n / 2) + at), v128.load(bias + at)));
  }
  scratch += floats(n / 2);
  for (let from = 0; from < m; from += block) {
    strassenBlock(min(m - from, block), k, n, rows, a, b, c, bias, difference, low, high, noOffset, spill, scratch);
    a += floats(block * k);
    c += floats(block * n);
  }
}

/** A block of an odd number of rows has one of zeros more below, whose results are not written. */
function strassenBlock(
  m: i32, k: i32, n: i32, rows: i32, a: usize, b: usize, c: usize, bias: usize, difference: usize, low: f32, high: f32,
  noOffset: usize, spill: usize, scratch: usize,
): void {
  const above = (m + 1) / 2, below = m - above, halfK = k / 2, halfN = n / 2;
  const aRow = floats(k), cRow = floats(n), sRow = floats(halfK), xRow = floats(halfN);
  const form = floats(halfK * halfN), sums = <usize>above * sRow, products = <usize>above * xRow;
  const a21 = a + <usize>above * aRow, c21 = c + <usize>above * cRow;
  const s1 = scratch, s2 = s1 + sums, s3 = s2 + sums, s4 = s3 + sums;
  const x = s4 + sums, v = x + products, z = v + products;
  const b21 = b + form, b22 = b21 + form, t1 = b22 + form, t2 = t1 + form, t3 = t2 + form, t4 = t3 + form;
  sumsOfA(above, below, sRow, a, a21, aRow, s1, sums);
  gemm(above, halfK, halfN, rows, a, aRow, b, x, xRow, bias, 0, -Infinity, Infinity, noOffset, spill);
  gemm(above, halfK, halfN, rows, a + sRow, aRow, b21, c, cRow, x, xRow, low, high, noOffset, spill);
  gemm(above, halfK, halfN, rows, s2, sRow, t2, x, xRow, x, xRow, -Infinity, Infinity, noOffset, spill);
  gemm(below, halfK, halfN, rows, s3, sRow, t3, v, xRow, x, xRow, -Infinity, Infinity, noOffset, spill);
  gemm(above, halfK, halfN, rows, s1, sRow, t1, z, xRow, difference, 0, -Infinity, Infinity, noOffset, spill);
  gemm(below, halfK, halfN, rows, a21 + sRow, aRow, t4, c21, cRow, v, xRow, low, high, noOffset, spill);
  sumsOfC(above, below, xRow, x, v, z, c21 + xRow, cRow, low, high);
  gemm(above, halfK, halfN, rows, s4, sRow, b22, c + xRow, cRow, x, xRow, low, high, noOffset, spill);
}

/** S1 to S4, `plane` bytes apart, of rows of `row` bytes. */
function sumsOfA(
  above: i32, below: i32, row: usize, a11: usize, a21: usize, aRow: usize, s: usize, plane: usize,
): void {
  for (let i = 0; i < above; i++) {
    for (let at: usize = 0; at < row; at += VECTOR) {
      const x11 = v128.load(a11 + at), x12 = v128.load(a11 + row + at);
      const x21 = i < below ? v128.load(a21 + at) : f32x4.splat(0);
      const x22 = i < below ? v128.load(a21 + row + at) : f32x4.splat(0);
      const s1 = f32x4.add(x21, x22), s2 = f32x4.sub(s1, x11);
      v128.store(s, s1);
      v128.store(s + plane, s2);
      v128.store(s + 2 * plane, f32x4.sub(x11, x21));
      v128.store(s + 3 * plane, f32x4.sub(x12, s2));
      s += VECTOR;
    }
    a11 += aRow;
    a21 += aRow;
  }
}

/** X += Z, and C22 = clamp(V + Z). */
function sumsOfC(
  above: i32, below: i32, row: usize, x: usize, v: usize, z: usize, c22: usize, cRow: usize, low: f32, high: f32,
): void {
  const l = f32x4.splat(low), h = f32x4.splat(high);
  for (let i = 0; i < above; i++) {
    for (let at: usize = 0; at < row; at += VECTOR) {
      const value = v128.load(z);
      v128.store(x, f32x4.add(v128.load(x), value));
      if (i < below) v128.store(c22 + at, clamp(f32x4.add(v128.load(v), value), l, h));
      x += VECTOR;
      v += VECTOR;
      z += VECTOR;
    }
    c22 += cRow;
  }
}
