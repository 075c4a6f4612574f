/** Processor time by kernel: the registered ones are wrapped while a piece of work runs. */
import * as tf from '@tensorflow/tfjs';
import { median } from '../support.mjs';
import { use } from './variants.mjs';

const RUNS = 9;

/** @returns medians in milliseconds: of the whole, and of each kernel without the kernels that it calls */
export async function profiled(variant, work) {
  await use(variant);
  for (let i = 0; i < 2; i++) await work();
  const entries = new Map();
  const unwrap = wrapKernels((key, time) => {
    const entry = entries.get(key) ?? { calls: 0, times: Array(RUNS).fill(0) };
    entries.set(key, entry);
    entry.calls++;
    entry.times[run] += time;
  });
  const totals = [];
  let run = 0;
  for (; run < RUNS; run++) {
    const began = processorTime();
    await work();
    totals.push(processorTime() - began);
  }
  unwrap();
  const kernels = [...entries].map(([key, { calls, times }]) => {
    const [kernel, shapes] = key.split(' ');
    return { kernel, shapes, calls: calls / RUNS, time: median(times) };
  });
  return { total: median(totals), kernels: kernels.sort((a, b) => b.time - a.time) };
}

function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function wrapKernels(count) {
  const inner = [0];
  const undo = tf.getKernelsForBackend('wasm').map((config) => {
    const { kernelFunc, kernelName } = config;
    config.kernelFunc = (call) => {
      inner.push(0);
      const began = processorTime();
      const result = kernelFunc(call);
      const time = processorTime() - began;
      count(`${kernelName} ${describe(call)}`, time - inner.pop());
      inner[inner.length - 1] += time;
      return result;
    };
    return () => {
      config.kernelFunc = kernelFunc;
    };
  });
  return () => {
    for (const restore of undo) restore();
  };
}

function describe({ inputs, attrs }) {
  const shapes = Object.values(inputs).flatMap((input) => (input?.shape ? [input.shape.join('×')] : []));
  const stride = [attrs?.strides].flat()[0];
  return shapes.join('·') + (stride > 1 ? `·s${stride}` : '');
}
