import type { DType, TensorFile } from '../../packages/weights/src/formats/tensor.js';

/** onnx.proto's TensorProto.DataType. */
const CODES: Readonly<Record<DType, number>> = {
  F32: 1,
  U8: 2,
  I8: 3,
  I16: 5,
  I32: 6,
  I64: 7,
  BOOL: 9,
  F16: 10,
  F64: 11,
  BF16: 16,
};

/** An ONNX model whose initializers are these tensors, and that computes nothing. */
export function onnxFile({ tensors }: TensorFile): Uint8Array {
  const initializers = [...tensors].map(([name, { dtype, shape, bytes }]) =>
    field(
      5,
      ...shape.map((axis) => integer(1, axis)),
      integer(2, CODES[dtype]),
      field(8, Buffer.from(name)),
      field(9, bytes),
    ),
  );
  return new Uint8Array(Buffer.concat([integer(1, 8), field(7, ...initializers)]));
}

function field(number: number, ...parts: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function integer(number: number, value: number): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; bytes.length === 0 || rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) | (rest >= 128 ? 128 : 0));
  }
  return Buffer.from(bytes);
}
