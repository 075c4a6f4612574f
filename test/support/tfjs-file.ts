import type { DType, TensorFile } from '../../packages/weights/src/formats/tensor.js';

/** The types that TensorFlow.js can hold. */
export const TFJS_DTYPES = ['F32', 'I32', 'U8', 'BOOL', 'F16'] as const satisfies readonly DType[];

const NAMES: Partial<Record<DType, object>> = {
  F32: { dtype: 'float32' },
  I32: { dtype: 'int32' },
  U8: { dtype: 'uint8' },
  BOOL: { dtype: 'bool' },
  F16: { dtype: 'float32', quantization: { dtype: 'float16' } },
};

const files = new Map<string, Uint8Array>();

/** A model.json with these tensors; the file of their values is among {@link tfjsSibling}'s. */
export function tfjsFile({ tensors }: TensorFile): Uint8Array {
  const values = `values${files.size}.bin`;
  files.set(values, Buffer.concat([...tensors.values()].map(({ bytes }) => bytes)));
  const weights = [...tensors].map(([name, { dtype, shape }]) => ({ name, shape, ...NAMES[dtype] }));
  return new TextEncoder().encode(JSON.stringify({ weightsManifest: [{ paths: [values], weights }] }));
}

/** Reads the files beside a {@link tfjsFile}. */
export async function tfjsSibling(name: string): Promise<Uint8Array> {
  return files.get(name)!;
}
