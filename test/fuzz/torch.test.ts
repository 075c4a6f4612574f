import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { DTYPE_BYTES, DTYPES, type RawTensor } from '../../packages/weights/src/formats/tensor.js';
import { readTorch } from '../../packages/weights/src/formats/torch/torch.js';
import { readZip, writeZip } from '../../packages/weights/src/formats/zip.js';
import { DAMAGES, expectSound, Outcomes, sameTensors, tensorsOf } from '../support/damage.js';
import { pickled, type TorchTensor, torchFile } from '../support/torch-file.js';

/**
 * Hostile files of torch.save: every one is refused with `FileInvalid` or read as what it says. What a zip file says is
 * under a CRC: one that was damaged and is read has to hold what it held. Where a pickle lies about its tensors,
 * an element-by-element reading of the same claims decides.
 */
const RUNS = { numRuns: 100, seed: 1 };
/** The bound of torch.ts on what strided tensors may copy. */
const COPIES = 4;
const golden = (name: string) => new Uint8Array(readFileSync(new URL(`../goldens/torch/${name}`, import.meta.url)));
const outcomes = new Outcomes();
const contents = (file: Uint8Array) => new Map([...readZip(file)].map(([name, entry]) => [name, entry.bytes()]));

describe('damaged zip files', () => {
  const checkpoint = golden('ema.pth.tar');
  const inCheckpoint = readTorch(checkpoint).tensors;

  test.each(Object.entries(DAMAGES))('%s', (_, damage) => {
    fc.assert(
      fc.property(tensorsOf(), damage, fc.boolean(), (tensors, apply, small) => {
        const [good, held] = small ? [torchFile({ tensors }), tensors] : [checkpoint, inCheckpoint];
        const bytes = apply(good);
        const file = outcomes.of(() => readTorch(bytes, 'hostile'));
        if (file) sameTensors(file, held);
      }),
      RUNS,
    );
  });
});

describe('damaged pickles, their CRC made right', () => {
  const goldens = ['net.pth', 'ema.pth.tar', 'checkpoint4.pth', 'protocol1.pth', 'protocol5.pth'].map(golden);
  const files = goldens.map(contents);

  test.each(Object.entries(DAMAGES))('%s', (_, damage) => {
    fc.assert(
      fc.property(fc.constantFrom(...files), damage, (entries, apply) => {
        const name = [...entries.keys()].find((key) => key.endsWith('/data.pkl'))!;
        const bytes = writeZip(new Map(entries).set(name, apply(entries.get(name)!)));
        const file = outcomes.of(() => readTorch(bytes, 'hostile'));
        if (file) expectSound(file, bytes, COPIES);
      }),
      RUNS,
    );
  });

  test('other opcodes', () => {
    const opcodes = fc.constantFrom(
      ...'.(012FIJKLMNPQRSTUVXabcdeghijlopqrstu}])BCG',
      ...'\x80\x81\x82\x85\x87\x93\x94\x95',
    );
    const change = fc.array(fc.tuple(fc.nat(), opcodes), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...files), change, (entries, changes) => {
        const name = [...entries.keys()].find((key) => key.endsWith('/data.pkl'))!;
        const pickle = entries.get(name)!.slice();
        for (const [at, opcode] of changes) pickle[at % pickle.length] = opcode.charCodeAt(0);
        const bytes = writeZip(new Map(entries).set(name, pickle));
        const file = outcomes.of(() => readTorch(bytes, 'hostile'));
        if (file) expectSound(file, bytes, COPIES);
      }),
      RUNS,
    );
  });
});

describe('damaged legacy files', () => {
  const files = ['net.legacy.pth', 'protocol4.legacy.pth', 'legacy.pth.tar', 'whole-model.legacy.pth'].map(golden);

  test.each(Object.entries(DAMAGES))('%s', (name, damage) => {
    fc.assert(
      fc.property(fc.constantFrom(...files), damage, (good, apply) => {
        const bytes = apply(good);
        const file = outcomes.of(() => readTorch(bytes, 'hostile'));
        if (file) expectSound(file, bytes, COPIES);
        if (name === 'truncated' || name === 'extended') expect(file).toBeUndefined();
      }),
      RUNS,
    );
  });
});

