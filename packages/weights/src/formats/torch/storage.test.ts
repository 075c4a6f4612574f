import { describe, expect, test } from 'vitest';
import { writeZip } from '../zip.js';
import { readTorch } from './torch.js';

const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const text = (value: string) => `\x8c${String.fromCharCode(value.length)}${value}`;
const int = (value: number) => `J${String.fromCharCode(...new Uint8Array(new Int32Array([value]).buffer))}`;
const int64 = (value: number) => String.fromCharCode(...new Uint8Array(new BigInt64Array([BigInt(value)]).buffer));

/** The persistent id of a storage; `more` is what the legacy format adds. */
const storage = (key: string, type: string, count: string, more = '') =>
  `(${text('storage')}c${type}\n${text(key)}${text('cpu')}${count}${more}tQ`;
const tensor = (from: string, offset = int(0), size = `${int(2)}\x85`, stride = `${int(1)}\x85`) =>
  `ctorch._utils\n_rebuild_tensor_v2\n(${from}${offset}${size}${stride}\x89NtR`;
const dict = (...tensors: string[]) => `\x80\x02}(${tensors.map((value, i) => text(`t${i}`) + value).join('')}u.`;

const FLOATS = storage('0', 'torch\nFloatStorage', int(2));
const VALUES = new Uint8Array(new Float32Array([1.5, -2]).buffer);

function archive(pickle: string, data: Record<string, Uint8Array> = { 'data/0': VALUES }): Uint8Array {
  return writeZip(
    new Map([['x/data.pkl', latin1(pickle)], ...Object.entries(data).map(([k, v]) => [`x/${k}`, v] as const)]),
  );
}

const MAGIC = '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.';
const KEYS = `\x80\x02](${text('0')}e.`;
const LEGACY_FLOATS = storage('0', 'torch\nFloatStorage', int(2), 'N');

interface Legacy {
  magic: string;
  protocol: string;
  facts: string;
  object: string;
  keys: string;
  count: string;
  rest: string;
}
function legacy(parts: Partial<Legacy> = {}): Uint8Array {
  const {
    magic = MAGIC,
    protocol = `\x80\x02${int(1001)}.`,
    facts = '\x80\x02}.',
    count = int64(2),
    rest = '',
  } = parts;
  const { object = dict(tensor(LEGACY_FLOATS)), keys = KEYS } = parts;
  return latin1(magic + protocol + facts + object + keys + count + String.fromCharCode(...VALUES) + rest);
}

test('the helpers of this test make good files', () => {
  for (const file of [archive(dict(tensor(FLOATS))), legacy()]) {
    expect(readTorch(file).tensors.get('t0')).toEqual({ dtype: 'F32', shape: [2], bytes: VALUES });
  }
});

test('bytes of a tensor that says what they are', () => {
  const untyped = storage('0', 'torch.storage\nUntypedStorage', int(8));
  const typed = `ctorch._utils\n_rebuild_tensor_v3\n(${untyped}${int(0)}${int(2)}\x85${int(1)}\x85\x89Nctorch\nfloat32\ntR`;
  expect(readTorch(archive(dict(typed))).tensors.get('t0')).toEqual({ dtype: 'F32', shape: [2], bytes: VALUES });
  expect(() => readTorch(archive(dict(tensor(untyped))))).toThrow('the elements have no type');
});

test('a tensor whose values mean something else is refused, an empty remark is not', () => {
  const remarked = (remark: string) =>
    `ctorch._utils\n_rebuild_tensor_v2\n(${FLOATS}${int(0)}${int(2)}\x85${int(1)}\x85\x89N${remark}tR`;
  expect(readTorch(archive(dict(remarked('}')))).tensors.size).toBe(1);
  expect(() => readTorch(archive(dict(remarked(`}${text('neg')}\x88s`))))).toThrow('stored negated or conjugated');
});

