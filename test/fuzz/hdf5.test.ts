import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lookup3 } from '../../packages/weights/src/formats/hdf5/checksum.js';
import { hdf5 } from '../../packages/weights/src/formats/hdf5.js';
import { fromFloat32, type TensorFile, tensorLength } from '../../packages/weights/src/formats/tensor.js';
import { part } from '../support/damage.js';

/**
 * Hostile HDF5 files: every one is either refused with `FileInvalid`, or its tensors are whole and no larger than the
 * file can fill. Files whose values alone were changed, or that go on behind their end, are read as before.
 */
const golden = (name: string) =>
  new Uint8Array(gunzipSync(readFileSync(new URL(`../goldens/hdf5/${name}.gz`, import.meta.url))));

const written = await hdf5.write!({
  tensors: new Map([
    [
      'conv/kernel',
      fromFloat32(
        Float32Array.from({ length: 36 }, (_, i) => i),
        [3, 3, 2, 2],
      ),
    ],
    ['conv/bias', fromFloat32(Float32Array.of(1, 2), [2])],
    ['conv/BatchNorm/gamma', fromFloat32(Float32Array.of(3, 4), [2])],
  ]),
  metadata: {},
});

/** Both ways of HDF5 to keep groups, chunks and filters, and every layout of Keras. */
const files = {
  written,
  legacy: golden('keras2.legacy.h5'),
  weights: golden('keras3.weights.h5'),
  archive: golden('keras3.keras'),
  types: golden('types.h5'),
};
type Name = keyof typeof files;
const anyFile = fc.constantFrom(...(Object.keys(files) as Name[]));

/** Where something is, apart from the values: most of a file is zeros that nothing reads. */
const structure = Object.fromEntries(
  Object.entries(files).map(([name, bytes]) => [name, Array.from(bytes.keys()).filter((at) => bytes[at] !== 0)]),
) as Record<Name, number[]>;

const odd = fc.constantFrom(
  0n,
  1n,
  8n,
  0xffn,
  0xffffn,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
);

const hostile: Record<string, fc.Arbitrary<Uint8Array>> = {
  truncated: fc.tuple(anyFile, part).map(([name, at]) => files[name].slice(0, Math.floor(files[name].length * at))),
  'changed bytes': fc
    .tuple(anyFile, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }))
    .map(([name, changes]) => {
      const bytes = files[name].slice();
      for (const [at, byte] of changes) bytes[structure[name][at % structure[name].length]!] = byte;
      return bytes;
    }),
  'other addresses, sizes and counts': fc.tuple(anyFile, fc.nat(), odd).map(([name, at, value]) => {
    const bytes = files[name].slice();
    const place = Math.min(structure[name][at % structure[name].length]! & ~7, bytes.length - 8);
    new DataView(bytes.buffer).setBigUint64(place, value, true);
    return bytes;
  }),
  'addresses of other parts': fc.tuple(anyFile, fc.nat(), fc.nat()).map(([name, at, other]) => {
    const bytes = files[name].slice();
    const place = Math.min(structure[name][at % structure[name].length]! & ~7, bytes.length - 8);
    const target = structure[name][other % structure[name].length]! & ~7;
    new DataView(bytes.buffer).setBigUint64(place, BigInt(target), true);
    return bytes;
  }),
  'parts copied over others': fc
    .tuple(anyFile, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 400 }))
    .map(([name, from, to, length]) => {
      const bytes = files[name].slice();
      const at = structure[name];
      bytes.copyWithin(at[to % at.length]! & ~7, at[from % at.length]! & ~7, (at[from % at.length]! & ~7) + length);
      return bytes;
    }),
  'changed headers under right checksums': fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => {
    const bytes = files.written.slice();
    bytes[structure.written[at % structure.written.length]!] = byte;
    return withChecksums(bytes);
  }),
  'only zeros behind the signature': fc.nat(4000).map((length) => {
    const bytes = new Uint8Array(9 + length);
    bytes.set(files.types.subarray(0, 9));
    return bytes;
  }),
};

