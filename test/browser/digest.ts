import type { State } from '@senet/core/graph';

/** SHA-256 over the bytes of all parameters, in their order: equal for equal bits alone. */
export function digestOf(state: State): Promise<string> {
  return digestOfArrays([...state.values()]);
}

/** The same of any arrays. */
export async function digestOfArrays(arrays: readonly (Float32Array | Uint8Array)[]): Promise<string> {
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
