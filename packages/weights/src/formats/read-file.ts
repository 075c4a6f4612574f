import { dirname, join } from 'node:path';
import { readFileBytes } from './files.js';
import { type ReadWeightsOptions, readWeights } from './formats.js';
import type { TensorFile } from './tensor.js';

/**
 * Reads a file of weights from disk, whatever its format. Node only.
 *
 * @throws SenetError `FileUnreadable`, and as `readWeights`
 * @example
 * const state = loadWeights(assembly, await readWeightsFile('seresnet50.pth'), { path: 'seresnet50.pth' });
 */
export async function readWeightsFile(path: string, options: ReadWeightsOptions = {}): Promise<TensorFile> {
  const sibling = (name: string) => readFileBytes(join(dirname(path), name));
  return readWeights({ bytes: await readFileBytes(path), path, sibling }, options);
}
