import type { TensorFile } from './tensor.js';

/** A file to read: its bytes, what it is called, and how to get at the files beside it. */
export interface FormatSource {
  readonly bytes: Uint8Array;
  /** Name of the file, for errors. */
  readonly path: string;
  /** Reads a file of the same folder: TensorFlow.js keeps its values in files of their own. */
  readonly sibling?: (name: string) => Promise<Uint8Array>;
}

/**
 * A format of weight files. What it reads is checked before it is believed: a file that is not one is a `FileInvalid`
 * that says where and what would be right, memory is bounded by the file's size, and nothing in a file is ever run.
 */
export interface WeightFormat {
  readonly name: string;
  readonly summary: string;
  /** Endings of its files' names, with the dot. */
  readonly extensions: readonly string[];
  /** Whether a file begins as this format's files do; all of its bytes are given. */
  recognizes(bytes: Uint8Array): boolean;
  /** @throws SenetError `FileInvalid`; `MissingPart` where an optional package is not installed */
  read(source: FormatSource): Promise<TensorFile>;
  /** Content → the bytes of a file; formats that are only read have none. */
  write?(content: TensorFile): Promise<Uint8Array>;
}
