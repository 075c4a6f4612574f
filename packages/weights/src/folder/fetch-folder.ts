import { type AssembleOptions, type Assembler, SenetError } from '@senet/core/graph';
import { concatenated } from '../formats/bytes.js';
import { type LoadedFolder, openFolder, WEIGHTS_FILE } from './open-folder.js';

export interface FetchOptions extends AssembleOptions {
  /** Bytes of the weights so far, and of all where the server says. */
  readonly onProgress?: (loaded: number, total: number | undefined) => void;
  readonly signal?: AbortSignal;
}

/**
 * Opens a saved folder over HTTP: `config.json`, then `model.safetensors` as a stream. For browsers and for Node.
 *
 * @param base address of the folder
 * @throws SenetError `FileUnreadable` where an answer is no 200 or breaks off, `Aborted` where the signal says so
 */
export async function fetchFolder(
  assembler: Assembler<never> | Assembler,
  base: string,
  options: FetchOptions = {},
): Promise<LoadedFolder> {
  const { onProgress, signal, ...assemble } = options;
  const locate = (file: string) => `${base.replace(/\/+$/, '')}/${file}`;
  const read = (file: string) =>
    fetchBytes(locate(file), { signal, onProgress: file === WEIGHTS_FILE ? onProgress : undefined });
  return openFolder(assembler as Assembler, { locate, read }, assemble);
}

/** The bytes at an address, read as they come. */
export async function fetchBytes(
  address: string,
  { onProgress, signal }: Pick<FetchOptions, 'onProgress' | 'signal'> = {},
): Promise<Uint8Array> {
  try {
    const response = await fetch(address, { signal });
    if (!response.ok) {
      throw new SenetError('FileUnreadable', `the server answers ${response.status} ${response.statusText}`, {
        path: address,
        expected: '200',
      });
    }
    return await readAll(response, address, onProgress);
  } catch (cause) {
    if (cause instanceof SenetError) throw cause;
    if (signal?.aborted) throw new SenetError('Aborted', 'the download was aborted', { path: address, cause });
    throw new SenetError('FileUnreadable', `cannot be fetched: ${(cause as Error).message}`, { path: address, cause });
  }
}

/** @throws SenetError `FileUnreadable` where fewer bytes come than were announced */
export async function readAll(
  response: Response,
  address: string,
  onProgress: FetchOptions['onProgress'],
): Promise<Uint8Array> {
  const total = declaredLength(response);
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    chunks.push(part.value);
    loaded += part.value.length;
    onProgress?.(loaded, total);
  }
  if (total !== undefined && loaded !== total) {
    throw new SenetError('FileUnreadable', `broke off after ${loaded} bytes`, {
      path: address,
      expected: `${total} bytes`,
    });
  }
  return concatenated(chunks);
}

/** The length that will arrive; with an encoding the header states another one. */
function declaredLength({ headers }: Response): number | undefined {
  const length = Number(headers.get('content-length'));
  return headers.has('content-length') && !headers.has('content-encoding') && Number.isSafeInteger(length)
    ? length
    : undefined;
}
