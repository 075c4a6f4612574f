import { invalid, shortName } from '../bytes.js';
import type { RawTensor } from '../tensor.js';
import type { Hdf5Node } from './node.js';

/** Adds a dataset to the tensors of a file, each name once. */
export function addTensor(tensors: Map<string, RawTensor>, key: string, node: Hdf5Node): void {
  if (tensors.has(key)) throw invalid(node.place, `'${shortName(key)}' is there twice`, 'every weight once');
  tensors.set(key, node.tensor());
}

/** By name, the numbers at their ends as numbers: `conv2d`, `conv2d_2`, `conv2d_10`. */
export function inOrder(names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, ...parted(name) }))
    .sort((a, b) => (a.text === b.text ? a.number - b.number : a.text < b.text ? -1 : 1))
    .map(({ name }) => name);
}

function parted(name: string): { text: string; number: number } {
  let end = name.length;
  while (end > 0 && name[end - 1]! >= '0' && name[end - 1]! <= '9') end--;
  const text = name[end - 1] === '_' ? name.slice(0, end - 1) : name.slice(0, end);
  return { text, number: end === name.length ? -1 : Number(name.slice(end)) };
}