describe('what a pickle says of storages and tensors', () => {
  test.each<[string, string, string]>([
    ['another kind', FLOATS.replace('storage', 'garbage'), 'a string as persistent id'],
    [
      'a storage of a function',
      storage('0', 'torch._utils\n_rebuild_tensor', int(2)),
      'a storage of torch._utils._rebuild_tensor',
    ],
    ['a storage of a dtype', storage('0', 'torch\nuint16', int(2)), 'a storage of torch.uint16'],
    ['a negative count', storage('0', 'torch\nFloatStorage', int(-1)), 'as the elements of storage 0'],
    [
      'a broken count',
      storage('0', 'torch\nFloatStorage', 'G\x3f\xf8\x00\x00\x00\x00\x00\x00'),
      'as the elements of storage 0',
    ],
    ['a count of text', storage('0', 'torch\nFloatStorage', text('2')), 'a string as the elements of storage 0'],
    ['a missing storage', storage('1', 'torch\nFloatStorage', int(2)), 'storage 1: the file lacks it'],
    ['a path for a key', storage('../data.pkl', 'torch\nFloatStorage', int(2)), 'the file lacks it'],
    ['a larger storage', storage('0', 'torch\nFloatStorage', int(3)), 'storage 0: 8 bytes of data; expected 12'],
    ['a smaller storage', storage('0', 'torch\nFloatStorage', int(1)), 'storage 0: 8 bytes of data; expected 4'],
    ['no storage', 'N', '_rebuild_tensor_v2: None as its storage'],
  ])('%s', (_, claim, message) => {
    const read = () => readTorch(archive(dict(tensor(claim))), 'file');
    expect(read).toThrow(expect.objectContaining({ code: 'FileInvalid' }));
    expect(read).toThrow(message);
  });

  test.each<[string, [string?, string?, string?], string]>([
    ['a negative offset', [int(-1)], 'as its offset'],
    ['no offset', ['N'], 'None as its offset'],
    ['a negative size', [int(0), `${int(-2)}\x85`], 'a size or stride'],
    ['a negative stride', [int(1), `${int(2)}\x85`, `${int(-1)}\x85`], 'a size or stride'],
    ['too many axes', [int(0), `(${int(1).repeat(65)}t`, `(${int(1).repeat(65)}t`], 'a size or stride'],
    ['fewer strides', [int(0), `${int(2)}\x85`, ')'], 'differ in length'],
    ['a size of its own', [int(0), 'N'], 'a size or stride'],
    ['an offset past the end', [int(1)], 't0: the tensor reaches element 2 of its storage; expected below 2'],
  ])('%s', (_, parts, message) => {
    expect(() => readTorch(archive(dict(tensor(FLOATS, ...parts))), 'file')).toThrow(message);
  });

  test('a storage of two types', () => {
    const other = storage('0', 'torch\nIntStorage', int(2));
    expect(() => readTorch(archive(dict(tensor(FLOATS), tensor(other))))).toThrow('storage 0 has two types or sizes');
  });

  test('a wrong storage that nobody wants stays unread', () => {
    const wanted = `${text('model')}}${text('a')}${tensor(FLOATS)}s`;
    const ignored = `${text('optimizer')}${tensor(storage('9', 'torch\nFloatStorage', int(2)))}`;
    expect(readTorch(archive(`\x80\x02}(${wanted}${ignored}u.`)).tensors.size).toBe(1);
  });

  test('an unknown byte order', () => {
    const file = archive(dict(tensor(FLOATS)), { 'data/0': VALUES, byteorder: latin1('middle') });
    expect(() => readTorch(file)).toThrow("byteorder: 'middle'; expected little or big");
  });
});

describe('the legacy format', () => {
  test.each<[string, Partial<Legacy>, string]>([
    ['another version', { protocol: `\x80\x02${int(1000)}.` }, 'version 1000; expected 1001'],
    ['a version of text', { protocol: '\x80\x02].' }, 'version a list'],
    ['a storage before the object', { facts: `\x80\x02${LEGACY_FLOATS}.` }, 'a storage before the object'],
    ['a storage for a key', { keys: `\x80\x02](${LEGACY_FLOATS}e.` }, 'a storage before the object'],
    ['no list of keys', { keys: '\x80\x02}.' }, 'a dict as the keys of the storages'],
    ['a missing key', { keys: '\x80\x02].', count: '', rest: '' }, 'the file has 0 storages; expected the 1'],
    ['an unknown key', { keys: `\x80\x02](${text('1')}e.` }, "the storages have the key '1'"],
    ['a key of another kind', { keys: `\x80\x02](${int(1)}e.` }, 'the storages have the key a number'],
    ['a key twice', { keys: `\x80\x02](${text('0')}${text('0')}e.` }, "the storages have the key '0'"],
    ['another count', { count: int64(1) }, 'storage 0: 4 bytes of data; expected 8'],
    ['a negative count', { count: int64(-1) }, 'storage 0: -4 bytes of data'],
    ['more bytes', { rest: '\x00' }, '1 bytes follow the last storage; expected none'],
    [
      'a view of a storage',
      { object: dict(tensor(storage('0', 'torch\nFloatStorage', int(2), `(${text('1')}${int(0)}${int(1)}t`))) },
      'a view of a storage, as PyTorch before 0.4 wrote them',
    ],
  ])('%s', (_, parts, message) => {
    const read = () => readTorch(legacy(parts), 'file');
    expect(read).toThrow(expect.objectContaining({ code: 'FileInvalid' }));
    expect(read).toThrow(message);
  });

  test('one that breaks off', () => {
    expect(() => readTorch(legacy().subarray(0, -1))).toThrow('storage 0: the file breaks off');
  });
});
