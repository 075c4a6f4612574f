import { shortName } from '../bytes.js';
import { findGlobal } from './globals.js';
import type { PickleMachine } from './unpickler.js';
import { describeValue, Global, Ignored, type PickleDict, type PickleValue, type Refuse } from './values.js';

type Opcode = (machine: PickleMachine) => void;

/** Longer integers are no part of any checkpoint, and slow to make. */
const MAX_INTEGER_BYTES = 256;
const NEWEST_PROTOCOL = 5;

const char = (letter: string) => letter.charCodeAt(0);

/** Python's opcodes (Lib/pickle.py) but STOP, by their byte. */
export const OPCODES: ReadonlyMap<number, Opcode> = new Map<number, Opcode>([
  // Constants and numbers
  [char('N'), (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  [char('J'), (m) => m.push(m.cursor.int32())],
  [char('K'), (m) => m.push(m.cursor.uint8())],
  [char('M'), (m) => m.push(m.cursor.uint16())],
  [char('G'), (m) => m.push(m.cursor.float64())],
  [0x8a, (m) => pushLong(m, m.cursor.uint8())],
  [0x8b, (m) => pushLong(m, m.cursor.uint32())],
  [char('I'), (m) => pushIntegerLine(m)],
  [char('L'), (m) => pushIntegerLine(m)],
  [char('F'), (m) => pushFloatLine(m)],
  // Text and bytes
  [char('X'), (m) => m.make(m.cursor.text(m.cursor.uint32()))],
  [0x8c, (m) => m.make(m.cursor.text(m.cursor.uint8()))],
  [0x8d, (m) => m.make(m.cursor.text(m.cursor.uint64()))],
  [char('T'), (m) => m.make(m.cursor.text(m.cursor.uint32()))],
  [char('U'), (m) => m.make(m.cursor.text(m.cursor.uint8()))],
  [char('V'), (m) => m.make(unescaped(m.cursor.line()))],
  [char('S'), (m) => pushQuotedLine(m)],
  [char('B'), (m) => m.make(m.cursor.take(m.cursor.uint32()))],
  [char('C'), (m) => m.make(m.cursor.take(m.cursor.uint8()))],
  [0x8e, (m) => m.make(m.cursor.take(m.cursor.uint64()))],
  [0x96, (m) => m.make(m.cursor.take(m.cursor.uint64()))],
  // Lists, tuples, dicts, sets
  [char('('), (m) => m.mark()],
  [char('0'), (m) => m.drop()],
  [char('1'), (m) => void m.popToMark()],
  [char('2'), (m) => m.push(m.top())],
  [char(']'), (m) => m.make([])],
  [char(')'), (m) => m.make([])],
  [char('l'), (m) => m.make(m.popToMark())],
  [char('t'), (m) => m.make(m.popToMark())],
  [0x85, (m) => m.make([m.pop()])],
  [0x86, (m) => makeTuple(m, 2)],
  [0x87, (m) => makeTuple(m, 3)],
  [char('}'), (m) => m.make(new Map())],
  [char('d'), (m) => makeDict(m)],
  [0x8f, (m) => m.make(new Ignored('a set'))],
  [0x91, (m) => makeFrozenSet(m)],
  [char('a'), (m) => append(m, [m.pop()])],
  [char('e'), (m) => append(m, m.popToMark())],
  [char('s'), (m) => setItem(m)],
  [char('u'), (m) => setItems(m, m.popToMark())],
  [0x90, (m) => addItems(m)],
  // The memo and the frame
  [char('p'), (m) => m.remember(memoIndex(m))],
  [char('q'), (m) => m.remember(m.cursor.uint8())],
  [char('r'), (m) => m.remember(m.cursor.uint32())],
  [0x94, (m) => m.remember()],
  [char('g'), (m) => m.recall(memoIndex(m))],
  [char('h'), (m) => m.recall(m.cursor.uint8())],
  [char('j'), (m) => m.recall(m.cursor.uint32())],
  [0x80, (m) => checkProtocol(m)],
  [0x95, (m) => checkFrame(m)],
  // What asks for something by name, and what would run it
  [char('c'), (m) => pushGlobal(m, m.cursor.line(), m.cursor.line())],
  [0x93, (m) => pushStackGlobal(m)],
  [char('i'), (m) => refuseInstance(m, 'INST')],
  [char('o'), (m) => refuseObject(m)],
  [0x81, (m) => refuseNew(m, 'NEWOBJ', 1)],
  [0x92, (m) => refuseNew(m, 'NEWOBJ_EX', 2)],
  [char('R'), (m) => reduce(m)],
  [char('b'), (m) => build(m)],
  [char('Q'), (m) => m.make(m.persistentLoad(m.pop(), (problem, expected) => m.refuse(problem, expected)))],
  [char('P'), (m) => refuseOpcode(m, 'PERSID')],
  [0x82, (m) => refuseOpcode(m, 'EXT1')],
  [0x83, (m) => refuseOpcode(m, 'EXT2')],
  [0x84, (m) => refuseOpcode(m, 'EXT4')],
  [0x97, (m) => refuseOpcode(m, 'NEXT_BUFFER')],
  [0x98, (m) => refuseOpcode(m, 'READONLY_BUFFER')],
]);

/** A two's complement integer, the lowest byte first. */
function pushLong(m: PickleMachine, length: number): void {
  if (length > MAX_INTEGER_BYTES) throw m.refuse(`an integer of ${length} bytes`, `at most ${MAX_INTEGER_BYTES}`);
  const bytes = m.cursor.take(length);
  let value = 0n;
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  m.make(asNumber(BigInt.asIntN(8 * length, value)));
}

const asNumber = (value: bigint) => (BigInt.asIntN(54, value) === value ? Number(value) : value);

/** A decimal integer; `00` and `01` are the booleans of protocol 0. */
function pushIntegerLine(m: PickleMachine): void {
  const line = m.cursor.line();
  const digits = /^([+-]?\d{1,600})L?$/.exec(line)?.[1];
  if (digits === undefined) throw m.refuse('no integer', 'at most 600 decimal digits');
  m.make(line === '00' ? false : line === '01' ? true : asNumber(BigInt(digits.replace('+', ''))));
}

function pushFloatLine(m: PickleMachine): void {
  const line = m.cursor.line();
  const special = /^-?(inf|nan)$/.exec(line)?.[1];
  if (special === undefined && !/^-?\d{1,400}(\.\d{0,400})?(e[+-]?\d{1,4})?$/.test(line)) {
    throw m.refuse('no float', 'a decimal number');
  }
  const sign = line.startsWith('-') ? -1 : 1;
  m.push(special === undefined ? Number(line) : special === 'inf' ? sign * Number.POSITIVE_INFINITY : Number.NaN);
}

/** Python's raw-unicode-escape. */
function unescaped(line: string): string {
  return line.replace(/\\u([0-9a-fA-F]{4})|\\U(0010[0-9a-fA-F]{4}|000[0-9a-fA-F]{5})/g, (_, short, long) =>
    String.fromCodePoint(Number.parseInt(short ?? long, 16)),
  );
}

function pushQuotedLine(m: PickleMachine): void {
  const text = /^(['"])([^\\]*)\1$/.exec(m.cursor.line())?.[2];
  if (text === undefined) throw m.refuse('no quoted string', 'text in quotes without escapes');
  m.make(text);
}

function memoIndex(m: PickleMachine): number {
  const line = m.cursor.line();
  if (!/^\d{1,10}$/.test(line)) throw m.refuse('no index of the memo', 'a decimal number');
  return Number(line);
}

function makeTuple(m: PickleMachine, length: number): void {
  const items: PickleValue[] = [];
  while (items.length < length) items.unshift(m.pop());
  m.make(items);
}

function makeDict(m: PickleMachine): void {
  const items = m.popToMark();
  m.make(new Map());
  setItems(m, items);
}

function makeFrozenSet(m: PickleMachine): void {
  m.popToMark();
  m.make(new Ignored('a set'));
}

function append(m: PickleMachine, items: PickleValue[]): void {
  const list = m.top();
  if (!Array.isArray(list)) throw m.refuse(`${describeValue(list)} cannot be appended to`, 'a list');
  for (const item of items) list.push(item);
}

function setItem(m: PickleMachine): void {
  const value = m.pop();
  setItems(m, [m.pop(), value]);
}

function setItems(m: PickleMachine, items: PickleValue[]): void {
  const dict = m.top();
  if (!(dict instanceof Map)) throw m.refuse(`${describeValue(dict)} has no items to set`, 'a dict');
  if (items.length % 2 !== 0) throw m.refuse('a key has no value', 'keys and values by turns');
  for (let i = 0; i < items.length; i += 2) dict.set(items[i]!, items[i + 1]!);
}

function addItems(m: PickleMachine): void {
  m.popToMark();
  const set = m.top();
  if (!(set instanceof Ignored)) throw m.refuse(`${describeValue(set)} has no items to add`, 'a set');
}

function checkProtocol(m: PickleMachine): void {
  const protocol = m.cursor.uint8();
  if (protocol > NEWEST_PROTOCOL) throw m.refuse(`pickle protocol ${protocol}`, `at most ${NEWEST_PROTOCOL}`);
}

function checkFrame(m: PickleMachine): void {
  const length = m.cursor.uint64();
  const { at, bytes } = m.cursor;
  if (at + length > bytes.length) throw m.refuse(`a frame of ${length} bytes`, `at most the ${bytes.length - at} left`);
}

function pushGlobal(m: PickleMachine, module: string, name: string): void {
  m.push(findGlobal(module, name, (problem, expected) => m.refuse(problem, expected)));
}

function pushStackGlobal(m: PickleMachine): void {
  const name = m.pop();
  const module = m.pop();
  if (typeof name !== 'string' || typeof module !== 'string') throw m.refuse('a name is no text', 'two strings');
  pushGlobal(m, module, name);
}

function reduce(m: PickleMachine): void {
  const args = m.pop();
  const callee = m.pop();
  if (!(callee instanceof Global && callee.call)) {
    throw m.refuse(`${describeValue(callee)} cannot be called; nothing was run`, 'a function that rebuilds tensors');
  }
  if (!Array.isArray(args)) throw m.refuse(`${describeValue(args)} as arguments`, 'a tuple');
  const refuse: Refuse = (problem, expected) => m.refuse(`${callee.name}: ${problem}`, expected);
  m.make(callee.call(args, { refuse, spend: (objects) => m.spend(objects) }));
}

/** Python's dicts may carry attributes (`_metadata` of a state_dict), which hold no tensor. */
function build(m: PickleMachine): void {
  m.pop();
  const object: PickleValue | PickleDict = m.top();
  if (object instanceof Map || object instanceof Ignored) return;
  throw m.refuse(`${describeValue(object)} takes no state; nothing was run`, 'a dict');
}

function refuseInstance(m: PickleMachine, opcode: string): never {
  pushGlobal(m, m.cursor.line(), m.cursor.line());
  return refuseOpcode(m, opcode);
}

function refuseObject(m: PickleMachine): never {
  const [callee] = m.popToMark();
  throw m.refuse(`OBJ makes an object of ${describeValue(callee)}; nothing was run`, PLAIN);
}

function refuseNew(m: PickleMachine, opcode: string, args: number): never {
  for (let i = 0; i < args; i++) m.pop();
  throw m.refuse(`${opcode} makes an object of ${describeValue(m.pop())}; nothing was run`, PLAIN);
}

const PLAIN = 'tensors and plain data alone';

function refuseOpcode(m: PickleMachine, opcode: string): never {
  throw m.refuse(`${shortName(opcode)} needs what is outside of the pickle; nothing was run`, PLAIN);
}
