/** A decoded image: values 0 to 1, row by row, the channels of a pixel together. */
export interface Image {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for red, green, blue. */
  readonly channels: 1 | 3;
  readonly data: Float32Array;
}

/** More pixels than a photograph has: a small file may claim to be a huge image. */
export const MAX_PIXELS = 100_000_000;

/** Takes one or three of the four channels that decoders give. */
export function fromRgba(
  { width, height, data }: { width: number; height: number; data: ArrayLike<number> },
  channels: 1 | 3,
  white: number,
): Image {
  const values = new Float32Array(width * height * channels);
  for (let pixel = 0, to = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < channels; channel++) values[to++] = data[pixel * 4 + channel]! / white;
  }
  return { width, height, channels, data: values };
}
