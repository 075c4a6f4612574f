import { SenetError } from '@senet/core/graph';

/** What a request needs beside its address. */
export interface Client {
  readonly fetch: typeof globalThis.fetch;
  readonly token?: string;
  readonly signal?: AbortSignal;
}

/** The server is not there, or not now: another try may help, and so may the cache. */
export class Unreachable extends SenetError {
  constructor(problem: string, path: string, cause?: unknown) {
    super('FileUnreadable', problem, { path, expected: 'a server that answers', cause });
  }
}

const TRIES = 5;
const FIRST_PAUSE_MS = 250;
/** Too early, too slow, too many: the statuses below 500 that ask to come again. */
const PASSING = [408, 425, 429];

/**
 * One request. The token goes to the address itself: `fetch` takes it off where a redirect leaves the host.
 *
 * @throws SenetError `Aborted`, or {@link Unreachable}
 */
export async function request(client: Client, address: string, init: RequestInit = {}): Promise<Response> {
  // On its own: browsers do not let `fetch` be called as a method.
  const { fetch, token, signal } = client;
  // Compressed, a file has no length to check and no place to resume at.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  new Headers(init.headers).forEach((value, key) => {
    headers[key] = value;
  });
  const response = await interruptible(client, address, () => fetch(address, { ...init, headers, signal }));
  if (response.status < 500 && !PASSING.includes(response.status)) return response;
  await response.body?.cancel();
  throw new Unreachable(`the server answers ${response.status} ${response.statusText}`.trim(), address);
}

/** What may break off on its way: a broken connection is {@link Unreachable}, an abort `Aborted`. */
export async function interruptible<T>({ signal }: Client, address: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (signal?.aborted) throw aborted(address, cause);
    if (cause instanceof SenetError) throw cause;
    const { message, cause: reason } = cause as Error;
    const detail = reason instanceof Error ? `${message}: ${reason.message}` : message;
    throw new Unreachable(`the connection failed: ${detail}`, address, cause);
  }
}

/** Five tries, with pauses that double from a quarter of a second, where the server cannot be reached. */
export async function withRetries<T>({ signal }: Client, attempt: () => Promise<T>, tries = TRIES): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Unreachable) || tried === tries) throw error;
      await pause(FIRST_PAUSE_MS * 2 ** (tried - 1), signal, error.path ?? '');
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal | undefined, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(aborted(address, signal?.reason));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

function aborted(path: string, cause: unknown): SenetError {
  return new SenetError('Aborted', 'the download was aborted', { path, cause });
}
