/** @senet/wasm in a page without special headers, and in an isolated one, where the memory of TensorFlow.js is shared. */
import type { InstallReport, WasmOptions } from '@senet/wasm';
import * as tf from '@tensorflow/tfjs';
import { type Case, check, checkBelow, checkEqual } from './suite.js';

const VARIANTS: WasmOptions[] = [{}, { simd: 'plain' }, { precision: 'exact' }, { simd: 'none' }];

export const wasmCases = (): Case[] => [
  {
    name: '@senet/wasm: works on the memory of TensorFlow.js, in relaxed SIMD where there is any',
    fresh: true,
    run: () =>
      installed({}, async ({ simd, memory, missing, notes }) => {
        const relaxed = WebAssembly.validate(RELAXED);
        checkEqual([simd, memory], [relaxed ? 'relaxed' : 'plain', 'shared-view'], `SIMD and memory (${notes})`);
        checkEqual(missing, [], 'kernels that are missing');
        const buffer = String(heap().buffer);
        checkEqual(buffer, `[object ${crossOriginIsolated ? 'Shared' : ''}ArrayBuffer]`, 'memory');
        return `${simd}, ${memory}, ${buffer}`;
      }),
  },
  ...VARIANTS.map((options) => ({
    name: `@senet/wasm ${JSON.stringify(options)}: a network and its gradients are those of the cpu backend`,
    fresh: true,
    run: () =>
      installed(options, async () => {
        const found = await valuesOn('wasm');
        const expected = await valuesOn('cpu');
        return checkBelow(worst(found, expected), 1e-5, `worst of ${expected.length} tensors`);
      }),
  })),
  {
    name: '@senet/wasm: memory grows between steps, in the middle of a kernel, and before another install',
    fresh: true,
    run: () =>
      installed({}, async () => {
        const expected = await valuesOn('wasm');
        const bytes = heap().length;
        const large = tf.zeros([bytes / 4]);
        const grown = heap().length;
        check(grown > bytes, 'memory did not grow');
        checkEqual(worst(await valuesOn('wasm'), expected), 0, 'difference between steps');
        checkEqual(extremesOfOnes(grown), [9, 9], 'the least and the largest of an output that needs more memory');
        check(heap().length > grown, 'memory did not grow for an output');
        large.dispose();
        return installed({ simd: 'plain' }, async ({ simd, memory }) => {
          checkEqual([simd, memory], ['plain', 'shared-view'], 'SIMD and memory of another install');
          const detail = checkBelow(worst(await valuesOn('wasm'), expected), 1e-5, 'relaxed and plain differ by');
          return `${bytes / 2 ** 20} to ${heap().length / 2 ** 20} MiB, ${detail}`;
        });
      }),
  },
  {
    name: '@senet/wasm: training lowers the loss and leaves no tensor behind',
    fresh: true,
    run: () =>
      installed({}, async () => {
        const model = makeModel();
        model.compile({ optimizer: tf.train.momentum(0.05, 0.9), loss: 'categoricalCrossentropy' });
        const [x, y] = [tf.randomNormal([8, 12, 12, 3], 0, 1, 'float32', 3), tf.oneHot([0, 1, 2, 3, 0, 1, 2, 3], 4)];
        const step = async () => (await model.trainOnBatch(x, y)) as number;
        const first = await step();
        const tensors = tf.memory().numTensors;
        let last = first;
        for (let i = 0; i < 20; i++) last = await step();
        checkEqual(tf.memory().numTensors, tensors, 'tensors');
        check(last < first / 2, `loss went from ${first} to ${last}`);
        return `loss ${first.toFixed(2)} to ${last.toFixed(2)}`;
      }),
  },
];

/** One function that multiplies and adds by `f32x4.relaxed_madd`. */
const RELAXED = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 19, 1, 17, 0],
  ...[0x41, 0, 0xfd, 0x11, 0x41, 0, 0xfd, 0x11, 0x41, 0, 0xfd, 0x11, 0xfd, 0x85, 0x02, 0x0b],
);

