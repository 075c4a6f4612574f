import { SenetError } from '@senet/core/graph';
import { checkSize, fromImageData, type Image } from '../image.js';
import type { DecodeOptions } from './options.js';

/** What the browser decodes: an `ImageBitmap`, read through a canvas. */
export async function decodeOther(bytes: Uint8Array, path: string, options: DecodeOptions): Promise<Image> {
  if (options.decoder === 'sharp') {
    throw new SenetError('MissingPart', 'sharp is for Node', { path, expected: 'no option decoder in a browser' });
  }
  if (options.orientation === 'ignore') {
    throw new SenetError('InputInvalid', 'browsers turn all pictures upright', {
      path,
      expected: "orientation: 'exif', or a PNG or JPEG",
    });
  }
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]), {
    premultiplyAlpha: 'none',
    colorSpaceConversion: 'none',
  });
  try {
    return readThroughCanvas(bitmap);
  } finally {
    bitmap.close();
  }
}

function readThroughCanvas(bitmap: ImageBitmap): Image {
  const { width, height } = bitmap;
  checkSize(width, height, 'image');
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('the browser gives no canvas of this size');
  context.drawImage(bitmap, 0, 0);
  return fromImageData(context.getImageData(0, 0, width, height));
}
