import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SenetError } from '@senet/core/graph';
import { CONFIG_FILE, WEIGHTS_FILE } from '@senet/weights/node';
import { GENERATED_BY, MODEL_FILE, VALUES_FILE } from './layers-model.js';

export type Format = 'folder' | 'layers-model';

/** The files of a format; the first is JSON that says whose it is. */
export const FILES: Readonly<Record<Format, readonly [string, string]>> = {
  folder: [CONFIG_FILE, WEIGHTS_FILE],
  'layers-model': [MODEL_FILE, VALUES_FILE],
};

const IS_OURS: Readonly<Record<Format, (json: Record<string, unknown>) => boolean>> = {
  folder: ({ format }) => format === 1,
  'layers-model': ({ generatedBy }) => generatedBy === GENERATED_BY,
};

/**
 * Makes sure that nothing of somebody else is overwritten: a folder is new, empty, or what an earlier call wrote in
 * the same format.
 *
 * @throws SenetError `FileUnreadable`
 */
export async function refuseForeignFolder(folder: string, format: Format): Promise<void> {
  if ((await isEmpty(folder)) || (await isOurs(folder, format))) return;
  throw new SenetError('FileUnreadable', `is not empty, and no ${format} that this command wrote`, {
    path: folder,
    expected: 'a new folder, or --force to write into this one',
  });
}

async function isEmpty(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return true;
    const problem = code === 'ENOTDIR' ? 'is a file, or in one' : `cannot be read (${code})`;
    throw new SenetError('FileUnreadable', problem, { path: folder, expected: 'a folder', cause });
  }
}

async function isOurs(folder: string, format: Format): Promise<boolean> {
  try {
    return IS_OURS[format](JSON.parse(await readFile(join(folder, FILES[format][0]), 'utf8')));
  } catch {
    return false;
  }
}
