/** Node 23 removed `util.isNullOrUndefined` and `util.isArray`, which tfjs-node still calls (tensorflow/tfjs#8425). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../run.mjs';
import { packageIn } from './places.mjs';

const REPLACEMENTS = [
  ['(0, util_1.isNullOrUndefined)(', '((value) => value == null)('],
  ['(0, util_1.isArray)(', 'Array.isArray('],
];

/** The files, and how many calls each has: another number means another tfjs-node than this was written for. */
const CALLS = { 'dist/nodejs_kernel_backend.js': 4, 'dist/kernels/TopK.js': 2 };

/** Does the same on every Node, so that an installation outlives a change of Node. */
export function patchRemovedCalls(work) {
  for (const [file, expected] of Object.entries(CALLS)) {
    const path = join(packageIn(work), file);
    const { text, count } = replaceCalls(readFileSync(path, 'utf8'));
    if (count !== expected) throw new SetupError(`${file} has ${count} calls to replace; expected ${expected}`);
    writeFileSync(path, text);
  }
}

export function replaceCalls(source) {
  let text = source;
  let count = 0;
  for (const [call, replacement] of REPLACEMENTS) {
    const parts = text.split(call);
    count += parts.length - 1;
    text = parts.join(replacement);
  }
  return { text, count };
}
