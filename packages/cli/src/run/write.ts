import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SenetError } from '@senet/core/graph';
import { writeNpy } from '@senet/weights';
import { writeFileAtomic } from '@senet/weights/node';
import { type Done, logitsInOrder } from './report.js';

/**
 * Makes sure, before the work is done, that its results can be put down.
 *
 * @throws SenetError `FileUnreadable`
 */
export async function refuseMissingFolder(output: string): Promise<void> {
  const path = dirname(output);
  if ((await stat(path).catch(() => undefined))?.isDirectory()) return;
  throw new SenetError('FileUnreadable', 'there is no such folder', { path, expected: 'a folder to write into' });
}

/**
 * Writes logits, `[batch, classes]`, to a .npy file, and each tap beside it: `NAME.tap-1.npy` for `NAME.npy`.
 *
 * @returns the files that were written
 */
export async function writeResults(done: readonly Done[], output: string): Promise<string[]> {
  const files: string[] = [];
  const write = async (file: string, values: Float32Array, shape: readonly number[]) => {
    await writeFileAtomic(file, writeNpy(values, shape));
    files.push(file);
  };
  const rows = logitsInOrder(done).map(({ logits }) => logits);
  if (rows.length > 0) await write(output, join(rows), [rows.length, rows[0]!.length]);
  for (const { tap, values, shape } of done[0]!.result.taps) {
    await write(`${output.replace(/\.npy$/i, '')}.tap-${tap}.npy`, values!, shape);
  }
  return files;
}

function join(rows: readonly Float32Array[]): Float32Array {
  const width = rows[0]!.length;
  const values = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) values.set(row, i * width);
  return values;
}
