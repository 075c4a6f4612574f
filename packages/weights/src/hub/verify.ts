import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * Whether a file is what its etag names: 64 digits are the SHA-256 of a large file, 40 are git's SHA-1 of a small one.
 * Other etags, of servers that only pose as a hub, name no content: the length has been checked and nothing more can be.
 *
 * @returns what is wrong, `undefined` where nothing is
 */
export async function unlikeEtag(path: string, etag: string): Promise<string | undefined> {
  if (/^[\da-f]{64}$/.test(etag)) return compare('SHA-256', etag, await digest(path, createHash('sha256')));
  if (!/^[\da-f]{40}$/.test(etag)) return undefined;
  const { size } = await stat(path);
  return compare('SHA-1 of git', etag, await digest(path, createHash('sha1').update(`blob ${size}\0`)));
}

function compare(kind: string, expected: string, found: string): string | undefined {
  return found === expected ? undefined : `its ${kind} is ${found.slice(0, 16)}…, not ${expected.slice(0, 16)}…`;
}

async function digest(path: string, hash: ReturnType<typeof createHash>): Promise<string> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
