import type { AssembleOptions, Assembly, State } from '@senet/core/graph';
import type { ReadWeightsOptions } from '../formats/formats.js';
import type { LoadOptions } from '../load.js';

/** Bytes of a file so far, and of the whole where the server says. */
export type DownloadProgress = (loaded: number, total: number | undefined, file: string) => void;

/** How files are fetched. */
export interface DownloadOptions {
  /** A branch, a tag or a commit; `main` by default. */
  readonly revision?: string;
  /** Of an account that may read the repository; in Node by default `HF_TOKEN`, or what `hf auth login` left. */
  readonly token?: string;
  /** Address of the hub; by default https://huggingface.co, in Node what `HF_ENDPOINT` says before that. */
  readonly endpoint?: string;
  readonly onProgress?: DownloadProgress;
  readonly signal?: AbortSignal;
  /** In place of the global one: for a proxy, say. */
  readonly fetch?: typeof globalThis.fetch;
}

/** How a network is made of what was found. */
export interface OpenOptions
  extends Pick<LoadOptions, 'dialect' | 'dialects' | 'adapt'>,
    Pick<AssembleOptions, 'inputShape'>,
    Pick<ReadWeightsOptions, 'formats'> {
  /** A recipe's name or a config, in place of what `config.json` says, or what a file's keys tell. */
  readonly model?: unknown;
}

/** Where a network came from. */
export interface PretrainedSource {
  readonly from: 'hub' | 'folder' | 'file';
  /** Path or address of the weights. */
  readonly weights: string;
  /** In which they were read. */
  readonly dialect: string;
  /** Of a repository: its name, and the commit where it is known. */
  readonly repo?: string;
  readonly commit?: string;
}

/** A network with its weights. */
export interface Pretrained {
  readonly assembly: Assembly;
  readonly state: State;
  readonly source: PretrainedSource;
}

/** A folder of files, wherever it is. */
export interface Repository {
  readonly source: Omit<PretrainedSource, 'weights' | 'dialect'>;
  /** What a file is called in errors. */
  locate(file: string): string;
  /** A file's bytes, `undefined` where the folder has no such file. */
  find(file: string): Promise<Uint8Array | undefined>;
  /** The error where it has none of these files. */
  missing(files: readonly string[]): Error;
}
