import { randomUUID } from 'node:crypto';
import { open, readdir, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';

/** Partial files that this thread is writing now. */
const inUse = new Set<string>();

/**
 * Takes a partial file for a blob and gives it to `use`: one that a broken download left here, or a new one. No two
 * downloads share one, so that none needs a lock: its name says which process writes it, and only what belongs to none
 * that lives is taken over. `use` renames or removes it, or leaves it for the next download.
 */
export async function withPartialFile<T>(blob: string, use: (partial: string) => Promise<T>): Promise<T> {
  const partial = join(dirname(blob), partialName(basename(blob)));
  inUse.add(partial);
  try {
    if (!(await takeOver(blob, partial))) await (await open(partial, 'wx')).close();
    return await use(partial);
  } finally {
    inUse.delete(partial);
  }
}

function partialName(blob: string): string {
  return `${blob}.${owner(process.pid, threadId)}.${randomUUID().slice(0, 8)}.incomplete`;
}

function owner(pid: number | string, thread: number | string): string {
  return `${hostname().replaceAll(/[^\w-]/g, '-')}-${pid}-${thread}`;
}

/** Renaming is atomic: of several that want the same leftover, one gets it. */
async function takeOver(blob: string, partial: string): Promise<boolean> {
  for (const name of await readdir(dirname(blob))) {
    const leftover = join(dirname(blob), name);
    if (!isLeftover(name, basename(blob)) || inUse.has(leftover)) continue;
    const taken = await rename(leftover, partial).then(
      () => true,
      () => false,
    );
    if (taken) return true;
  }
  return false;
}

function isLeftover(name: string, blob: string): boolean {
  if (!name.startsWith(`${blob}.`) || !name.endsWith('.incomplete')) return false;
  const [, pid = '', thread = ''] = /-(\d+)-(\d+)\.[\da-f]{8}\.incomplete$/.exec(name) ?? [];
  if (!name.startsWith(`${blob}.${owner(pid, thread)}.`)) return false;
  return Number(pid) === process.pid ? Number(thread) === threadId : !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
