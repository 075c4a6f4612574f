import type { RawTensor } from '../formats/tensor.js';
import { type Dialect, keysBy } from './dialect.js';
import { torchLayout } from './layout.js';

/** torch counts the batches a normalization has seen; loading strictly, it wants to find the count, by the dialect's names. */
export function batchCounters(keysOf: Dialect['keys']): NonNullable<Dialect['extras']> {
  const zero: RawTensor = { dtype: 'I64', shape: [], bytes: new Uint8Array(8) };
  return (assembly) => {
    const means = [...keysOf(assembly).values()].filter((key) => key.endsWith('.running_mean'));
    return new Map(means.map((key) => [key.replace(/running_mean$/, 'num_batches_tracked'), zero]));
  };
}

export function isBatchCounter(key: string): boolean {
  return key.endsWith('.num_batches_tracked');
}

/** The graph's own names. */
export const ownKeys = keysBy(({ key }) => key);

/** timm's state_dicts, of every network: its keys tell the styles apart, so strangers are missing keys. */
export const timm: Dialect = {
  name: 'timm',
  summary: "timm's state_dict keys and torch's layouts",
  refuses: () => undefined,
  keepsNames: () => true,
  keys: ownKeys,
  layout: torchLayout,
  ignores: isBatchCounter,
  extras: batchCounters(ownKeys),
};
