import type { SenetError } from '@senet/core/graph';
import { invalid } from '../bytes.js';
import { OPCODES } from './opcodes.js';
import { PickleCursor } from './pickle-cursor.js';
import type { PickleValue, Refuse } from './values.js';

/** Far more than the checkpoints of the largest networks have; a file of a few megabytes could claim them. */
const MAX_STEPS = 10_000_000;
const MAX_OBJECTS = 1_000_000;

/** Turns a persistent id, by which a pickle names what lies outside of it, into a value. */
export type PersistentLoad = (id: PickleValue, refuse: Refuse) => PickleValue;

export interface Unpickled {
  readonly value: PickleValue;
  /** The first byte after the pickle. */
  readonly end: number;
}

/**
 * Reads a pickle of protocol 0 to 5 that holds tensors and plain data, and refuses every other. A pickle is a program;
 * this machine has no instruction that reaches outside of it. What it asks for by name is looked up in the closed table
 * of globals.ts, whose entries are functions of this library.
 *
 * Time is linear in the pickle's length, and nothing recurses.
 *
 * @param begin where in `bytes` the pickle begins
 * @throws SenetError `FileInvalid`
 */
export function unpickle(bytes: Uint8Array, path: string, persistentLoad: PersistentLoad, begin = 0): Unpickled {
  const machine = new PickleMachine(new PickleCursor(bytes, path, begin), persistentLoad);
  return { value: machine.run(), end: machine.cursor.at };
}

export class PickleMachine {
  /** Values between the marks; the last one is in use. */
  #stack: PickleValue[] = [];
  readonly #marked: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();
  #objects = 0;
  #opcodeAt = 0;

  constructor(
    readonly cursor: PickleCursor,
    readonly persistentLoad: PersistentLoad,
  ) {}

  run(): PickleValue {
    for (let step = 0; step < MAX_STEPS; step++) {
      this.#opcodeAt = this.cursor.at;
      const code = this.cursor.uint8();
      if (code === 0x2e /* STOP */) return this.#result();
      const opcode = OPCODES.get(code);
      if (!opcode) throw this.refuse(`opcode 0x${code.toString(16)}`, 'an opcode of pickle protocol 0 to 5');
      opcode(this);
    }
    throw this.refuse('the pickle is too long', `at most ${MAX_STEPS} steps`);
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  /** Pushes a value that takes memory of its own. */
  make(value: PickleValue): void {
    this.spend(1);
    this.#stack.push(value);
  }

  spend(objects: number): void {
    this.#objects += objects;
    if (this.#objects > MAX_OBJECTS) throw this.refuse('the pickle holds too much', `at most ${MAX_OBJECTS} objects`);
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw this.refuse('the stack is empty', 'a value on it');
    return value;
  }

  top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.refuse('the stack is empty', 'a value on it');
    return value;
  }

  /** POP takes a mark where there is nothing above it. */
  drop(): void {
    if (this.#stack.length === 0) this.popToMark();
    else this.#stack.pop();
  }

  mark(): void {
    this.spend(1);
    this.#marked.push(this.#stack);
    this.#stack = [];
  }

  /** The values above the last mark, and the mark with them. */
  popToMark(): PickleValue[] {
    const values = this.#stack;
    const below = this.#marked.pop();
    if (!below) throw this.refuse('there is no mark', 'a mark below the values');
    this.#stack = below;
    return values;
  }

  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.refuse(`the memo has no entry ${index}`, 'one that was put there before');
    this.#stack.push(value);
  }

  refuse(problem: string, expected: string): SenetError {
    return invalid(this.cursor.path, `${problem}, at byte ${this.#opcodeAt} of the pickle`, expected);
  }

  #result(): PickleValue {
    const value = this.pop();
    if (this.#stack.length + this.#marked.length > 0) throw this.refuse('values are left over', 'one at the end');
    return value;
  }
}
