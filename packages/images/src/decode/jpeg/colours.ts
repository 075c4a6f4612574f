import { clampToByte } from '../../byte.js';
import type { Image } from '../../image.js';
import type { JpegHeader } from './header.js';

/** What the channels of a file are. */
export type ColourModel = 'grey' | 'rgb' | 'ycc' | 'cmyk' | 'ycck';

/** libjpeg's rules (jdapimin.c): JFIF says YCbCr, Adobe's marker says what it is, the components' names may. */
export function colourModelOf({ components, jfif, adobeTransform }: JpegHeader): ColourModel {
  if (components.length === 1) return 'grey';
  if (components.length === 3) {
    if (jfif) return 'ycc';
    if (adobeTransform !== undefined) return adobeTransform === 0 ? 'rgb' : 'ycc';
    return String.fromCharCode(...components) === 'RGB' ? 'rgb' : 'ycc';
  }
  if (components.length === 4) return adobeTransform === undefined || adobeTransform === 0 ? 'cmyk' : 'ycck';
  throw new Error(`${components.length} channels`);
}

/** Writes one row of the picture, from the rows of its components. */
export type RowWriter = (rows: readonly Uint8Array[], image: Image, y: number) => void;

export const ROW_WRITERS: Readonly<Record<ColourModel, RowWriter>> = {
  grey: ([grey], { width, data }, y) => data.set(grey!.subarray(0, width), y * width),
  rgb(rows, { width, data }, y) {
    for (let x = 0, to = y * width * 3; x < width; x++) for (const row of rows) data[to++] = row[x]!;
  },
  ycc([luma, blue, red], { width, data }, y) {
    for (let x = 0, to = y * width * 3; x < width; x++, to += 3) toRgb(luma![x]!, blue![x]!, red![x]!, data, to);
  },
  cmyk([cyan, magenta, yellow, black], { width, data }, y) {
    for (let x = 0, to = y * width * 3; x < width; x++) {
      for (const ink of [cyan!, magenta!, yellow!]) data[to++] = times(ink[x]!, black![x]!);
    }
  },
  ycck([luma, blue, red, black], { width, data }, y) {
    for (let x = 0, to = y * width * 3; x < width; x++, to += 3) {
      toRgb(luma![x]!, blue![x]!, red![x]!, data, to);
      for (let i = to; i < to + 3; i++) data[i] = times(255 - data[i]!, black![x]!);
    }
  },
};

/** YCbCr of JFIF (ITU-R BT.601, full range), in libjpeg's fixed point (jdcolor.c). */
function toRgb(luma: number, blue: number, red: number, data: Uint8Array, to: number): void {
  const cb = blue - 128;
  const cr = red - 128;
  data[to] = clampToByte(luma + ((91881 * cr + 0x8000) >> 16));
  data[to + 1] = clampToByte(luma + ((-22554 * cb - 46802 * cr + 0x8000) >> 16));
  data[to + 2] = clampToByte(luma + ((116130 * cb + 0x8000) >> 16));
}

/**
 * A share of a share, both of 255, rounded. Files have inks inverted (255 is none), as Photoshop writes them and Pillow
 * takes them to be; then `white − ink` is their product.
 */
function times(light: number, white: number): number {
  const product = (255 - light) * white + 128;
  return white - ((product + (product >> 8)) >> 8);
}
