import { SenetError } from '@senet/core/graph';
import type { HubName } from './name.js';
import { refusal } from './refusal.js';
import { type Client, request, withRetries } from './request.js';

/** What the hub says of a file before it is downloaded. */
export interface FileInfo {
  readonly address: string;
  /** Names the content: SHA-256 of a large file (LFS, Xet), git's SHA-1 of a small one. The cache's blob has that name. */
  readonly etag: string;
  readonly size: number | undefined;
}

const MAX_REDIRECTS = 5;
/** A file name and nothing else: it becomes one. */
const ETAG = /^\w[\w.+=-]{0,254}$/;

/** Where a file of a commit is. */
export function resolveAddress(endpoint: string, { repo, revision }: HubName, file: string): string {
  return `${endpoint}/${repo}/resolve/${encodeURIComponent(revision)}/${file}`;
}

/**
 * Asks for a file's size and etag. A large file is a redirect to a store that has other etags, so what the hub itself
 * answered counts: its headers are read before the redirect is followed.
 *
 * @returns `undefined` where there is no such file, `'absent'` where the hub itself says so
 */
export async function fileInfo(
  client: Client,
  endpoint: string,
  name: HubName,
  file: string,
): Promise<FileInfo | 'absent' | undefined> {
  const address = resolveAddress(endpoint, name, file);
  let asked = address;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await withRetries(client, () =>
      request(onlyFor(endpoint, asked, client), asked, { method: 'HEAD', redirect: 'manual' }),
    );
    const { status, headers, ok } = response;
    const linked = headers.get('x-linked-etag');
    const location = headers.get('location');
    if (linked === null && location !== null && status >= 300 && status < 400) {
      asked = new URL(location, asked).href;
      continue;
    }
    const code = headers.get('x-error-code');
    if (status === 404 && code === 'EntryNotFound') return 'absent';
    if (status === 404 && code === null) return undefined;
    if (!ok && linked === null) throw refusal(response, asked, name);
    const size = headers.get('x-linked-size') ?? (ok ? headers.get('content-length') : null);
    return {
      address,
      etag: named(linked ?? headers.get('etag'), address),
      size: size === null ? undefined : Number(size),
    };
  }
  throw new SenetError('FileUnreadable', `more than ${MAX_REDIRECTS} redirects`, { path: address, expected: 'a file' });
}

/** The token is for the hub alone. */
function onlyFor(endpoint: string, address: string, client: Client): Client {
  return new URL(address).origin === new URL(endpoint).origin ? client : { ...client, token: undefined };
}

function named(header: string | null, path: string): string {
  const etag = header?.replace(/^W\//, '').replaceAll('"', '') ?? '';
  if (ETAG.test(etag)) return etag;
  const problem = header === null ? 'the server states no etag' : 'the etag names no content';
  throw new SenetError('FileUnreadable', problem, { path, expected: 'an address of a hub: see `endpoint`' });
}
