import { readdir, stat } from 'node:fs/promises';
import { extname, isAbsolute, join } from 'node:path';
import { SenetError } from '@senet/core/graph';
import { glob, isDynamicPattern } from 'tinyglobby';

const ENDINGS = ['.png', '.jpg', '.jpeg', '.webp', '.avif', '.gif', '.tif', '.tiff'];

/**
 * The image files that words of the command line mean: a file itself, a folder's images in the order of their names, or
 * what a pattern matches (`photos/*.png`, where the shell has not filled it in).
 *
 * @throws SenetError `FileUnreadable` where a word means no image
 */
export async function findImages(words: readonly string[]): Promise<string[]> {
  const files = await Promise.all(words.map(imagesOf));
  return files.flat();
}

async function imagesOf(word: string): Promise<string[]> {
  const found = await stat(word).catch(() => undefined);
  if (found?.isDirectory()) return inFolder(word);
  if (found || !isDynamicPattern(word)) return [word];
  const matches = await glob(word, { expandDirectories: false, absolute: isAbsolute(word) });
  return someOf(matches.filter(isImage), word, 'matches no image');
}

async function inFolder(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return someOf(
    names.filter(isImage).map((name) => join(folder, name)),
    folder,
    'is a folder without images',
  );
}

function isImage(name: string): boolean {
  return ENDINGS.includes(extname(name).toLowerCase());
}

function someOf(files: readonly string[], path: string, problem: string): string[] {
  if (files.length > 0) return files.toSorted();
  throw new SenetError('FileUnreadable', problem, { path, expected: `files that end in ${ENDINGS.join(', ')}` });
}
