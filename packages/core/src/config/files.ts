import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { SenetError } from '../errors.js';
import type { ConfigSource, LoadedConfig } from './source.js';

/**
 * Reads configs from JSON files. `extends` takes paths relative to the file that says so, within `root`.
 *
 * @param root folder that no path may leave; the working directory by default, where it holds the config, or else the config's own folder
 */
export function fileConfigSource(root: string = process.cwd()): ConfigSource {
  return {
    load(reference, from) {
      if (from === undefined) {
        throw new SenetError('ConfigNotFound', `'${reference.slice(0, 80)}' is no recipe`, {
          path: 'extends',
          expected: 'a recipe, since paths are relative to a file and this config came from none',
        });
      }
      const folder = dirname(resolve(from));
      const path = resolve(folder, reference);
      const limit = isWithin(folder, root) ? root : folder;
      if (
        reference.includes('\0') ||
        /^[a-z][a-z+.-]+:/i.test(reference) ||
        isAbsolute(reference) ||
        !isWithin(path, limit)
      ) {
        throw new SenetError('ConfigPathNotAllowed', `'${reference.slice(0, 80)}' leaves the project`, {
          path: 'extends',
          expected: 'a relative path to a file within the project, or a recipe',
        });
      }
      return readConfigFile(path);
    },
  };
}

/** @throws SenetError `ConfigNotFound` where there is no such file, `ConfigInvalid` where it is no JSON */
export function readConfigFile(path: string): LoadedConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as { code?: string };
    throw new SenetError('ConfigNotFound', code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`, {
      path,
      cause,
    });
  }
  return { config: parseJson(text, path), location: path };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new SenetError('ConfigInvalid', `is no JSON: ${(cause as Error).message}`, { path, cause });
  }
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(resolve(folder), path);
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way));
}
