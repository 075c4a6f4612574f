import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../packages/weights/src/formats/safetensors.js';
import {
  DTYPE_BYTES,
  DTYPES,
  type RawTensor,
  type TensorFile,
  toFloat32,
} from '../../packages/weights/src/formats/tensor.js';
import { part } from '../support/damage.js';

/**
 * Hostile files: every one is either refused with `FileInvalid` or read as what it says, as an independent reading of
 * its header (JSON.parse) confirms. No other exception, and no byte allocated on the word of the header.
 */
interface Claim {
  dtype?: unknown;
  shape?: unknown;
  data_offsets?: unknown;
}
type Header = Record<string, Claim | Record<string, string>>;

const tensor = fc
  .record({ dtype: fc.constantFrom(...DTYPES), shape: fc.array(fc.nat(4), { maxLength: 3 }), fill: fc.nat(255) })
  .map(({ dtype, shape, fill }): RawTensor => {
    const length = shape.reduce((a, b) => a * b, 1) * DTYPE_BYTES[dtype];
    return { dtype, shape, bytes: new Uint8Array(length).fill(fill) };
  });

const goodFile = fc
  .record({
    names: fc.uniqueArray(fc.constantFrom('conv1.weight', 'bn1.bias', '0', 'é"\\', '__proto__'), { minLength: 2 }),
    tensors: fc.array(tensor, { minLength: 5, maxLength: 5 }),
    metadata: fc.constantFrom<Record<string, string>>({}, { format: 'pt' }),
  })
  .map(({ names, tensors, metadata }) =>
    writeSafetensors({ tensors: new Map(names.map((name, i) => [name, tensors[i]!])), metadata }),
  );

const headerLength = (bytes: Uint8Array) => Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
const headerText = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8', 8, 8 + headerLength(bytes));

function withHeader(bytes: Uint8Array, text: string, length?: bigint): Uint8Array {
  const header = Buffer.from(text);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(header.length));
  return Buffer.concat([prefix, header, bytes.subarray(8 + headerLength(bytes))]);
}

/** A good file whose header was changed as data, so that the JSON stays good and the lie is in its values. */
function edited<T>(change: fc.Arbitrary<T>, edit: (claim: Claim, change: T, header: Header) => void) {
  return fc.tuple(goodFile, fc.nat(4), change).map(([bytes, which, change]) => {
    const header: Header = JSON.parse(headerText(bytes));
    const names = Object.keys(header).filter((name) => name !== '__metadata__');
    edit(header[names[which % names.length]!] as Claim, change, header);
    return withHeader(bytes, JSON.stringify(header));
  });
}

const size = fc.oneof(
  fc.nat(40),
  fc.constantFrom(-1, 1.5, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 63, 2 ** 64, 1e300, -0),
  fc.constantFrom<unknown>(null, '4', [], {}, true),
);

