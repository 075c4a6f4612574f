import type { NativeRuntime } from '../backend/contracts.js';
import { multiplyPacked, panelsOf, type Weights } from '../matmul/product.js';
import { multiplyByStrassen, strassenPays } from '../matmul/strassen.js';
import type { Epilogue } from './epilogue.js';

/**
 * A 1×1 convolution, or one whose windows were gathered: out = clamp(pixel·B + bias) for every pixel.
 *
 * Strassen's algorithm adds pixels to one another, so it stays within an image: what becomes of one does not depend on those
 * beside it.
 *
 * @param pixels of an image
 * @param x, y addresses; pixels adjoin, and images
 * @param bias address, padded to a multiple of 8
 */
export function multiplyPixels(
  runtime: NativeRuntime,
  images: number,
  pixels: number,
  x: number,
  weights: Weights,
  y: number,
  bias: number,
  epilogue: Epilogue,
): void {
  const { k, n } = weights;
  if (strassenPays({ m: pixels, k, n }, runtime.options)) {
    for (let i = 0; i < images; i++) {
      const [from, to] = [x + i * pixels * k * 4, y + i * pixels * n * 4];
      multiplyByStrassen(runtime, pixels, from, weights, to, bias, epilogue);
    }
  } else multiplyPacked(runtime, { m: images * pixels, k, n }, x, panelsOf(runtime, weights), y, bias, epilogue);
}
