import { SenetError } from '@senet/core/graph';
import { readAll } from '../folder/fetch-folder.js';
import { resolveAddress } from './file-info.js';
import type { HubName } from './name.js';
import type { DownloadOptions, Repository } from './options.js';
import { refusal } from './refusal.js';
import { type Client, interruptible, request, withRetries } from './request.js';

const HUB = 'https://huggingface.co';

/** A folder at an address, without a cache of its own: for browsers, which have theirs, and for Node. */
export function addressRepository(base: string, options: DownloadOptions): Repository {
  const locate = (file: string) => `${base.replace(/\/+$/, '')}/${file}`;
  return repositoryAt({ source: { from: 'folder' }, locate, path: base }, options);
}

/** A repository on the hub, straight from its addresses. */
export function uncachedHubRepository(name: HubName, options: DownloadOptions): Repository {
  const { endpoint = HUB } = options;
  const locate = (file: string) => resolveAddress(endpoint.replace(/\/+$/, ''), name, file);
  const path = `hf:${name.repo}@${name.revision}`;
  return repositoryAt({ source: { from: 'hub', repo: name.repo }, locate, path }, options, name);
}

function repositoryAt(
  { path, ...place }: Pick<Repository, 'source' | 'locate'> & { readonly path: string },
  options: DownloadOptions,
  name?: HubName,
): Repository {
  return {
    ...place,
    find: (file) => fetchFile(place.locate(file), file, options, name),
    missing: (files) =>
      new SenetError('FileUnreadable', `there is no ${files.join(' and no ')}`, { path, expected: 'one of them' }),
  };
}

/** The bytes at an address, `undefined` where the server says that there is nothing. */
export async function fetchFile(
  address: string,
  file: string,
  options: DownloadOptions,
  name?: HubName,
): Promise<Uint8Array | undefined> {
  const { token, signal, onProgress } = options;
  const client: Client = { fetch: options.fetch ?? globalThis.fetch, token, signal };
  return withRetries(client, async () => {
    const response = await request(client, address);
    const code = response.headers.get('x-error-code');
    if (response.status === 404 && (code === null || code === 'EntryNotFound')) return undefined;
    if (!response.ok) throw refusal(response, address, name);
    const report = (loaded: number, total: number | undefined) => onProgress?.(loaded, total, file);
    return interruptible(client, address, () => readAll(response, address, report));
  });
}
