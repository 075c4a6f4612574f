import { type FileHandle, open, stat } from 'node:fs/promises';
import { SenetError } from '@senet/core/graph';
import type { FileInfo } from './file-info.js';
import type { HubName } from './name.js';
import { refusal } from './refusal.js';
import { type Client, interruptible, request, Unreachable, withRetries } from './request.js';

export interface Transfer {
  readonly client: Client;
  readonly name: HubName;
  readonly info: FileInfo;
  readonly onProgress?: (loaded: number, total: number | undefined) => void;
}

/**
 * Fetches a file into a partial one, from where that ends; tries again where the connection breaks.
 *
 * @returns whether all bytes are of one answer: what was joined may be of two contents
 * @throws SenetError `FileInvalid` where the answer ends at another length than was announced; `Aborted`
 */
export async function transfer({ client, name, info, onProgress }: Transfer, partial: string): Promise<boolean> {
  const { address, size } = info;
  const first = (await stat(partial)).size === 0;
  let answers = 0;
  /** Of the store that sends the bytes; the hub's own etag is another. */
  let etag: string | undefined;
  await withRetries(client, async () => {
    const file = await open(partial, 'r+');
    try {
      const start = await resumePoint(file, size);
      if (start === size) return;
      const response = await request(client, address, { headers: rangeFrom(start, etag) });
      if (response.status === 416) await startOver(file, response, address);
      if (!response.ok) throw refusal(response, address, name);
      answers++;
      etag = strongEtag(response);
      const from = await placeOf(file, response, start, address);
      const total = size ?? announced(response, from);
      const received = await receive({ client, address, response, file, from }, (loaded) => {
        if (total !== undefined && loaded > total) throw unlikeSize(address, loaded, total);
        onProgress?.(loaded, total);
      });
      if (total !== undefined && received < total) throw unlikeSize(address, received, total);
      await file.sync();
    } finally {
      await file.close();
    }
  });
  return first && answers <= 1;
}

/** Where to go on; a leftover longer than the file is of another one. */
async function resumePoint(file: FileHandle, size: number | undefined): Promise<number> {
  const { size: held } = await file.stat();
  if (size === undefined || held <= size) return held;
  await file.truncate(0);
  return 0;
}

/** With `If-Range` the server sends the whole where the content has changed since the last answer. */
function rangeFrom(start: number, etag: string | undefined): Record<string, string> {
  if (start === 0) return {};
  return { range: `bytes=${start}-`, ...(etag !== undefined && { 'if-range': etag }) };
}

async function startOver(file: FileHandle, response: Response, address: string): Promise<never> {
  await response.body?.cancel();
  await file.truncate(0);
  throw new Unreachable('the server has no more bytes than were received before', address);
}

/** Where the bytes of an answer belong: at the end of what is there, or at the beginning where the whole comes. */
async function placeOf(file: FileHandle, response: Response, start: number, address: string): Promise<number> {
  if (response.status === 206) {
    if (response.headers.get('content-range')?.startsWith(`bytes ${start}-`)) return start;
    return startOver(file, response, address);
  }
  await file.truncate(0);
  return 0;
}

interface Reception {
  readonly client: Client;
  readonly address: string;
  readonly response: Response;
  readonly file: FileHandle;
  readonly from: number;
}

/** Writes what comes, piece by piece; returns where it ends. */
async function receive(
  { client, address, response, file, from }: Reception,
  onBytes: (loaded: number) => void,
): Promise<number> {
  const reader = response.body?.getReader();
  const next = () => interruptible(client, address, async () => reader?.read());
  let loaded = from;
  try {
    for (let part = await next(); part && !part.done; part = await next()) {
      await writeAll(file, part.value, loaded);
      loaded += part.value.length;
      onBytes(loaded);
    }
    return loaded;
  } finally {
    // Already over where it ended or broke off; else the rest is not wanted.
    await reader?.cancel().catch(() => undefined);
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

function strongEtag({ headers }: Response): string | undefined {
  const etag = headers.get('etag');
  return etag === null || etag.startsWith('W/') ? undefined : etag;
}

function announced({ headers }: Response, from: number): number | undefined {
  const length = headers.get('content-length');
  return length === null ? undefined : from + Number(length);
}

function unlikeSize(path: string, received: number, total: number): SenetError {
  return new SenetError('FileInvalid', `the server sends ${received} bytes`, { path, expected: `${total} bytes` });
}
