import { type AssembleOptions, type Assembler, type Assembly, SenetError, type State } from '@senet/core/graph';
import { readSafetensors } from '../formats/safetensors.js';
import type { TensorFile } from '../formats/tensor.js';
import { loadWeights } from '../load.js';
import { configHash } from './config-hash.js';

export const CONFIG_FILE = 'config.json';
export const WEIGHTS_FILE = 'model.safetensors';

export interface LoadedFolder {
  readonly assembly: Assembly;
  readonly state: State;
}

export interface FolderReader {
  /** What a file of the folder is called in errors. */
  locate(file: string): string;
  read(file: string): Promise<Uint8Array>;
}

/** A config as a folder has it, without what stands beside it for timm. */
export interface FolderConfig {
  readonly config: Record<string, unknown>;
  readonly hash: string | undefined;
}

/** What a folder's config has for timm, or about itself: no part of the config proper. */
const BESIDE = ['hash', 'architecture', 'num_classes', 'num_features', 'global_pool', 'model_args', 'pretrained_cfg'];

/** Opens a saved folder through whatever reads its files. */
export async function openFolder(
  assembler: Assembler,
  folder: FolderReader,
  options: AssembleOptions = {},
): Promise<LoadedFolder> {
  const { config, hash } = await openFolderConfig(folder);
  const assembly = assembler.assemble(config, options);
  const path = folder.locate(WEIGHTS_FILE);
  const file = readSafetensors(await folder.read(WEIGHTS_FILE), path);
  refuseOtherConfig(file, hash, path);
  return { assembly, state: loadWeights(assembly, file, { dialect: 'timm', path }) };
}

/**
 * The config of a saved folder, without what stands beside it for timm.
 *
 * @throws SenetError `FileInvalid` where it does not have the hash it states
 */
export async function openFolderConfig(folder: FolderReader): Promise<FolderConfig> {
  const path = folder.locate(CONFIG_FILE);
  return ownConfig(parseObject(await folder.read(CONFIG_FILE), path), path);
}

/**
 * A folder's `config.json` → the config proper, where this library wrote it.
 *
 * @throws SenetError `FileInvalid`
 */
export async function ownConfig(all: Readonly<Record<string, unknown>>, path: string): Promise<FolderConfig> {
  const { hash } = all;
  const config = Object.fromEntries(Object.entries(all).filter(([key]) => !BESIDE.includes(key)));
  if (config.format === undefined) {
    const expected = 'a `format`; folders are written by `senet assemble` and `saveFolder`';
    throw new SenetError('FileInvalid', 'is no config of a saved folder', { path, expected });
  }
  if (typeof hash === 'string' && hash !== (await configHash(config))) {
    const expected = 'the saved config; take out `hash` to use the changed one';
    throw new SenetError('FileInvalid', 'was changed after it was saved', { path, expected });
  }
  return { config, hash: typeof hash === 'string' ? hash : undefined };
}

/** @throws SenetError `FileInvalid` where weights state the hash of another config */
export function refuseOtherConfig({ metadata }: TensorFile, hash: string | undefined, path: string): void {
  const said = metadata['senet.config'];
  if (said === undefined || hash === undefined || said === hash) return;
  const expected = `config ${hash.slice(0, 12)}, not ${said.slice(0, 12)}`;
  throw new SenetError('FileInvalid', 'the weights were saved with another config', { path, expected });
}

/** @throws SenetError `FileInvalid` where the bytes are no JSON object */
export function parseObject(bytes: Uint8Array, path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new SenetError('FileInvalid', `is no JSON: ${(cause as Error).message}`, { path, cause });
  }
  throw new SenetError('FileInvalid', 'is no JSON object', { path });
}
