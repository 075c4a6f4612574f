import { rename, rm, truncate } from 'node:fs/promises';
import { SenetError } from '@senet/core/graph';
import { withPartialFile } from './partial-file.js';
import { type Transfer, transfer } from './transfer.js';
import { unlikeEtag } from './verify.js';

/**
 * Downloads a file to a place in the cache: into a partial file beside it, which is renamed when its length and its
 * checksum are right. A connection that breaks leaves the partial file to the next download; wrong content is removed.
 *
 * @throws SenetError `FileInvalid` where the content is not what its etag names; and as `transfer`
 */
export async function download(what: Transfer, blob: string): Promise<void> {
  await withPartialFile(blob, async (partial) => {
    try {
      await fetchRight(what, partial);
    } catch (error) {
      if (error instanceof SenetError && error.code === 'FileInvalid') await rm(partial, { force: true });
      throw error;
    }
    await rename(partial, blob);
  });
}

/** What was joined of several answers may be wrong where none of them was: that is fetched once more, as a whole. */
async function fetchRight(what: Transfer, partial: string): Promise<void> {
  const { address, etag } = what.info;
  const atOnce = await transfer(what, partial);
  let wrong = await unlikeEtag(partial, etag);
  if (wrong !== undefined && !atOnce) {
    await truncate(partial, 0);
    await transfer(what, partial);
    wrong = await unlikeEtag(partial, etag);
  }
  if (wrong === undefined) return;
  throw new SenetError('FileInvalid', `the download is not what the hub announced: ${wrong}`, {
    path: address,
    expected: 'the content that its etag names',
  });
}
