import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hostOrder } from '../bytes.js';
import { readWeights } from '../formats.js';
import { DTYPE_BYTES, type TensorFile } from '../tensor.js';
import { writeZip } from '../zip.js';
import { readTorch, torch } from './torch.js';

const GOLDENS = new URL('../../../../../test/goldens/torch/', import.meta.url);
const golden = (name: string) => new Uint8Array(readFileSync(new URL(name, GOLDENS)));
const json = (name: string) => JSON.parse(readFileSync(new URL(name, GOLDENS), 'utf8'));

type Expected = Record<
  string,
  { metadata: Record<string, string>; tensors: Record<string, [string, number[], string]> }
>;
const expected: Expected = json('expected.json');

/** As the generator described them. */
function described(file: TensorFile): Expected[string]['tensors'] {
  return Object.fromEntries(
    [...file.tensors].map(([name, { dtype, shape, bytes }]) => [
      name,
      [dtype, [...shape], Buffer.from(bytes).toString('base64')],
    ]),
  );
}

const problem = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    expect(error).toMatchObject({ name: 'SenetError', code: 'FileInvalid' });
    return (error as Error).message;
  }
  throw new Error('it was read');
};

describe('files of torch.save', () => {
  test.each(Object.keys(expected))('%s', async (name) => {
    const bytes = golden(name);
    const file = await readWeights({ bytes, path: name });
    expect({ ...file.metadata }).toEqual(expected[name]!.metadata);
    expect(described(file)).toEqual(expected[name]!.tensors);
    expect([...file.tensors.keys()]).toEqual(namesInOrder(name));
  });

  test('the goldens hold what PyTorch writes: two formats, five protocols, nested checkpoints', () => {
    expect(Object.keys(expected)).toHaveLength(17);
    expect(Object.keys(expected['net.pth']!.tensors)).toHaveLength(37);
  });

  test.each(['net.pth', 'net.legacy.pth'])('row-major tensors of %s are views, the others copies', (name) => {
    const bytes = golden(name);
    const { tensors } = readTorch(bytes, name);
    const isView = (key: string) => tensors.get(key)!.bytes.buffer === bytes.buffer;
    for (const key of ['conv.weight', 'shared.whole', 'shared.row', 'one', 'parameter']) expect(isView(key)).toBe(true);
    for (const key of ['conv.channels_last', 'shared.column', 'expanded']) expect(isView(key)).toBe(false);
    const [whole, row] = ['shared.whole', 'shared.row'].map((key) => tensors.get(key)!.bytes);
    expect(row!.byteOffset - whole!.byteOffset).toBe(24);
  });

  test('the values of a zip file are aligned for typed arrays', () => {
    for (const { bytes, dtype } of readTorch(golden('net.pth')).tensors.values()) {
      expect(hostOrder(bytes, DTYPE_BYTES[dtype])).toBe(bytes);
    }
  });

  test('a Node Buffer somewhere in memory is read like any bytes', () => {
    const file = golden('net.legacy.pth');
    const padded = Buffer.concat([Buffer.alloc(3), file]).subarray(3);
    expect(described(readTorch(padded))).toEqual(expected['net.legacy.pth']!.tensors);
  });
});

/** JSON moves names like '0' to the front, and JavaScript's objects do too. */
function namesInOrder(name: string): string[] {
  const text = readFileSync(new URL('expected.json', GOLDENS), 'utf8');
  const names = Object.keys(expected[name]!.tensors);
  const section = text.slice(text.indexOf(`\n${JSON.stringify(name)}:`));
  const at = (key: string) => section.indexOf(`\n${ascii(JSON.stringify(key))}: [`);
  return names.sort((a, b) => at(a) - at(b));
}

/** As Python's json escapes text. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

describe('the entry of a checkpoint', () => {
  const bytes = golden('ema.pth.tar');

  test('is the average, unless another is asked for', () => {
    const average = readTorch(bytes).tensors.get('conv.bias');
    const plain = readTorch(bytes, 'ema.pth.tar', { entry: 'state_dict' });
    expect(plain.metadata).toEqual({ 'checkpoint.entry': 'state_dict', 'checkpoint.prefix': 'module.' });
    expect(plain.tensors.get('conv.bias')).not.toEqual(average);
  });

  test.each([
    ['nothing', 'ema.pth.tar: nothing: the checkpoint has nothing of that name; expected one of "epoch", "arch"'],
    ['epoch', 'ema.pth.tar: epoch: the checkpoint has a number of that name'],
    ['args', 'ema.pth.tar: args: no tensor in a dict of "lr", "classes"'],
  ])('%s is refused', (entry, message) => {
    expect(problem(() => readTorch(bytes, 'ema.pth.tar', { entry }))).toContain(message);
  });
});

describe('files of another kind', () => {
  test.each([
    [
      'whole-model.pth',
      /the Python object "__main__\.Scale"; nothing was run.*torch\.save\(model\.state_dict\(\), file\)/,
    ],
    ['whole-model.legacy.pth', /the Python object "__main__\.Scale"; nothing was run.*state_dict/],
    ['script.pt', /a TorchScript program; expected the weights alone/],
    ['uint16.pth', /uint16\.pth: weight: elements of a type that no network here has/],
    ['tensor.pth', /the file holds a tensor; expected a dict of tensors/],
    ['no-tensors.pth', /no tensor in a dict of "epoch", "args"; expected a state_dict, or one under state_dict_ema/],
  ])('%s', (name, message) => {
    const bytes = golden(name);
    expect(torch.recognizes(bytes)).toBe(true);
    expect(problem(() => readTorch(bytes, name))).toMatch(message);
  });

  test('a tar file of PyTorch before 0.1.10', () => {
    const bytes = new Uint8Array(1024);
    bytes.set(new TextEncoder().encode('sys_info'));
    bytes.set(new TextEncoder().encode('ustar'), 257);
    expect(torch.recognizes(bytes)).toBe(true);
    expect(problem(() => readTorch(bytes))).toContain('a tar file, as PyTorch before 0.1.10 wrote them');
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['a zip file of other things', writeZip(new Map([['a/b.txt', new Uint8Array(3)]]))],
    [
      'two pickles',
      writeZip(
        new Map([
          ['a/data.pkl', new Uint8Array(3)],
          ['b/data.pkl', new Uint8Array(3)],
        ]),
      ),
    ],
  ])('%s', (_, bytes) => {
    expect(problem(() => readTorch(bytes))).toMatch(/^torch: .*; expected ./);
  });
});

test('every golden file is of one of these tests', () => {
  const files = readdirSync(GOLDENS).filter((name) => !/\.(py|json)$/.test(name));
  const refused = [
    'whole-model.pth',
    'whole-model.legacy.pth',
    'script.pt',
    'uint16.pth',
    'tensor.pth',
    'no-tensors.pth',
  ];
  expect(files.sort()).toEqual([...Object.keys(expected), ...refused].sort());
});
