import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type TensorFile, tensorLength, toFloat32 } from '../../packages/weights/src/formats/tensor.js';
import { readTfjs } from '../../packages/weights/src/formats/tfjs.js';

/**
 * Hostile model.json files: every one is either refused, `FileInvalid` or, where a file is missing, `FileUnreadable`, or
 * its tensors are whole and at most four times as large as the files. No name with a path in it is ever asked for.
 */
const manifest = [
  {
    paths: ['a.bin', 'b.bin'],
    weights: [
      { name: 'conv/kernel', shape: [2, 2], dtype: 'float32' },
      { name: 'conv/bias', shape: [4], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.5, min: -1 } },
      { name: 'step', shape: [], dtype: 'int32' },
    ],
  },
  { paths: ['c.bin'], weights: [{ name: 'half', shape: [3], dtype: 'float32', quantization: { dtype: 'float16' } }] },
];
const model = { format: 'layers-model', modelTopology: {}, weightsManifest: manifest };
const shards: Record<string, Uint8Array> = {
  'a.bin': Uint8Array.from({ length: 10 }, (_, i) => i * 11),
  'b.bin': Uint8Array.from({ length: 14 }, (_, i) => i * 7),
  'c.bin': Uint8Array.from({ length: 6 }, (_, i) => i),
};
const SIZE = 30;

function read(text: string): Promise<TensorFile> {
  const sibling = async (name: string) => {
    expect(name).not.toMatch(/[/\\:\0]|^\.{0,2}$/);
    const shard = Object.hasOwn(shards, name) ? shards[name] : undefined;
    if (!shard) throw new Error('no such file');
    return shard;
  };
  return readTfjs({ bytes: new TextEncoder().encode(text), path: 'hostile', sibling });
}

type Path = readonly (string | number)[];
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...(value as object) };
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    'x',
    '../a.bin',
    '/etc/passwd',
    '..',
    'a.bin',
    '__proto__',
    'float32',
    'int32',
  ),
  fc.constantFrom<unknown>('bool', 'uint8', 'float16', 'string', [], {}, [[]], [2 ** 52], [-1], [1.5], ['2'], [1e308]),
  fc.constantFrom<unknown>(0, -1, 1.5, 2 ** 31, 2 ** 53, 1e308),
  fc.jsonValue({ maxDepth: 2 }),
);

const places = pathsOf(model);
const hostile: Record<string, fc.Arbitrary<string>> = {
  'one or two values replaced': fc
    .array(fc.tuple(fc.nat(places.length - 1), odd), { minLength: 1, maxLength: 2 })
    .map((changes) =>
      JSON.stringify(changes.reduce<unknown>((value, [at, by]) => tryReplace(value, places[at]!, by), model)),
    ),
  truncated: fc.nat(JSON.stringify(model).length).map((length) => JSON.stringify(model).slice(0, length)),
  'any JSON': fc.json(),
  deep: fc.nat(100_000).map((depth) => `{"weightsManifest":${'['.repeat(depth)}${']'.repeat(depth)}}`),
};

/** A value whose place an earlier change took away stays as it is. */
function tryReplace(value: unknown, path: Path, by: unknown): unknown {
  const holder = path.slice(0, -1).reduce<unknown>((inner, key) => (inner as Record<string, unknown>)?.[key], value);
  return typeof holder === 'object' && holder !== null ? replaced(value, path, by) : value;
}

const outcomes = { read: 0, refused: 0 };

describe('hostile model.json files', () => {
  test.each(Object.entries(hostile))('%s', async (_, texts) => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const result = await read(text).catch((error: unknown) => error);
        if (result instanceof Error) {
          expect(result).toMatchObject({
            name: 'SenetError',
            code: expect.stringMatching(/^File(Invalid|Unreadable)$/),
          });
          expect(result.message).toMatch(/^hostile.{0,400}; expected ./s);
          outcomes.refused++;
          return;
        }
        let total = 0;
        for (const [name, tensor] of (result as TensorFile).tensors) {
          tensorLength(tensor, name);
          total += tensor.bytes.length;
        }
        expect(total).toBeLessThanOrEqual(4 * SIZE);
        outcomes.read++;
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test('both outcomes were seen, in 800 files', () => {
    expect(outcomes.read).toBeGreaterThan(20);
    expect(outcomes.refused).toBeGreaterThan(300);
    expect(outcomes.read + outcomes.refused).toBe(200 * Object.keys(hostile).length);
  });

  test('other topologies, unknown members and another order of members change nothing', async () => {
    const values = ({ tensors }: TensorFile) => [...tensors].map(([name, t]) => [name, t.shape, [...toFloat32(t, '')]]);
    const expected = values(await read(JSON.stringify(model)));
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.boolean(), async (modelTopology, backwards) => {
        const members = Object.entries({ ...model, modelTopology, userDefinedMetadata: modelTopology });
        const again = JSON.stringify(Object.fromEntries(backwards ? members.reverse() : members));
        expect(values(await read(again))).toEqual(expected);
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});
