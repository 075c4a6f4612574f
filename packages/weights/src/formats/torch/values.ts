import type { SenetError } from '@senet/core/graph';
import type { DType } from '../tensor.js';

/** Makes the error for a problem; the machine knows its place. */
export type Refuse = (problem: string, expected: string) => SenetError;

/** What a function of the table may ask of the machine that calls it. */
export interface CallingMachine {
  refuse: Refuse;
  /** Before making that many objects: their number is bounded. */
  spend(objects: number): void;
}

/**
 * What a pickle of tensors can hold. Lists and tuples are both arrays. It may be shared and circular, as in Python:
 * walk it with care.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleDict
  | Global
  | StorageRef
  | TensorRef
  | Ignored;

export type PickleDict = Map<PickleValue, PickleValue>;

/** A Python object that a pickle asks for by name: one of those of globals.ts, never the object itself. */
export class Global {
  constructor(
    readonly name: string,
    /** What calling it gives; without it, it cannot be called. */
    readonly call?: (args: PickleValue[], machine: CallingMachine) => PickleValue,
    /** For types of storages and elements: the elements' type, `null` for one that no tensor here has. */
    readonly dtype?: DType | null,
  ) {}
}

/** Something harmless that no tensor is made of: a set, a NumPy scalar. */
export class Ignored {
  constructor(readonly name: string) {}
}

/** Memory that tensors share. */
export interface StorageRef {
  readonly kind: 'storage';
  readonly key: string;
  /** Elements' type; `undefined` where it is bytes whose tensors say what they are. */
  readonly dtype: DType | undefined;
  /** Its bytes, little-endian. */
  bytes(): Uint8Array;
}

/** A tensor as the pickle claims it: nothing of it is checked against its storage yet. */
export class TensorRef {
  constructor(
    readonly storage: StorageRef,
    readonly dtype: DType | null,
    /** Elements, as are the strides. */
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

export function isStorage(value: PickleValue | undefined): value is StorageRef {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'storage';
}

/** What a value is, for messages. */
export function describeValue(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'a dict';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof TensorRef) return 'a tensor';
  return isStorage(value) ? 'a storage' : value.name;
}
