/** Pictures decoded and resized in the page: the pixels that Pillow has. */
import { cropCenter, decodeImage, fromImageData, type Image, resize, toChannels } from '@senet/images';
import { digestOfArrays } from '../digest.js';
import type { Facts } from '../facts.js';
import { type Case, checkEqual, checkRejects } from './suite.js';

export const imageCases = ({ images: { files, photograph, webp } }: Facts): Case[] => [
  {
    name: "PNG and JPEG files have Pillow's pixels, bit for bit",
    async run() {
      for (const { file, rgb } of files) checkEqual(await digestOf(await decode(file)), rgb, file);
      return `${files.length} files`;
    },
  },
  {
    name: "a photograph is resized and cropped to Pillow's pixels, bit for bit",
    async run() {
      const image = await decode(photograph.file);
      const ratio = 256 / Math.min(image.width, image.height);
      const size = { width: Math.trunc(image.width * ratio), height: Math.trunc(image.height * ratio) };
      const crop = cropCenter(resize(image, size), { width: 224, height: 224 });
      checkEqual(await digestOf(crop), photograph.crop, 'SHA-256');
      return `${image.width}×${image.height} to ${crop.width}×${crop.height}`;
    },
  },
  {
    name: 'what a canvas shows is an image',
    async run() {
      const image = await decode(photograph.file);
      const bitmap = await createImageBitmap(new Blob([await bytesOf(photograph.file)]), {
        colorSpaceConversion: 'none',
      });
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
      context.drawImage(bitmap, 0, 0);
      const shown = fromImageData(context.getImageData(0, 0, bitmap.width, bitmap.height));
      checkEqual(await digestOf(shown), await digestOf(image), 'SHA-256');
      return undefined;
    },
  },
  {
    name: 'a WebP is decoded by the browser, bit for bit where it is lossless',
    async run() {
      checkEqual(await digestOf(await decode(webp.file)), webp.rgb, webp.file);
      const bytes = await bytesOf(webp.file);
      await checkRejects(decodeImage(bytes.subarray(0, 40), webp.file), 'FileInvalid');
      await checkRejects(decodeImage(bytes, webp.file, { decoder: 'sharp' }), 'MissingPart');
      return checkRejects(decodeImage(bytes, webp.file, { orientation: 'ignore' }), 'InputInvalid');
    },
  },
];

async function decode(file: string): Promise<Image> {
  return decodeImage(await bytesOf(file), file);
}

async function bytesOf(file: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await fetch(`/models/images/${file}`)).arrayBuffer());
}

/** Of three channels, as the facts have it. */
async function digestOf(image: Image): Promise<string> {
  return (await digestOfArrays([toChannels(image, 3).data])).slice(0, 16);
}
