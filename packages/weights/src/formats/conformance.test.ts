import { describe, expect, test } from 'vitest';
import { onnxFile } from '../../../../test/support/onnx-file.js';
import { TFJS_DTYPES, tfjsFile, tfjsSibling } from '../../../../test/support/tfjs-file.js';
import { torchFile } from '../../../../test/support/torch-file.js';
import type { FormatSource, WeightFormat } from './format.js';
import { formatRegistry, hdf5, npz, onnx, readWeights, safetensors, tfjs, torch } from './formats.js';
import { DTYPE_BYTES, DTYPES, type DType, type RawTensor, type TensorFile } from './tensor.js';

/** What holds of every format. A new one is a row. */
interface Row {
  readonly format: WeightFormat;
  /** Makes a file; by default the format's own `write`. */
  readonly write?: (content: TensorFile) => Promise<Uint8Array> | Uint8Array;
  /** The types that it can hold; by default all. */
  readonly dtypes?: readonly DType[];
  /** Whether tensors come back in the order in which they were written; safetensors sorts them. */
  readonly ordered: boolean;
  /** Whether text can stand beside the tensors. */
  readonly metadata: boolean;
  /** Names that it cannot have. */
  readonly unnamable?: readonly string[];
  /** What every name begins with: in Keras a weight is a layer's. */
  readonly prefix?: string;
  /** The files beside its files. */
  readonly sibling?: FormatSource['sibling'];
}

const ROWS: readonly Row[] = [
  { format: safetensors, ordered: false, metadata: true },
  { format: torch, write: torchFile, ordered: true, metadata: false },
  { format: npz, dtypes: DTYPES.filter((dtype) => dtype !== 'BF16'), ordered: true, metadata: false },
  { format: hdf5, prefix: 'layer/', ordered: false, metadata: false }, // layer by layer; Keras' own text stands beside
  { format: onnx, write: onnxFile, ordered: true, metadata: false },
  { format: tfjs, write: tfjsFile, sibling: tfjsSibling, dtypes: TFJS_DTYPES, ordered: true, metadata: false },
];

const NAMES = [
  'conv1.weight',
  'a/b',
  '0',
  '10',
  '2',
  '__proto__',
  'constructor',
  ' ',
  'é"\\\n',
  '\u{1f600}',
  'x'.repeat(300),
];
const SHAPES = [[], [1], [3], [0], [2, 0, 3], [2, 3], [1, 2, 1, 3]];

/** Bits that no conversion keeps by chance: NaNs with payloads, subnormals; 0 and 1 for booleans. */
function tensor(dtype: DType, shape: readonly number[], seed = 1): RawTensor {
  const length = shape.reduce((a, b) => a * b, 1) * DTYPE_BYTES[dtype];
  const bytes = Uint8Array.from({ length }, (_, i) =>
    dtype === 'BOOL' ? (i + seed) & 1 : (i * 89 + seed * 173) & 0xff,
  );
  return { dtype, shape, bytes };
}

