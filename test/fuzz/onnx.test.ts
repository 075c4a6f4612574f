import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readOnnx } from '../../packages/weights/src/formats/onnx.js';
import { type TensorFile, tensorLength } from '../../packages/weights/src/formats/tensor.js';
import { part } from '../support/damage.js';

/**
 * Hostile ONNX files: every one is either refused with `FileInvalid`, or its tensors are whole and at most eight times
 * as large as the file (an integer of 64 bits in one byte). Fields in another order, unknown fields and numbers written
 * with more bytes than they need are the same model.
 */
const golden = (name: string) => new Uint8Array(readFileSync(new URL(`../goldens/onnx/${name}`, import.meta.url)));
const files = [golden('types.onnx'), golden('torch.onnx'), golden('external.onnx')];
const external = golden('external.bin');
const anyFile = fc.constantFrom(...files);
const read = (bytes: Uint8Array) => readOnnx({ bytes, path: 'hostile', sibling: async () => external });

/** A message taken apart without the reader's help: each field as it stands, tag and length with it. */
interface Part {
  readonly number: number;
  readonly type: number;
  readonly value: Uint8Array;
}

function parts(bytes: Uint8Array): Part[] {
  const found: Part[] = [];
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const type = tag & 7;
    const begin = at;
    if (type === 0) varint();
    else if (type === 2) {
      const length = varint();
      found.push({ number: tag >> 3, type, value: bytes.subarray(at, at + length) });
      at += length;
      continue;
    } else at += type === 5 ? 4 : 8;
    found.push({ number: tag >> 3, type, value: bytes.subarray(begin, at) });
  }
  return found;
}

/** An integer in `width` bytes or more. */
function varint(value: number, width = 1): number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length < width; rest = Math.floor(rest / 128))
    bytes.push((rest % 128) | 128);
  bytes[bytes.length - 1]! &= 127;
  return bytes;
}

function message(fields: readonly Part[], width = 1): Uint8Array {
  return Buffer.concat(
    fields.flatMap(({ number, type, value }) => [
      Buffer.from(varint(number * 8 + type, width)),
      Buffer.from(type === 2 ? varint(value.length, width) : []),
      value,
    ]),
  );
}

/** The same model, its fields and its tensors' fields written in another way. */
const rewritten = fc
  .tuple(
    fc.constantFrom(files[0]!, files[1]!),
    fc.integer({ min: 1, max: 5 }),
    fc.boolean(),
    fc.uint8Array({ maxLength: 9 }),
  )
  .map(([file, width, backwards, unknown]) => {
    const extra: Part = { number: 1000, type: 2, value: unknown };
    const again = (fields: Part[]) => message([extra, ...(backwards ? fields.reverse() : fields)], width);
    const graph = (bytes: Uint8Array) => {
      // Only the order within a tensor is free: a list's own elements, and the tensors, keep theirs.
      const fields = parts(bytes).map((part) =>
        part.number === 5 ? { ...part, value: againTensor(part.value, width, extra) } : part,
      );
      return message([extra, ...fields], width);
    };
    return {
      file,
      bytes: new Uint8Array(
        again(parts(file).map((part) => (part.number === 7 ? { ...part, value: graph(part.value) } : part))),
      ),
    };
  });

function againTensor(bytes: Uint8Array, width: number, extra: Part): Uint8Array {
  const byNumber = parts(bytes).sort((a, b) => b.number - a.number); // stable: lists keep their order
  return message([...byNumber, extra], width);
}

const hostile: Record<string, fc.Arbitrary<Uint8Array>> = {
  truncated: fc.tuple(anyFile, part).map(([bytes, at]) => bytes.slice(0, Math.floor(bytes.length * at))),
  'changed bytes': fc
    .tuple(anyFile, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }))
    .map(([file, changes]) => {
      const bytes = file.slice();
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return bytes;
    }),
  'bytes put in and left out': fc
    .tuple(anyFile, fc.nat(), fc.nat(8), fc.uint8Array({ maxLength: 8 }))
    .map(([file, at, length, bytes]) => {
      const begin = at % file.length;
      return new Uint8Array(Buffer.concat([file.subarray(0, begin), bytes, file.subarray(begin + length)]));
    }),
  'another field of a tensor': fc
    .tuple(fc.integer({ min: 1, max: 16 }), fc.constantFrom(0, 1, 2, 5), fc.uint8Array({ minLength: 8, maxLength: 12 }))
    .map(([number, type, bytes]) => {
      const value =
        type === 0 ? Uint8Array.from(varint(bytes[0]!)) : type === 2 ? bytes : bytes.slice(0, type === 1 ? 8 : 4);
      const tensor = message([
        { number: 8, type: 2, value: Buffer.from('a') },
        { number: 1, type: 0, value: Uint8Array.of(2) },
        { number: 2, type: 0, value: Uint8Array.of(1) },
        { number: 9, type: 2, value: new Uint8Array(8) },
        { number, type, value },
      ]);
      const graph = message([{ number: 5, type: 2, value: tensor }]);
      return new Uint8Array(message([{ number: 7, type: 2, value: graph }]));
    }),
  'any bytes': fc.uint8Array({ maxLength: 300 }),
};

const RUNS = 300;
const outcomes = { read: 0, refused: 0 };

function expectBounded({ tensors }: TensorFile, size: number): void {
  let total = 0;
  for (const [name, tensor] of tensors) {
    tensorLength(tensor, name);
    total += tensor.bytes.length;
  }
  expect(total).toBeLessThanOrEqual(8 * (size + external.length));
}

describe('hostile ONNX files', () => {
  test.each(Object.entries(hostile))('%s', async (_, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (bytes) => {
        const result = await read(bytes).catch((error: unknown) => error);
        if (result instanceof Error) {
          expect(result).toMatchObject({ name: 'SenetError', code: 'FileInvalid' });
          expect(result.message).toMatch(/^hostile.{0,400}; expected ./s);
          outcomes.refused++;
          return;
        }
        expectBounded(result as TensorFile, bytes.length);
        outcomes.read++;
      }),
      { numRuns: RUNS, seed: 1 },
    );
  });

  test('both outcomes were seen, in 1,500 files', () => {
    expect(outcomes.read).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(500);
    expect(outcomes.read + outcomes.refused).toBe(RUNS * Object.keys(hostile).length);
  });

  test('the same model written otherwise is read the same', async () => {
    await fc.assert(
      fc.asyncProperty(rewritten, async ({ file, bytes }) => {
        const [original, again] = await Promise.all([read(file), read(bytes)]);
        expect(again.metadata).toEqual(original.metadata);
        expect([...again.tensors.keys()]).toEqual([...original.tensors.keys()]);
        for (const [name, { dtype, shape, bytes: values }] of original.tensors) {
          expect(again.tensors.get(name)).toMatchObject({ dtype, shape });
          expect(Buffer.compare(again.tensors.get(name)!.bytes, values), name).toBe(0);
        }
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test('a claim of 2^62 bytes allocates none of them', async () => {
    const length = [...Array(8).fill(0x80), 0x40];
    const bytes = Uint8Array.of(0x3a, ...length);
    const before = process.memoryUsage().arrayBuffers;
    await expect(read(bytes)).rejects.toThrow(/bytes at byte 10 of a message; expected at most 0/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });
});
