import { backbones } from '@senet/backbones';
import { type Assembly, createAssembler } from '@senet/core';
import type { State } from '@senet/core/graph';
import { BACKENDS, findBackend, wasmFrom } from '@senet/run';
import { attentions } from '@senet/se';
import * as tf from '@tensorflow/tfjs';

export const assembler = createAssembler(attentions, backbones);

/**
 * Sets the backend that the suite runs on: wasm, or what SENET_TEST_BACKEND names. With SENET_TEST_WASM=relaxed, plain or
 * none the kernels of @senet/wasm are installed on it.
 */
export async function setTestBackend(): Promise<void> {
  const stock = wasmFrom(undefined, { kernels: 'stock' });
  await findBackend(process.env.SENET_TEST_BACKEND ?? 'wasm', [stock, ...BACKENDS]).activate();
  const simd = process.env.SENET_TEST_WASM;
  if (!simd) return;
  await import('../../packages/wasm/src/testing/relaxed.js');
  const { install } = await import('@senet/wasm');
  const report = await install(tf, { simd: simd as 'relaxed' | 'plain' | 'none' });
  if (report.simd !== simd) throw new Error(`no SIMD '${simd}' here: ${report.notes.join('; ')}`);
}

/** Values of one output, `[batch, …]`. */
export interface Value {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Runs a network on one batch and returns the named nodes' values; nothing stays allocated. */
export function runNodes(
  net: Assembly,
  state: State,
  input: Float32Array,
  outputs: readonly string[],
  batch = 1,
): Value[] {
  return runModel(net.toLayersModel({ state, outputs }), net.config.input.shape as number[], input, batch);
}

/** Runs a model on one batch and disposes it. */
export function runModel(model: tf.LayersModel, shape: readonly number[], input: Float32Array, batch = 1): Value[] {
  const x = tf.tensor(input, [batch, ...shape]);
  const values = [model.predict(x)].flat() as tf.Tensor[];
  const results = values.map((value) => ({ shape: value.shape, data: Float32Array.from(value.dataSync()) }));
  tf.dispose([x, ...values]);
  model.dispose();
  return results;
}

/** The values in torch's order: `[1, h, w, c]` → `[1, c, h, w]`; others as they are. */
export function toNchw({ shape, data }: Value): Value {
  if (shape.length !== 4) return { shape, data };
  const [n, h, w, c] = shape as [number, number, number, number];
  const target = new Float32Array(data.length);
  const plane = h * w;
  for (let b = 0; b < n; b++) {
    for (let i = 0; i < plane; i++)
      for (let k = 0; k < c; k++) target[(b * c + k) * plane + i] = data[(b * plane + i) * c + k]!;
  }
  return { shape: [n, c, h, w], data: target };
}
