import { join } from 'node:path';
import { type AssembleOptions, type Assembler, type Assembly, SenetError, type State } from '@senet/core/graph';
import { readFileBytes } from '../formats/files.js';
import { readSafetensors } from '../formats/safetensors.js';
import { loadWeights } from '../load.js';
import { configHash } from './config-hash.js';
import { CONFIG_FILE, WEIGHTS_FILE } from './save-folder.js';

export interface LoadedFolder {
  readonly assembly: Assembly;
  readonly state: State;
}

/** What a folder's config has for timm, or about itself: no part of the config proper. */
const BESIDE = ['hash', 'architecture', 'num_classes', 'num_features', 'global_pool', 'model_args', 'pretrained_cfg'];

/**
 * Opens a saved folder: the network as it was saved, and its weights, bit for bit.
 *
 * @param options another input shape, for images of another size
 * @throws SenetError `FileInvalid` where the config was changed after it was saved, or belongs to other weights
 */
export async function loadFolder(
  assembler: Assembler<never> | Assembler,
  folder: string,
  options: AssembleOptions = {},
): Promise<LoadedFolder> {
  const { config, hash } = await readFolderConfig(folder);
  const assembly = (assembler as Assembler).assemble(config, options);
  const path = join(folder, WEIGHTS_FILE);
  const file = readSafetensors(await readFileBytes(path), path);
  const said = file.metadata['senet.config'];
  if (said !== undefined && hash !== undefined && said !== hash) {
    throw new SenetError('FileInvalid', 'the weights were saved with another config', {
      path,
      expected: `config ${hash.slice(0, 12)}, not ${said.slice(0, 12)}`,
    });
  }
  return { assembly, state: loadWeights(assembly, file, { dialect: 'timm', path }) };
}

/**
 * The config of a saved folder, without what stands beside it for timm.
 *
 * @throws SenetError `FileInvalid` where it does not have the hash it states
 */
export async function readFolderConfig(
  folder: string,
): Promise<{ config: Record<string, unknown>; hash: string | undefined }> {
  const path = join(folder, CONFIG_FILE);
  const all = parse(new TextDecoder().decode(await readFileBytes(path)), path);
  const { hash } = all;
  const config = Object.fromEntries(Object.entries(all).filter(([key]) => !BESIDE.includes(key)));
  if (config.format === undefined) {
    throw new SenetError('FileInvalid', 'is no config of a saved folder', {
      path,
      expected: 'a `format`; folders are written by `senet assemble` and `saveFolder`',
    });
  }
  if (typeof hash === 'string' && hash !== (await configHash(config))) {
    throw new SenetError('FileInvalid', 'was changed after it was saved', {
      path,
      expected: 'the saved config; take out `hash` to use the changed one',
    });
  }
  return { config, hash: typeof hash === 'string' ? hash : undefined };
}

function parse(text: string, path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new SenetError('FileInvalid', `is no JSON: ${(cause as Error).message}`, { path, cause });
  }
  throw new SenetError('FileInvalid', 'is no JSON object', { path });
}
