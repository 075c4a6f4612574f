import { SenetError } from '@senet/core/graph';
import { type HubCache, writing } from './cache.js';
import type { HubName } from './name.js';
import { refusal } from './refusal.js';
import { type Client, request, Unreachable, withRetries } from './request.js';

export type HubPackage = typeof import('@huggingface/hub');

/** @throws SenetError `MissingPart` where the optional package is not installed */
export async function importHub(): Promise<HubPackage> {
  try {
    return await import('@huggingface/hub');
  } catch (cause) {
    throw new SenetError('MissingPart', 'names that begin with hf: need a package that is not installed', {
      path: '@huggingface/hub',
      expected: 'npm i @huggingface/hub',
      cause,
    });
  }
}

interface Asking {
  readonly name: HubName;
  readonly cache: HubCache;
  readonly client: Client;
  readonly endpoint: string;
}

/**
 * The commit that a revision is now: all files come from one, also while a branch moves. Where the hub cannot be
 * reached, the one that the cache remembers, and that at the first failure: without a network nobody waits.
 */
export async function askCommit(hub: HubPackage, asking: Asking): Promise<string> {
  const { name, cache } = asking;
  if (hub.REGEX_COMMIT_HASH.test(name.revision)) return name.revision;
  const known = await cache.commitOf(name.revision);
  try {
    const commit = await currentCommit(hub, asking, known === undefined ? undefined : 1);
    await writing(cache.folder, () => cache.remember(name.revision, commit));
    return commit;
  } catch (error) {
    if (error instanceof Unreachable && known !== undefined) return known;
    throw error;
  }
}

async function currentCommit(hub: HubPackage, asking: Asking, tries?: number): Promise<string> {
  const { name, client, endpoint } = asking;
  // The package has no signal, tries once, and refuses tokens that do not begin as its own do.
  const asked: typeof fetch = async (address, init) => {
    const response = await withRetries(client, () => request(client, String(address), init), tries);
    if (!response.ok) throw refusal(response, String(address), name);
    return response;
  };
  const about = { name: name.repo, revision: name.revision, additionalFields: ['sha' as const] };
  try {
    const { sha } = await hub.modelInfo({ ...about, hubUrl: endpoint, fetch: asked });
    if (hub.REGEX_COMMIT_HASH.test(sha)) return sha;
    throw new TypeError('it names no commit');
  } catch (cause) {
    if (cause instanceof SenetError) throw cause;
    throw new SenetError('FileUnreadable', `the answer is no hub's: ${(cause as Error).message}`, {
      path: `${endpoint}/api/models/${name.repo}`,
      expected: 'the address of a hub: see `endpoint` and HF_ENDPOINT',
      cause,
    });
  }
}
