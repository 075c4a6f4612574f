import type { InputConfig } from '@senet/core/graph';
import { decodeImage, preprocess, preprocessingOf } from '@senet/images';
import { readNpy } from '@senet/weights';
import { readFileBytes } from '@senet/weights/node';
import { usageError } from '../arguments.js';
import type { Batch, Item } from './batch.js';
import { type ArrayLayout, type Samples, samplesOf } from './npy.js';

/** What a network wants of its inputs; mean, std and order of channels are for images. */
export interface ReadOptions extends Pick<InputConfig, 'mean' | 'std' | 'channelOrder'> {
  readonly channels: number;
  /** Of arrays; `undefined` where it was not said. */
  readonly layout?: ArrayLayout | undefined;
}

/**
 * Reads .npy files and images, and puts what has one shape into one batch.
 *
 * @throws SenetError `InputInvalid`, `FileInvalid`, `FileUnreadable`; `UsageInvalid` for a layout without an array
 */
export async function readInputs(files: readonly string[], options: ReadOptions): Promise<Batch[]> {
  const groups = new Map<string, Source[]>();
  let index = 0;
  let arrays = 0;
  for (const file of files) {
    const { samples, isArray } = await readSamples(file, options);
    if (isArray) arrays++;
    const items = Array.from({ length: samples.count }, () => ({ index: index++, file }));
    const key = samples.shape.join();
    const group = groups.get(key);
    if (group) group.push({ samples, items });
    else groups.set(key, [{ samples, items }]);
  }
  if (options.layout !== undefined && arrays === 0) {
    throw usageError('is for arrays, and these are images', { path: '--layout', expected: 'a .npy file' });
  }
  return [...groups.values()].map(toBatch);
}

/** What one file brought. */
interface Source {
  readonly samples: Samples;
  readonly items: readonly Item[];
}

async function readSamples(file: string, options: ReadOptions): Promise<{ samples: Samples; isArray: boolean }> {
  const bytes = await readFileBytes(file);
  if (bytes[0] === 0x93 || file.toLowerCase().endsWith('.npy')) {
    return { samples: samplesOf(readNpy(bytes, file), options.layout, options.channels, file), isArray: true };
  }
  return { samples: await imageSamples(bytes, options, file), isArray: false };
}

/** An image at its own size: networks without an open one are built for it. */
async function imageSamples(bytes: Uint8Array, options: ReadOptions, file: string): Promise<Samples> {
  const { channels, mean, std, channelOrder } = options;
  const preprocessing = preprocessingOf({ shape: [null, null, channels], mean, std, channelOrder });
  const { data, shape } = preprocess(await decodeImage(bytes, file, { grey16: 'scale' }), preprocessing);
  return { count: 1, shape, rows: () => data };
}

function toBatch(sources: readonly Source[]): Batch {
  const { shape } = sources[0]!.samples;
  const size = shape[0] * shape[1] * shape[2];
  return {
    shape,
    items: sources.flatMap(({ items }) => items),
    rows(begin, end) {
      const values = new Float32Array((end - begin) * size);
      let offset = 0; // number in the batch of the source's first sample
      for (const { samples } of sources) {
        const first = Math.max(begin - offset, 0);
        const last = Math.min(end - offset, samples.count);
        if (first < last) values.set(samples.rows(first, last), (offset + first - begin) * size);
        offset += samples.count;
      }
      return values;
    },
  };
}