const hostile: Record<string, fc.Arbitrary<Uint8Array>> = {
  truncated: fc.tuple(goodFile, part).map(([bytes, at]) => bytes.subarray(0, Math.floor(bytes.length * at))),
  extended: fc.tuple(goodFile, fc.uint8Array({ maxLength: 16 })).map((parts) => Buffer.concat(parts)),
  'a lying header length': fc
    .tuple(goodFile, fc.oneof(fc.bigInt({ min: 0n, max: 400n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })))
    .map(([bytes, length]) => withHeader(bytes, headerText(bytes), length)),
  'flipped bytes in the header': fc
    .tuple(goodFile, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }))
    .map(([bytes, flips]) => {
      const copy = bytes.slice();
      for (const [at, byte] of flips) copy[at % (8 + headerLength(bytes))] = byte;
      return copy;
    }),
  'overlaps and gaps': edited(fc.tuple(size, size), (claim, offsets) => {
    claim.data_offsets = offsets;
  }),
  'shifted offsets': edited(fc.integer({ min: -8, max: 8 }), (claim, by) => {
    claim.data_offsets = (claim.data_offsets as number[]).map((offset) => offset + by);
  }),
  'huge and odd shapes': edited(fc.array(size, { maxLength: 70 }), (claim, shape) => {
    claim.shape = shape;
  }),
  'another dtype': edited(
    fc.oneof(fc.constantFrom<unknown>(...DTYPES, 'F8_E4M3', 'f32', '__proto__'), size),
    (claim, dtype) => {
      claim.dtype = dtype;
    },
  ),
  'a missing or additional field': edited(fc.constantFrom('dtype', 'shape', 'data_offsets', 'x'), (claim, field) => {
    if (field === 'x') Object.assign(claim, { x: 1 });
    else delete claim[field as keyof Claim];
  }),
  'odd metadata': edited(fc.oneof(size, fc.dictionary(fc.string(), fc.string())), (_, metadata, header) => {
    header.__metadata__ = metadata as Record<string, string>;
  }),
  'duplicate keys': fc.tuple(goodFile, fc.boolean()).map(([bytes, escaped]) => {
    const text = headerText(bytes);
    const again = /"(conv1\.weight|bn1\.bias|0)":\{[^}]*\}/.exec(text)?.[0] ?? '"__metadata__":{},"__metadata__":{}';
    const member = escaped
      ? again.replace(/^"(.)/, (_, char) => `"\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : again;
    return withHeader(bytes, text.trimEnd().replace(/\}$/, `,${member}}`));
  }),
  'deep JSON': fc.tuple(goodFile, fc.constantFrom('[', '{"a":'), fc.nat(200_000)).map(([bytes, open, depth]) => {
    const text = headerText(bytes).replace(/"shape":\[/, `"shape":[${open.repeat(depth)}`);
    return withHeader(bytes, text);
  }),
  'any JSON for a header': fc.tuple(goodFile, fc.json()).map(([bytes, json]) => withHeader(bytes, json)),
  'any bytes': fc.uint8Array({ maxLength: 200 }),
};

/** Checks a file that was read against JSON.parse, which shares no code with the reader. */
function expectFaithful(file: TensorFile, bytes: Uint8Array): void {
  const { __metadata__: metadata = {}, ...claims } = JSON.parse(headerText(bytes)) as Header;
  expect([...file.tensors.keys()].sort()).toEqual(Object.keys(claims).sort());
  expect({ ...file.metadata }).toEqual(metadata);
  const dataBegin = bytes.byteOffset + 8 + headerLength(bytes);
  let covered = 0;
  for (const [name, tensor] of file.tensors) {
    const { dtype, shape, data_offsets } = claims[name] as Claim;
    const [begin, end] = data_offsets as [number, number];
    expect(tensor).toMatchObject({ dtype, shape });
    expect(tensor.bytes.buffer).toBe(bytes.buffer);
    expect([tensor.bytes.byteOffset, tensor.bytes.length]).toEqual([dataBegin + begin, end - begin]);
    expect(begin).toBe(covered);
    covered = end;
    const elements = tensor.shape.reduce((a, b) => a * b, 1);
    expect(elements * DTYPE_BYTES[tensor.dtype]).toBe(end - begin);
    expect(toFloat32(tensor, name).length).toBe(elements);
  }
  expect(dataBegin + covered).toBe(bytes.byteOffset + bytes.length);
}

const outcomes = { read: 0, refused: 0 };

describe('hostile safetensors files', () => {
  test.each(Object.entries(hostile))('%s', (_, files) => {
    fc.assert(
      fc.property(files, (bytes) => {
        let file: TensorFile;
        try {
          file = readSafetensors(bytes, 'hostile');
        } catch (error) {
          expect(error).toMatchObject({ name: 'SenetError', code: 'FileInvalid' });
          expect((error as Error).message).toMatch(/^hostile: .{0,500}; expected ./);
          outcomes.refused++;
          return;
        }
        expectFaithful(file, bytes);
        outcomes.read++;
      }),
      { numRuns: 250, seed: 1 },
    );
  });

  test('both outcomes were seen, in at least 3,000 files', () => {
    expect(outcomes.read).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(2_000);
    expect(outcomes.read + outcomes.refused).toBe(250 * Object.keys(hostile).length);
  });

  test('a claim of 2^50 bytes allocates none of them', () => {
    const header = `{"a":{"dtype":"F32","shape":[${2 ** 48}],"data_offsets":[0,${2 ** 50}]}}`;
    const bytes = withHeader(new Uint8Array(8), header);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 100; i++) {
      expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ code: 'FileInvalid' }));
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });
});
