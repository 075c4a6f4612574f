import type { Gradient, Runtime } from '../backend/contracts.js';
import type { Tensor } from '../backend/tfjs-internals.js';
import { transposedAlong } from './along-axis.js';

type Resize = 'resizeBilinear' | 'resizeNearestNeighbor';

/**
 * The gradient of a resize with half-pixel centers. tfjs' own is that of a resize without them. A resize is a matrix along
 * each axis; resizing the identity gives the matrix.
 */
function resizeGradient(kernel: string, resize: Resize): Gradient<Runtime> {
  return {
    kernel,
    inputs: ['images'],
    run({ tf }, dy, { inputs }, { halfPixelCenters }) {
      if (!halfPixelCenters) return undefined;
      const { images } = inputs as { images: Tensor };
      const matrix = (from: number, to: number) => {
        const image = tf.eye(from).as4D(1, from, from, 1);
        return tf.reshape(tf.image[resize](image, [to, from], false, true), [to, from]);
      };
      const dx = () =>
        tf.tidy(() => {
          const [, height, width] = images.shape as [number, number, number];
          const [, rows, columns] = (dy as Tensor).shape as [number, number, number];
          const down = transposedAlong(tf, dy as Tensor, 1, matrix(height, rows));
          return transposedAlong(tf, down, 2, matrix(width, columns));
        });
      return { images: dx };
    },
  };
}

export const resizeGradients: readonly Gradient<Runtime>[] = [
  resizeGradient('ResizeBilinear', 'resizeBilinear'),
  resizeGradient('ResizeNearestNeighbor', 'resizeNearestNeighbor'),
];