describe('lies about tensors', () => {
  const number = fc.oneof(
    { weight: 4, arbitrary: fc.nat(6) },
    fc.constantFrom(-1, 64, 2 ** 31, 2 ** 40, 2 ** 53 - 1, -(2 ** 40)),
  );
  const axes = fc.array(fc.tuple(number, number), { maxLength: 3 });
  const claim = fc
    .record({
      dtype: fc.constantFrom(...DTYPES),
      key: fc.constantFrom('0', '0', '0', '1'),
      count: fc.constantFrom(12, 12, 12, 3),
      offset: number,
      axes,
    })
    .map(
      ({ axes, ...rest }): TorchTensor => ({
        ...rest,
        shape: axes.map(([size]) => size),
        strides: axes.map(([, stride]) => stride),
      }),
    );

  test('in shape, strides, offset, type and storage', () => {
    let strided = 0;
    fc.assert(
      fc.property(claim, (lie) => {
        const storage = Uint8Array.from({ length: 12 * DTYPE_BYTES[lie.dtype] }, (_, i) => i);
        const bytes = writeZip(
          new Map([
            ['x/data.pkl', pickled(new Map([['t', lie]]))],
            ['x/data/0', storage],
          ]),
        );
        const file = outcomes.of(() => readTorch(bytes, 'hostile'));
        const wanted = naive(lie, storage);
        if (!wanted) expect(file).toBeUndefined();
        else if (file) sameTensors(file, new Map([['t', wanted]]));
        if (wanted && file) strided++;
      }),
      { numRuns: 1000, seed: 1 },
    );
    expect(strided).toBeGreaterThan(100);
  });

  /** Element by element; `undefined` for what cannot be. */
  function naive(
    { dtype, key, count, offset, shape, strides }: TorchTensor,
    storage: Uint8Array,
  ): RawTensor | undefined {
    const size = DTYPE_BYTES[dtype];
    const length = shape.reduce((a, b) => a * b, 1);
    const numbers = [offset, ...shape, ...strides];
    if (numbers.some((value) => value < 0)) return undefined;
    if (length === 0) return { dtype, shape, bytes: new Uint8Array(0) };
    if (key !== '0' || count !== 12 || length > 1e6) return undefined;
    const bytes = new Uint8Array(length * size);
    for (let i = 0; i < length; i++) {
      let [rest, at] = [i, offset];
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        at += (rest % shape[axis]!) * strides[axis]!;
        rest = Math.floor(rest / shape[axis]!);
      }
      if (at >= 12) return undefined;
      bytes.set(storage.subarray(at * size, (at + 1) * size), i * size);
    }
    return { dtype, shape, bytes };
  }
});

describe('changes that change nothing', () => {
  const zipped = (entries: Map<string, Uint8Array>, level: 0 | 6) =>
    zipSync(Object.fromEntries(entries), { level, comment: 'x' });
  const pickle = (entries: Map<string, Uint8Array>, change: (pickle: Uint8Array) => Uint8Array) =>
    writeZip(new Map(entries).set('archive/data.pkl', change(entries.get('archive/data.pkl')!)));
  const frame = (bytes: Uint8Array) => {
    const length = new Uint8Array(new BigUint64Array([BigInt(bytes.length - 2)]).buffer);
    return Buffer.concat([Buffer.from([0x80, 4, 0x95]), length, bytes.subarray(2)]);
  };

  test.each<[string, (entries: Map<string, Uint8Array>) => Uint8Array]>([
    ['entries in another order', (entries) => writeZip(new Map([...entries].reverse()))],
    ['another prefix', (entries) => writeZip(new Map([...entries].map(([k, v]) => [k.replace('archive', 'été'), v])))],
    [
      'further entries',
      (entries) => writeZip(new Map([['archive/.data/serialization_id', Buffer.from('1')], ...entries])),
    ],
    ['fflate, stored', (entries) => zipped(entries, 0)],
    ['fflate, deflated', (entries) => zipped(entries, 6)],
    ['another protocol', (entries) => pickle(entries, (bytes) => bytes.with(1, 5))],
    ['no protocol', (entries) => pickle(entries, (bytes) => bytes.subarray(2))],
    ['a frame', (entries) => pickle(entries, frame)],
    ['bytes after the pickle', (entries) => pickle(entries, (bytes) => Buffer.concat([bytes, Buffer.from('more')]))],
    ['other dates', (entries) => redated(writeZip(entries))],
  ])('%s', (_, change) => {
    fc.assert(
      fc.property(tensorsOf(), (tensors) => {
        sameTensors(readTorch(change(contents(torchFile({ tensors })))), tensors);
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  /** Date and time of every header, which nothing depends on. */
  function redated(bytes: Uint8Array): Uint8Array {
    const copy = Buffer.from(bytes);
    for (const [signature, offset] of [
      ['PK\x03\x04', 10],
      ['PK\x01\x02', 12],
    ] as const) {
      for (let at = copy.indexOf(signature); at >= 0; at = copy.indexOf(signature, at + 1))
        copy.fill(0x77, at + offset, at + offset + 4);
    }
    return copy;
  }

  test.each([
    'protocol1.pth',
    'protocol3.pth',
    'protocol5.pth',
    'protocol4.legacy.pth',
    'deflated.pth',
    'big-endian.pth',
    'no-crc.pth',
  ])('protocol4.pth, written as %s', (name) => {
    sameTensors(readTorch(golden(name)), new Map(readTorch(golden('protocol4.pth')).tensors));
  });
});

test('both outcomes were seen, often, and the process has not grown', () => {
  expect(outcomes.refused).toBeGreaterThan(1500);
  expect(outcomes.read).toBeGreaterThan(200);
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(200_000_000);
  expect(process.memoryUsage.rss()).toBeLessThan(1_000_000_000);
});
