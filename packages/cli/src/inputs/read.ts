import { readNpy } from '@senet/weights';
import { readFileBytes } from '@senet/weights/node';
import { usageError } from '../arguments.js';
import { decodeImage } from '../images/decode.js';
import { type Preparation, prepareImage } from '../images/prepare.js';
import type { Batch, Item } from './batch.js';
import { type ArrayLayout, type Samples, samplesOf } from './npy.js';

export interface ReadOptions extends Preparation {
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
  const image = decodeImage(bytes, file);
  const values = prepareImage(image, options, file);
  const shape = [image.height, image.width, options.channels] as const;
  return { samples: { count: 1, shape, rows: () => values }, isArray: false };
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