async function installed<T>(options: WasmOptions, use: (report: InstallReport) => Promise<T>) {
  const { install, uninstall } = await import('@senet/wasm');
  const { setWasmPaths, getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths('/wasm/');
  // TensorFlow.js starts a thread for every second processor: two of them, whatever the machine.
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: 4, configurable: true });
  await tf.setBackend('wasm');
  checkEqual(getThreadsCount(), crossOriginIsolated ? 2 : 1, 'threads of TensorFlow.js');
  const report = await install(tf, options);
  try {
    return await use(report);
  } finally {
    uninstall();
  }
}

/** The memory of TensorFlow.js: its wasm backend's view of it at this moment. */
function heap(): Uint8Array {
  return (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8;
}

/** Convolves ones by 3×3 ones to an output of that many bytes, and returns its least and its largest value. */
function extremesOfOnes(bytes: number): number[] {
  return tf.tidy(() => {
    const side = Math.ceil(Math.sqrt(bytes / 64));
    const y = tf.conv2d(
      tf.ones<tf.Rank.R4>([1, side + 2, side + 2, 1]),
      tf.ones<tf.Rank.R4>([3, 3, 1, 16]),
      1,
      'valid',
    );
    return [y.min(), y.max()].map((extreme) => extreme.dataSync()[0]!);
  });
}

/** Convolutions of every kind of this package, batch normalization, a gate, and dense layers. */
function makeModel(): tf.LayersModel {
  const { layers } = tf;
  const seeded = (seed: number) => ({ kernelInitializer: tf.initializers.glorotNormal({ seed }) });
  const input = tf.input({ shape: [12, 12, 3] });
  let x = layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'relu', ...seeded(1) }).apply(input);
  x = layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', useBias: false, ...seeded(2) }).apply(x);
  x = layers.batchNormalization().apply(x);
  const depthwiseInitializer = tf.initializers.glorotNormal({ seed: 3 });
  x = layers.depthwiseConv2d({ kernelSize: 5, strides: 2, padding: 'same', depthwiseInitializer }).apply(x);
  const pooled = layers.globalAveragePooling2d({}).apply(x);
  const gate = layers.dense({ units: 8, activation: 'sigmoid', ...seeded(4) }).apply(pooled);
  x = layers.multiply().apply([x, layers.reshape({ targetShape: [1, 1, 8] }).apply(gate)] as tf.SymbolicTensor[]);
  x = layers.conv2d({ filters: 6, kernelSize: 1, strides: 2, activation: 'relu', ...seeded(5) }).apply(x);
  x = layers.dense({ units: 4, activation: 'softmax', ...seeded(6) }).apply(layers.flatten().apply(x));
  return tf.model({ inputs: input, outputs: x as tf.SymbolicTensor });
}

/** The network's output and the gradients of all that it trains, on a backend. */
async function valuesOn(backend: string): Promise<Float32Array[]> {
  await tf.setBackend(backend);
  const model = makeModel();
  const input = tf.randomNormal([2, 12, 12, 3], 0, 1, 'float32', 7);
  const weights = tf.randomNormal([2, 4], 0, 1, 'float32', 8);
  const output = model.predict(input) as tf.Tensor;
  const loss = () => (model.apply(input, { training: true }) as tf.Tensor).mul(weights).sum() as tf.Scalar;
  const { value, grads } = tf.variableGrads(loss);
  const values = [output, value, ...Object.values(grads)].map((tensor) => tensor.dataSync() as Float32Array);
  checkEqual(values.length, model.trainableWeights.length + 2, 'results');
  tf.dispose([output, value, grads, input, weights]);
  model.dispose();
  return values;
}

function worst(found: readonly Float32Array[], expected: readonly Float32Array[]): number {
  return Math.max(...expected.map((values, i) => difference(found[i]!, values)));
}

/** Largest difference, relative to the largest expected value. */
function difference(found: Float32Array, expected: Float32Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0) / largest;
}
