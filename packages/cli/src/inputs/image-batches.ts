import type { InputConfig } from '@senet/core/graph';
import { decodeImage, type Preprocessing, preprocess, preprocessingOf } from '@senet/images';
import { readFileBytes } from '@senet/weights/node';
import type { Batch } from './batch.js';

/**
 * Images as a network wants them, decoded, resized, cropped and normalized when they are needed: one batch where the
 * network has a size, one for each image where it takes any.
 */
export async function imageBatches(files: readonly string[], input: InputConfig): Promise<Batch[]> {
  const preprocessing = preprocessingOf(input);
  const { size, channels } = preprocessing;
  const read = (file: string) => prepare(file, preprocessing);
  if (size) return [batchOf(files, 0, [size.height, size.width, channels], read)];
  return Promise.all(files.map(async (file, i) => batchOf([file], i, (await read(file)).shape, read)));
}

async function prepare(file: string, preprocessing: Preprocessing) {
  return preprocess(await decodeImage(await readFileBytes(file), file), preprocessing);
}

function batchOf(
  files: readonly string[],
  first: number,
  shape: Batch['shape'],
  read: (file: string) => Promise<{ data: Float32Array }>,
): Batch {
  const size = shape[0] * shape[1] * shape[2];
  return {
    shape,
    items: files.map((file, i) => ({ index: first + i, file })),
    async rows(begin, end) {
      const values = new Float32Array((end - begin) * size);
      for (const [i, file] of files.slice(begin, end).entries()) values.set((await read(file)).data, i * size);
      return values;
    },
  };
}
