import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assembler, Assembly, State } from '@senet/core/graph';
import { writeFileAtomic } from '../formats/files.js';
import { safetensorsChunks } from '../formats/safetensors.js';
import { type SaveOptions, toTensors } from '../save.js';
import { configHash } from './config-hash.js';
import { CONFIG_FILE, WEIGHTS_FILE } from './open-folder.js';
import { timmConfig } from './timm-config.js';

export interface SavedFolder {
  readonly folder: string;
  /** Identifies the config: SHA-256 of its canonical JSON. */
  readonly hash: string;
  /** The name under which timm opens the folder, `undefined` where timm has no such network. */
  readonly architecture: string | undefined;
}

/**
 * Saves a network as a folder: `config.json` (resolved, with its hash, and with what timm needs where timm can express
 * the network) and `model.safetensors` in timm's names and layout. Each file is written beside its place and renamed.
 *
 * @throws SenetError `FileUnreadable` where the folder cannot be written
 */
export async function saveFolder(
  assembler: Assembler<never> | Assembler,
  assembly: Assembly,
  state: State,
  folder: string,
  options: Omit<SaveOptions, 'dialect'> = {},
): Promise<SavedFolder> {
  const config = assembly.toJSON();
  const hash = await configHash(config);
  const timm = timmConfig(assembler as Assembler, assembly);
  const tensors = toTensors(assembly, state, { ...options, metadata: { ...options.metadata, 'senet.config': hash } });
  const json = `${JSON.stringify({ ...config, hash, ...timm }, null, 2)}\n`;
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, WEIGHTS_FILE), safetensorsChunks(tensors));
  await writeFileAtomic(join(folder, CONFIG_FILE), new TextEncoder().encode(json));
  return { folder, hash, architecture: timm?.architecture };
}
