import type { AssembleOptions, Assembler } from '@senet/core/graph';
import { type FetchOptions, fetchFolder, type LoadedFolder } from '@senet/weights';
import { loadFolder } from '@senet/weights/node';

/**
 * Opens a saved folder: an http address, or a path. Browsers get `folders.browser.ts` in its place, through `imports` of
 * package.json, so that nothing of Node reaches their bundles.
 */
export function openFolder(
  assembler: Assembler,
  folder: string,
  { onProgress, signal, ...options }: FetchOptions & AssembleOptions,
): Promise<LoadedFolder> {
  if (/^https?:/.test(folder)) return fetchFolder(assembler, folder, { onProgress, signal, ...options });
  return loadFolder(assembler, folder, options);
}
