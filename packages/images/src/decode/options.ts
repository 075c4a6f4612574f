export interface DecodeOptions {
  /**
   * `exif`, the default, turns a picture upright, as viewers and Pillow's `ImageOps.exif_transpose` do; `ignore` leaves
   * it as it is stored, as timm's loaders do.
   */
  readonly orientation?: 'exif' | 'ignore';
  /**
   * Grey of 16 bits has no one meaning as 8 bits, and is refused by default. `scale` takes the upper byte, as for
   * colours of 16 bits; `clip`, for PNG, makes everything above 255 white, as Pillow's `convert` does.
   */
  readonly grey16?: 'refuse' | 'scale' | 'clip';
  /**
   * `sharp` decodes all formats, in Node, and has to be installed; PNGs of 16 bits alone stay here, and its colours of
   * CMYK are others than Pillow's. By default it is asked for what is neither PNG nor JPEG.
   */
  readonly decoder?: 'auto' | 'sharp';
}