/** Every object header of version 2, and the superblock, with the checksum that their bytes have now. */
function withChecksums(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer);
  const seal = (begin: number, end: number) => {
    if (end + 4 <= bytes.length) view.setUint32(end, lookup3(bytes.subarray(begin, end)), true);
  };
  for (let at = 0; at + 10 < bytes.length; at += 8) {
    if (view.getUint32(at) === 0x4f484452) seal(at, at + 10 + view.getUint32(at + 6, true)); // 'OHDR'
  }
  seal(0, 44);
  return bytes;
}

const RUNS = 300;
const outcomes = { read: 0, refused: 0 };

/** Whole tensors, and in all no more than deflate could unpack from these bytes. */
function expectBounded({ tensors }: TensorFile, size: number): void {
  let copied = 0;
  const buffers = new Set<ArrayBufferLike>();
  for (const [name, tensor] of tensors) {
    tensorLength(tensor, name);
    if (!buffers.has(tensor.bytes.buffer)) copied += tensor.bytes.buffer.byteLength;
    buffers.add(tensor.bytes.buffer);
  }
  expect(copied).toBeLessThan(size * 1032 + 1024);
}

describe('hostile HDF5 files', () => {
  test.each(Object.entries(hostile))('%s', async (_, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (bytes) => {
        const started = performance.now();
        const result = await hdf5.read({ bytes, path: 'hostile' }).catch((error: unknown) => error);
        expect(performance.now() - started).toBeLessThan(2_000);
        if (result instanceof Error) {
          expect(result).toMatchObject({ name: 'SenetError', code: 'FileInvalid' });
          expect(result.message).toMatch(/^hostile.{0,700}; expected ./s);
          outcomes.refused++;
          return;
        }
        expectBounded(result as TensorFile, bytes.length);
        outcomes.read++;
      }),
      { numRuns: RUNS, seed: 1 },
    );
  });

  test('both outcomes were seen, in at least 2,000 files', () => {
    expect(outcomes.read).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(1_000);
    expect(outcomes.read + outcomes.refused).toBe(RUNS * Object.keys(hostile).length);
  });

  test('other values are read as they are, and bytes behind the end change nothing', async () => {
    const original = await hdf5.read({ bytes: files.legacy, path: 'original' });
    const all = [...original.tensors];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(all.length - 1),
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        async (which, at, more) => {
          const [key, tensor] = all[which]!;
          const bytes = new Uint8Array(Buffer.concat([files.legacy, more]));
          const place = tensor.bytes.byteOffset - files.legacy.byteOffset + (at % tensor.bytes.length);
          bytes[place]! ^= more[0]! | 1;
          const { tensors, metadata } = await hdf5.read({ bytes, path: 'changed' });
          expect(metadata).toEqual(original.metadata);
          expect([...tensors.keys()]).toEqual([...original.tensors.keys()]);
          for (const [name, { bytes: values }] of tensors) {
            const expected = original.tensors.get(name)!.bytes.slice();
            if (name === key) expected[at % expected.length]! ^= more[0]! | 1;
            expect(Buffer.compare(values, expected), name).toBe(0);
          }
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  test('a claim of 2^48 elements allocates none of them', async () => {
    const bytes = files.legacy.slice();
    const view = new DataView(bytes.buffer);
    // conv/kernel: [3, 3, 3, 4] as four sizes of 64 bits, current and maximal.
    const shape = Buffer.from(BigUint64Array.of(3n, 3n, 3n, 4n).buffer);
    const at = Buffer.from(bytes.buffer).indexOf(shape);
    expect(at).toBeGreaterThan(0);
    view.setBigUint64(at, 2n ** 40n, true);
    const before = process.memoryUsage().arrayBuffers;
    await expect(hdf5.read({ bytes, path: 'huge' })).rejects.toThrow(/huge: conv\/conv\/kernel:0: 432 bytes of values/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });
});
