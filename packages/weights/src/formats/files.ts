import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { nearest, SenetError } from '@senet/core/graph';

/** Bytes to write: at once, or in pieces so that a large file is never held in memory twice. */
export type FileContent = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Reads a whole file. Node only.
 *
 * @throws SenetError `FileUnreadable`, naming the nearest files of the folder where there is no such file
 * @example
 * const file = readSafetensors(await readFileBytes(path), path);
 */
export async function readFileBytes(path: string): Promise<Uint8Array> {
  try {
    const { buffer, byteOffset, byteLength } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    const suggestions = cause.code === 'ENOENT' ? await neighbours(path) : [];
    throw new SenetError('FileUnreadable', reason(cause, 'there is no such file'), {
      path,
      expected: 'a readable file',
      suggestions,
      cause,
    });
  }
}

/**
 * Writes a file whole or not at all: into a temporary file of the same folder, flushed to the disk and then renamed.
 * Whatever fails, an error of `content` included, `path` keeps what it held and the temporary file is gone. Node only.
 *
 * @throws SenetError `FileUnreadable` when the folder or the file cannot be written; an error of `content` as it
 *   is, unless it is a system error too
 * @example
 * await writeFileAtomic('model.safetensors', safetensorsChunks({ tensors }));
 */
export async function writeFileAtomic(path: string, content: FileContent): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await write(handle, content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    // A failure to clean up must not hide the failure itself.
    await rm(temporary, { force: true }).catch(() => undefined);
    if (!isSystemError(cause)) throw cause;
    throw new SenetError('FileUnreadable', reason(cause, 'there is no such folder'), {
      path,
      expected: 'a file that can be written',
      cause,
    });
  }
}

async function write(handle: FileHandle, content: FileContent): Promise<void> {
  const chunks = content instanceof Uint8Array ? [content] : content;
  for await (const chunk of chunks) await handle.writeFile(chunk);
}

/** Files of the same folder with a similar name. */
async function neighbours(path: string): Promise<string[]> {
  const names = await readdir(dirname(path)).catch(() => []);
  return nearest(basename(path), names);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'this is a folder',
  EACCES: 'access is denied',
  EPERM: 'access is denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

function reason(error: NodeJS.ErrnoException, missing: string): string {
  return error.code === 'ENOENT' ? missing : (REASONS[error.code!] ?? error.message);
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    typeof (error as NodeJS.ErrnoException).code === 'string' &&
    !(error instanceof SenetError)
  );
}
