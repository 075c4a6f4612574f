import { join } from 'node:path';
import { SenetError } from '@senet/core/graph';
import { readFileBytes } from '../formats/files.js';
import { HubCache, writing } from './cache.js';
import { askCommit, importHub } from './commit.js';
import { download } from './download.js';
import { hubEndpoint, hubToken, isOffline } from './environment.js';
import { fileInfo } from './file-info.js';
import type { HubName } from './name.js';
import type { DownloadOptions, Repository } from './options.js';
import type { Client } from './request.js';

export interface CachedDownloadOptions extends DownloadOptions {
  /** By default the one of Python's huggingface_hub: `HF_HUB_CACHE`, `HF_HOME/hub`, `~/.cache/huggingface/hub`. */
  readonly cacheDir?: string;
  /** Take the cache for all there is; by default what `HF_HUB_OFFLINE` says. */
  readonly offline?: boolean;
}

/** A repository on the hub, one commit of it, through the cache. Node only. */
export async function hubRepository(name: HubName, options: CachedDownloadOptions): Promise<Repository> {
  const hub = await importHub();
  const { cacheDir = hub.getHFHubCachePath(), offline = isOffline(), signal } = options;
  const { token = await hubToken(), endpoint: given = hubEndpoint() ?? hub.HUB_URL } = options;
  const endpoint = given.replace(/\/+$/, '');
  const client: Client = { fetch: options.fetch ?? globalThis.fetch, token, signal };
  const cache = new HubCache(join(cacheDir, hub.getRepoFolderName({ type: 'model', name: name.repo })));
  const commit = offline
    ? ((await cache.commitOf(name.revision)) ?? name.revision)
    : await askCommit(hub, { name, cache, client, endpoint });
  const pinned = { ...name, revision: commit };

  /** Brings a file into the cache; false where the commit has none. */
  async function bring(file: string): Promise<boolean> {
    if (await cache.has(commit, file)) return true;
    if (offline || (await cache.lacks(commit, file))) return false;
    const info = await fileInfo(client, endpoint, pinned, file);
    if (info === 'absent') await writing(cache.folder, () => cache.rememberLack(commit, file));
    if (info === 'absent' || info === undefined) return false;
    const onProgress = (loaded: number, total: number | undefined) => options.onProgress?.(loaded, total, file);
    await writing(cache.folder, async () => {
      const blob = await cache.blob(info.etag);
      if (!blob.present) await download({ client, name: pinned, info, onProgress }, blob.path);
      await cache.link(blob.path, commit, file);
    });
    return true;
  }
  return {
    source: { from: 'hub', repo: name.repo, commit },
    locate: (file) => cache.pointer(commit, file),
    find: async (file) => ((await bring(file)) ? readFileBytes(cache.pointer(commit, file)) : undefined),
    missing: (files) => (offline ? notCached(name, cache, files) : notThere(pinned, endpoint, files)),
  };
}

function notCached({ repo, revision }: HubName, cache: HubCache, files: readonly string[]): SenetError {
  return new SenetError('FileUnreadable', `the cache has no ${files.join(' and no ')} of revision ${revision}`, {
    path: `hf:${repo}`,
    expected: `the file in ${cache.folder}, or to be online: no \`offline\`, no HF_HUB_OFFLINE`,
  });
}

function notThere({ repo, revision }: HubName, endpoint: string, files: readonly string[]): SenetError {
  return new SenetError('FileUnreadable', `the repository has no ${files.join(' and no ')} at ${revision}`, {
    path: `hf:${repo}`,
    expected: `one of them at ${endpoint}/${repo}`,
  });
}
