import { join } from 'node:path';
import type { AssembleOptions, Assembler } from '@senet/core/graph';
import { readFileBytes } from '../formats/files.js';
import {
  CONFIG_FILE,
  type FolderConfig,
  type FolderReader,
  type LoadedFolder,
  openFolder,
  openFolderConfig,
  parseObject,
} from './open-folder.js';

export type { LoadedFolder } from './open-folder.js';

/**
 * Opens a saved folder: the network as it was saved, and its weights, bit for bit.
 *
 * @param options another input shape, for images of another size
 * @throws SenetError `FileUnreadable`; `FileInvalid` where the config was changed after it was saved, or belongs to
 *   other weights
 */
export async function loadFolder(
  assembler: Assembler<never> | Assembler,
  folder: string,
  options: AssembleOptions = {},
): Promise<LoadedFolder> {
  return openFolder(assembler as Assembler, onDisk(folder), options);
}

/** The config of a saved folder, without what stands beside it for timm, and its hash. */
export function readFolderConfig(folder: string): Promise<FolderConfig> {
  return openFolderConfig(onDisk(folder));
}

/** Whether this library wrote a folder's `config.json`, and timm did not: then the config alone says the network. */
export async function isOwnFolder(folder: string): Promise<boolean> {
  const { locate, read } = onDisk(folder);
  return parseObject(await read(CONFIG_FILE), locate(CONFIG_FILE)).format !== undefined;
}

function onDisk(folder: string): FolderReader {
  const locate = (file: string) => join(folder, file);
  return { locate, read: (file) => readFileBytes(locate(file)) };
}
