/** Fashion-MNIST's test set: the whole of it where it is installed, or the 500 images of the example. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readNpy } from '@senet/weights';

export const EXAMPLE = new URL('../../examples/fashion-mnist/', import.meta.url);

export interface Images {
  /** What is being used, for the tests' names. */
  readonly what: string;
  readonly whole: boolean;
  /** Grey values, 28 × 28 of them for each image. */
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** The Debian package dataset-fashion-mnist puts it there. */
const FOLDER = process.env.SENET_FASHION_MNIST ?? '/usr/share/datasets/fashion-mnist';
const MISSING = 'the whole set is not installed (apt-get install dataset-fashion-mnist, or SENET_FASHION_MNIST=folder)';

export function testImages(): Images {
  const images = join(FOLDER, 't10k-images-idx3-ubyte.gz');
  if (!existsSync(images)) return { ...shippedImages(), what: `the first 500 test images; ${MISSING}`, whole: false };
  return {
    what: 'all 10,000 test images',
    whole: true,
    pixels: readIdx(images, [10000, 28, 28]),
    labels: readIdx(join(FOLDER, 't10k-labels-idx1-ubyte.gz'), [10000]),
  };
}

export function shippedImages(): Pick<Images, 'pixels' | 'labels'> {
  const read = (name: string) => readNpy(readFileSync(new URL(name, EXAMPLE)), name).data as Uint8Array;
  return { pixels: read('images.npy'), labels: read('labels.npy') };
}

/** LeCun's IDX format, bytes: two zeros, type 8, the number of axes, their sizes (32 bits, big-endian), the values. */
function readIdx(path: string, shape: readonly number[]): Uint8Array {
  const bytes = gunzipSync(readFileSync(path));
  const axes = shape.map((_, i) => bytes.readUInt32BE(4 + 4 * i));
  if (bytes.readUInt32BE(0) !== 0x800 + shape.length || axes.join() !== shape.join())
    throw new Error(`${path} holds [${axes}], expected [${shape}]`);
  return bytes.subarray(4 + 4 * shape.length);
}
