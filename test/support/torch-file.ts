/** Writes what torch.save writes, as far as tests need it: tensors in storages of their own. */
import type { DType, TensorFile } from '../../packages/weights/src/formats/tensor.js';
import { writeZip } from '../../packages/weights/src/formats/zip.js';

const STORAGES: Readonly<Record<DType, string>> = {
  F32: 'Float',
  F16: 'Half',
  BF16: 'BFloat16',
  F64: 'Double',
  I64: 'Long',
  I32: 'Int',
  I16: 'Short',
  I8: 'Char',
  U8: 'Byte',
  BOOL: 'Bool',
};

const concat = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const op = (code: string, ...rest: Uint8Array[]) => concat(Buffer.from(code, 'latin1'), ...rest);
const uint32 = (value: number) => new Uint8Array(new Uint32Array([value]).buffer);

function text(value: string): Uint8Array {
  const utf8 = Buffer.from(value);
  return op('X', uint32(utf8.length), utf8);
}

/** LONG1 of eight bytes. */
const int = (value: number) => op('\x8a\x08', new Uint8Array(new BigInt64Array([BigInt(value)]).buffer));
const tuple = (...items: Uint8Array[]) => op('(', ...items, op('t'));
const global = (module: string, name: string) => op(`c${module}\n${name}\n`);

/** A tensor of the pickle: where it lies, and how. */
export interface TorchTensor {
  readonly dtype: DType;
  readonly key: string;
  /** Elements of the storage. */
  readonly count: number;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

export function pickled(tensors: ReadonlyMap<string, TorchTensor>): Uint8Array {
  const items = [...tensors].map(([name, { dtype, key, count, offset, shape, strides }]) => {
    const id = tuple(text('storage'), global('torch', `${STORAGES[dtype]}Storage`), text(key), text('cpu'), int(count));
    const args = [op('', id, op('Q')), int(offset), tuple(...shape.map(int)), tuple(...strides.map(int)), op('\x89N')];
    return op('', text(name), global('torch._utils', '_rebuild_tensor_v2'), tuple(...args), op('R'));
  });
  return op('\x80\x02}(', ...items, op('u.'));
}

export function rowMajorStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * Math.max(b, 1), 1));
}

export function torchFile({ tensors }: Pick<TensorFile, 'tensors'>): Uint8Array {
  const storages = new Map<string, Uint8Array>();
  const claims = new Map<string, TorchTensor>();
  for (const [name, { dtype, shape, bytes }] of tensors) {
    const key = String(claims.size);
    const count = shape.reduce((a, b) => a * b, 1);
    claims.set(name, { dtype, key, count, offset: 0, shape, strides: rowMajorStrides(shape) });
    storages.set(`archive/data/${key}`, bytes);
  }
  const version = Buffer.from('3\n');
  return writeZip(new Map([['archive/data.pkl', pickled(claims)], ['archive/version', version], ...storages]));
}
