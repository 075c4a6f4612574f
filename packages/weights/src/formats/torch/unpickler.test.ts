import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { writeZip } from '../zip.js';
import { readTorch } from './torch.js';
import { unpickle } from './unpickler.js';

const HOSTILE = new URL('../../../../../test/goldens/torch/hostile.json', import.meta.url);
const hostile: Record<string, [string, string]> = JSON.parse(readFileSync(HOSTILE, 'utf8'));

const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const read = (text: string) =>
  unpickle(latin1(text), 'pickle', (_, refuse) => {
    throw refuse('a persistent id', 'none');
  }).value;
const archive = (pickle: Uint8Array) => writeZip(new Map([['archive/data.pkl', pickle]]));
/** The legacy format, up to the object: magic number, protocol, facts. */
const LEGACY = '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}.';

describe('pickles that would run something, or are none', () => {
  const refusal = (bytes: Uint8Array) => {
    try {
      readTorch(bytes, 'hostile');
    } catch (error) {
      expect(error).toMatchObject({ name: 'SenetError', code: 'FileInvalid' });
      return (error as Error).message;
    }
    throw new Error('it was read');
  };

  test.each(Object.entries(hostile))('%s', (_, [base64, asked]) => {
    const pickle = new Uint8Array(Buffer.from(base64, 'base64'));
    expect(refusal(archive(pickle))).toContain(asked);
    const legacy = new Uint8Array([...latin1(LEGACY), ...pickle, ...latin1('\x80\x02].')]);
    // What breaks off there goes on with the next pickle.
    if (asked !== 'breaks off') expect(refusal(legacy)).toContain(asked);
  });

  test('there are enough of them, and nothing was run', () => {
    expect(Object.keys(hostile).length).toBeGreaterThan(80);
    expect(existsSync('RAN')).toBe(false);
  });

  test('a name with line breaks is quoted, a long one cut', () => {
    const name = `a\nb${'c'.repeat(200)}`;
    const message = refusal(archive(latin1(`\x80\x04\x8c\x01m\x8c${String.fromCharCode(name.length)}${name}\x93.`)));
    expect(message).toMatch(/the Python object "m\.a\\nbc{72}\.\.\."; nothing was run/);
  });
});

describe('bounds', () => {
  test.each([
    ['a list in a list in a list', `\x80\x02N${'\x85'.repeat(500_000)}.`],
    ['lists that double, 500 times', `\x80\x02]q\x000${'](h\x00h\x00h\x00h\x00eq\x000'.repeat(500)}h\x00.`],
    ['copies of no size', `\x80\x02ccollections\nOrderedDict\nq\x000]q\x010${'h\x00h\x01\x85R0'.repeat(100_000)}].`],
  ])('%s is read in time', (_, pickle) => {
    const began = performance.now();
    expect(read(pickle)).toBeInstanceOf(Array);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test.each([
    ['empty dicts', '}'.repeat(1_100_000)],
    ['empty lists', ']'.repeat(1_100_000)],
    ['marks', '('.repeat(1_100_000)],
    ['steps', 'N0'.repeat(5_100_000)],
    [
      'copies of a long list',
      `ccollections\nOrderedDict\nq\x00](${'K\x01K\x01\x86'.repeat(100_000)}eq\x01${'h\x00h\x01\x85R0'.repeat(100_000)}.`,
    ],
  ])('too many %s', (_, pickle) => {
    expect(() => read(pickle)).toThrow(/at most \d+ (objects|steps)$/);
  });

  test('a million empty dicts take less than 400 bytes each', () => {
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    expect(() => read('}'.repeat(1_100_000))).toThrow('too much');
    expect(process.memoryUsage().rss - before).toBeLessThan(400_000_000);
  });
});

describe('values', () => {
  test.each<[string, unknown]>([
    ['N.', null],
    ['\x88.', true],
    ['\x89.', false],
    ['I01\n.', true],
    ['I00\n.', false],
    ['I-12\n.', -12],
    ['J\xfe\xff\xff\xff.', -2],
    ['K\xff.', 255],
    ['M\xff\xff.', 65535],
    ['L-5L\n.', -5],
    ['L9007199254740993L\n.', 9007199254740993n],
    ['\x8a\x00.', 0],
    ['\x8a\x01\xff.', -1],
    ['\x8a\x02\xff\x00.', 255],
    ['\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01.', 2n ** 64n],
    ['\x8b\x01\x00\x00\x00\x80.', -128],
    ['G\x3f\xf8\x00\x00\x00\x00\x00\x00.', 1.5],
    ['F1.5\n.', 1.5],
    ['F-1e-05\n.', -1e-5],
    ['F-inf\n.', -Infinity],
    ['Fnan\n.', NaN],
    ['X\x02\x00\x00\x00\xc3\xa9.', 'é'],
    ['\x8c\x01a.', 'a'],
    ['\x8d\x01\x00\x00\x00\x00\x00\x00\x00a.', 'a'],
    ['U\x01\xe9.', 'é'],
    ['T\x01\x00\x00\x00a.', 'a'],
    ["S'abc'\n.", 'abc'],
    ['Va\\u00e9\\U0001f600\n.', 'aé\u{1f600}'],
    ['C\x02\x00\xff.', latin1('\x00\xff')],
    [').', []],
    ['(K\x01K\x02t.', [1, 2]],
    ['(K\x01K\x02l.', [1, 2]],
    ['K\x01K\x02K\x03\x87.', [1, 2, 3]],
    ['](K\x01K\x02e.', [1, 2]],
    [']K\x01a.', [1]],
    ['(K\x01K\x02d.', new Map([[1, 2]])],
    ['}(K\x01K\x02u.', new Map([[1, 2]])],
    ['}K\x01K\x02s.', new Map([[1, 2]])],
    [']p5\n0g5\n.', []],
    [']\x940h\x00.', []],
    ['K\x012\x86.', [1, 1]],
    ['K\x01(K\x02K\x031.', 1],
    ['K\x01(0.', 1],
    ['ccollections\nOrderedDict\n)R.', new Map()],
    ['ccollections\nOrderedDict\n]](K\x01K\x02ea\x85R}b.', new Map([[1, 2]])],
    ['ctorch\nSize\nK\x01K\x02\x86\x85R.', [1, 2]],
  ])('%j', (pickle, value) => {
    expect(read(pickle)).toEqual(value);
  });

  test.each([
    'Ix\n.',
    'F1_0\n.',
    'F\n.',
    'Fx\n.',
    'Sabc\n.',
    'gx\n.',
    'L\n.',
    ']}u.',
    '](K\x01u.',
    '}(K\x01u.',
    'NNa.',
    'N(\x90.',
  ])('%j is refused', (pickle) => {
    expect(() => read(pickle)).toThrow(expect.objectContaining({ code: 'FileInvalid' }));
  });
});
