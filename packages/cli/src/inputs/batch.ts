/** One sample among all that were given. */
export interface Item {
  /** Number in the order in which inputs were given, from 0. */
  readonly index: number;
  readonly file: string;
}

/** Samples of one shape. */
export interface Batch {
  /** `[height, width, channels]` */
  readonly shape: readonly [number, number, number];
  readonly items: readonly Item[];
  /**
   * The values of some of them, `[end − begin, height, width, channels]`: read and converted when they are needed.
   *
   * @throws SenetError `InputInvalid` for values that are no numbers, `FileInvalid` for images that are none
   */
  rows(begin: number, end: number): Float32Array | Promise<Float32Array>;
}