describe.each(ROWS.map((row) => ({ ...row, name: row.format.name })))('$name', (row) => {
  const { format, dtypes = DTYPES, ordered, metadata, unnamable = [], prefix = '', sibling } = row;
  const content = (tensors: readonly (readonly [string, RawTensor])[], metadata = {}): TensorFile => ({
    metadata,
    tensors: new Map(tensors.map(([name, tensor]) => [prefix + name, tensor])),
  });
  const write = async (file: TensorFile) => (row.write ?? format.write!)(file);
  const read = (bytes: Uint8Array) => readWeights({ bytes, path: 'file', ...(sibling && { sibling }) });
  const mixed = content(
    dtypes.map((dtype, i) => [`${dtype}.${NAMES[0]}`, tensor(dtype, SHAPES[i % SHAPES.length]!, i)]),
  );

  async function expectSame(file: TensorFile): Promise<void> {
    const again = await read(await write(file));
    expect(new Map(again.tensors)).toEqual(file.tensors);
    if (ordered) expect([...again.tensors.keys()]).toEqual([...file.tensors.keys()]);
  }

  test.each(dtypes)('holds %s in every shape, bit for bit', async (dtype) => {
    await expectSame(content(SHAPES.map((shape, i) => [`t${i}`, tensor(dtype, shape, i)])));
  });

  test('holds any name', async () => {
    const names = NAMES.filter((name) => !unnamable.includes(name));
    await expectSame(content(names.map((name, i) => [name, tensor('F32', [2], i)])));
  });

  test('holds many tensors', async () => {
    await expectSame(content(Array.from({ length: 500 }, (_, i) => [`blocks.${i}.weight`, tensor('F32', [i % 5], i)])));
  });

  test.runIf(metadata)('holds metadata', async () => {
    const said = { format: 'pt', 'é"\\': '\u{1f600}' };
    const again = await read(await write(content([['a', tensor('F32', [1])]], said)));
    expect({ ...again.metadata }).toEqual(said);
  });

  test.runIf(format.write)('writes the same bytes each time', async () => {
    expect(await write(mixed)).toEqual(await write(mixed));
  });

  test.runIf(format.write)('writes no tensor whose bytes do not fit', async () => {
    const broken: RawTensor = { ...tensor('F32', [2]), shape: [3] };
    await expect(write(content([['a', broken]]))).rejects.toMatchObject({ code: 'FileInvalid' });
  });

  test('alone recognizes its files', async () => {
    const bytes = await write(mixed);
    const formats = formatRegistry().all();
    expect(formats.filter((other) => other.recognizes(bytes)).map(({ name }) => name)).toEqual([format.name]);
  });

  test('recognizes neither nothing nor anything', () => {
    for (const length of [0, 1, 8, 9, 1000]) {
      for (const byte of [0, 0x50, 0x7b, 0xff])
        expect(format.recognizes(new Uint8Array(length).fill(byte))).toBe(false);
    }
  });

  test('reads the same out of a Node Buffer that begins anywhere', async () => {
    const bytes = await write(mixed);
    for (const shift of [1, 4]) {
      const buffer = Buffer.concat([Buffer.alloc(shift), bytes]).subarray(shift);
      expect(new Map((await read(buffer)).tensors)).toEqual(mixed.tensors);
    }
  });

  test('reads none of a file that breaks off, or all that was in it', async () => {
    const bytes = await write(mixed);
    for (let length = 0; length < bytes.length; length += length < 64 ? 1 : 64) {
      const file = await format.read({ bytes: bytes.subarray(0, length), path: 'file' }).catch((error) => error);
      if (file instanceof Error) expect(file).toMatchObject({ name: 'SenetError', code: 'FileInvalid' });
      else expect(new Map(file.tensors)).toEqual(mixed.tensors);
    }
  });

  test('says what is wrong, where, and what would be right', async () => {
    const file = (await write(mixed)).subarray(0, 100);
    const error = await format.read({ bytes: file, path: 'some-file' }).catch((error) => error);
    expect(error).toMatchObject({ code: 'FileInvalid', path: expect.stringMatching(/^some-file/) });
    expect(error.expected).toBeTruthy();
  });

  test('has endings with a dot, and a name that finds it', () => {
    for (const extension of format.extensions) expect(extension).toMatch(/^(\.[a-z0-9]+)+$/);
    expect(formatRegistry().get(format.name)).toBe(format);
  });
});

test('a file of no format is refused with those that there are', async () => {
  const read = readWeights({ bytes: new TextEncoder().encode('no weights'), path: 'file' });
  await expect(read).rejects.toThrow(
    /^file: begins like no known file of weights; expected one of safetensors \(\.safe/,
  );
});

test('a format that is asked for by name is taken, whatever the file begins like', async () => {
  const bytes = await npz.write!({ metadata: {}, tensors: new Map([['a', tensor('F32', [1])]]) });
  await expect(readWeights({ bytes, path: 'file' }, { format: 'torch' })).rejects.toThrow('has 0 entries */data.pkl');
  await expect(readWeights({ bytes, path: 'file' }, { format: 'np' })).rejects.toMatchObject({ code: 'UnknownName' });
});
