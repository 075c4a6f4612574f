import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { SenetError } from '@senet/core/graph';

/**
 * A repository's folder in the cache that huggingface_hub and this library share: `blobs` by etag, `snapshots` of
 * commits with links to them, `refs` from branches to commits, and `.no_exist` for files that commits do not have.
 */
export class HubCache {
  constructor(readonly folder: string) {}

  /** The commit that a branch or tag was when it was last asked for. */
  async commitOf(revision: string): Promise<string | undefined> {
    return (await readFile(join(this.folder, 'refs', revision), 'utf8').catch(() => undefined))?.trim();
  }

  async remember(revision: string, commit: string): Promise<void> {
    if (revision === commit || (await this.commitOf(revision)) === commit) return;
    await placed(join(this.folder, 'refs', revision), (temporary) => writeFile(temporary, commit));
  }

  /** Where a commit has a file, whether it is there or not. */
  pointer(commit: string, file: string): string {
    return join(this.folder, 'snapshots', commit, file);
  }

  has(commit: string, file: string): Promise<boolean> {
    return exists(this.pointer(commit, file));
  }

  lacks(commit: string, file: string): Promise<boolean> {
    return exists(join(this.folder, '.no_exist', commit, file));
  }

  async rememberLack(commit: string, file: string): Promise<void> {
    await placed(join(this.folder, '.no_exist', commit, file), (temporary) => writeFile(temporary, ''));
  }

  /** The blob of an etag, its folder made. */
  async blob(etag: string): Promise<{ path: string; present: boolean }> {
    const path = join(this.folder, 'blobs', etag);
    await mkdir(dirname(path), { recursive: true });
    return { path, present: await exists(path) };
  }

  /** A blob under its name in a commit: a link, or a copy where the disk has none. */
  async link(blob: string, commit: string, file: string): Promise<void> {
    const pointer = this.pointer(commit, file);
    const target = relative(dirname(pointer), blob);
    await placed(pointer, (temporary) => symlink(target, temporary).catch(() => copyFile(blob, temporary)));
  }
}

/** Makes a file under another name and renames it: whoever reads the place finds the old or the new. */
async function placed(path: string, make: (temporary: string) => Promise<unknown>): Promise<void> {
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await make(temporary);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Follows links: one without its blob is nothing. */
function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Errors of the disk, while the cache is written, as errors about the cache. */
export async function writing<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (cause instanceof SenetError || typeof code !== 'string') throw cause;
    throw new SenetError('FileUnreadable', `the cache cannot be written: ${(cause as Error).message}`, {
      path,
      expected: 'a folder that can be written: see `cacheDir` and HF_HOME',
      cause,
    });
  }
}
