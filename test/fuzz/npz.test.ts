import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { encodeNpy } from '../../packages/weights/src/formats/npy.js';
import { readNpz, writeNpz } from '../../packages/weights/src/formats/npz.js';
import { DTYPES } from '../../packages/weights/src/formats/tensor.js';
import { readZip, writeZip } from '../../packages/weights/src/formats/zip.js';
import { DAMAGES, expectSound, Outcomes, sameTensors, tensorsOf } from '../support/damage.js';

/**
 * Hostile .npz files: every one is refused with `FileInvalid` or read as what it says. Names, sizes and data stand in
 * it twice or under a CRC: one that was damaged and is read has to hold what it held.
 */
const RUNS = { numRuns: 150, seed: 1 };
const outcomes = new Outcomes();
const tensors = tensorsOf(DTYPES.filter((dtype) => dtype !== 'BF16'));
const contents = (file: Uint8Array) => new Map([...readZip(file)].map(([name, entry]) => [name, entry.bytes()]));
const deflated = (file: Uint8Array) => zipSync(Object.fromEntries(contents(file)), { level: 9 });
/** fflate's names are an object's keys. */
const objectSafe = tensors.filter((map) => !map.has('__proto__'));

describe('damaged files', () => {
  test.each(Object.entries(DAMAGES))('stored: %s', (_, damage) => {
    fc.assert(
      fc.property(tensors, damage, (held, apply) => {
        const bytes = apply(writeNpz({ tensors: held }));
        const file = outcomes.of(() => readNpz(bytes, 'hostile'));
        if (file) sameTensors(file, held);
      }),
      RUNS,
    );
  });

  test.each(Object.entries(DAMAGES))('deflated: %s', (_, damage) => {
    fc.assert(
      fc.property(objectSafe, damage, (held, apply) => {
        const bytes = apply(deflated(writeNpz({ tensors: held })));
        const file = outcomes.of(() => readNpz(bytes, 'hostile'));
        if (file) sameTensors(file, held);
      }),
      RUNS,
    );
  });

  test.each(Object.entries(DAMAGES))('an array inside, its CRC made right: %s', (_, damage) => {
    fc.assert(
      fc.property(tensors, fc.nat(), damage, (held, which, apply) => {
        const entries = contents(writeNpz({ tensors: held }));
        const name = [...entries.keys()][which % entries.size]!;
        const bytes = writeZip(entries.set(name, apply(entries.get(name)!)));
        const file = outcomes.of(() => readNpz(bytes, 'hostile'));
        if (file) expectSound(file, bytes, 1);
      }),
      RUNS,
    );
  });

  test('headers that lie', () => {
    const size = fc.oneof(fc.nat(5), fc.constantFrom(-1, 2 ** 31, 2 ** 40, 2 ** 53 - 1, 2 ** 64));
    const descr = fc.constantFrom('<f4', '>f8', '<f2', '|b1', '|O', '<U4', '<c8', '|V4', '<u4', '', 'f4', '<M8[ns]');
    fc.assert(
      fc.property(descr, fc.array(size, { maxLength: 5 }), fc.nat(40), (type, shape, length) => {
        const bytes = writeZip(new Map([['a.npy', encodeNpy(type, shape, new Uint8Array(length))]]));
        const file = outcomes.of(() => readNpz(bytes, 'hostile'));
        if (file) expectSound(file, bytes, 1);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

describe('changes that change nothing', () => {
  test.each<[string, (file: Uint8Array) => Uint8Array]>([
    ['deflated', deflated],
    ['a comment', (file) => zipSync(Object.fromEntries(contents(file)), { level: 0, comment: 'a comment' })],
    ['entries in another order', (file) => writeZip(new Map([...contents(file)].reverse()))],
    ['the dates of all entries', redated],
    [
      'version 2.0 of .npy',
      (file) => writeZip(new Map([...contents(file)].map(([name, npy]) => [name, version2(npy)]))),
    ],
  ])('%s', (_, change) => {
    fc.assert(
      fc.property(objectSafe, (held) => {
        sameTensors(readNpz(change(writeNpz({ tensors: held }))), held);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  function redated(bytes: Uint8Array): Uint8Array {
    const copy = Buffer.from(bytes);
    for (let at = copy.indexOf('PK\x03\x04'); at >= 0; at = copy.indexOf('PK\x03\x04', at + 1))
      copy.fill(0x77, at + 10, at + 14);
    return copy;
  }

  /** The length of its header takes four bytes. */
  function version2(npy: Uint8Array): Uint8Array {
    return Buffer.concat([
      npy.subarray(0, 6),
      Buffer.from([2, 0]),
      npy.subarray(8, 10),
      Buffer.from([0, 0]),
      npy.subarray(10),
    ]);
  }
});

describe('memory', () => {
  test('a bomb is refused before it goes off', () => {
    const bomb = zipSync({ 'a.npy': encodeNpy('<f4', [2 ** 22], new Uint8Array(2 ** 24)) }, { level: 9 });
    const before = process.memoryUsage().arrayBuffers;
    for (const lie of [0xfffffffe, 1, 2 ** 24 + 127]) {
      const copy = Buffer.from(bomb);
      const record = copy.indexOf('PK\x01\x02');
      copy.writeUInt32LE(lie, record + 24);
      copy.writeUInt32LE(lie, 22);
      expect(outcomes.of(() => readNpz(copy, 'hostile'))).toBeUndefined();
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 25);
    expect(readNpz(bomb).tensors.get('a')!.bytes).toHaveLength(2 ** 24);
  });

  test('both outcomes were seen, often, and the process has not grown', () => {
    expect(outcomes.refused).toBeGreaterThan(2000);
    expect(outcomes.read).toBeGreaterThan(50);
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(200_000_000);
    expect(process.memoryUsage.rss()).toBeLessThan(1_000_000_000);
  });
});
