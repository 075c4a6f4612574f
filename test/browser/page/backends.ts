/** The same cases on every backend that this browser has. */
import { openRunner, type Runner, wasmFrom } from '@senet/run';
import * as tf from '@tensorflow/tfjs';
import { formulaInput, relativeL2 } from '../../support/formula.js';
import type { Facts, GoldenFacts } from '../facts.js';
import { type Case, checkBelow, checkEqual, skip } from './suite.js';
import { assembler, BACKENDS, NARROW, NARROW_SHAPE } from './support.js';

/** Backend → runs that must leave nothing; WebGPU takes 0.4 s for each, where a processor stands in for the card. */
const RUNS = { wasm: 100, webgl: 100, webgpu: 25 };
type On = keyof typeof RUNS;

export const backendCases = (facts: Facts): Case[] => [
  ...(Object.keys(RUNS) as On[]).flatMap((backend) => casesOn(backend, facts)),
  kernelsCase,
  ...threadsCases(facts),
];

function casesOn(backend: On, { goldens, narrow }: Facts): Case[] {
  const input = { data: formulaInput(32, 32, 3, 'nhwc'), shape: NARROW_SHAPE };
  const runs = RUNS[backend];
  return [
    ...goldens.flatMap((golden) => [goldenCase(backend, golden, false), goldenCase(backend, golden, true)]),
    {
      name: `${backend}: a narrow SE-ResNet gives the logits that it gives in Node`,
      run: () =>
        withRunner(backend, NARROW, {}, async (runner) => {
          const [logits] = await runner.run(input);
          return checkBelow(relativeL2(logits!.data, narrow.logits), 1e-4, 'relative L2');
        }),
    },
    {
      name: `${backend}: ${runs} runs leave no tensor behind`,
      async run() {
        await skipUnlessThere(backend);
        const before = tf.memory().numTensors;
        const detail = await withRunner(backend, NARROW, {}, async (runner) => {
          await runner.warmUp();
          const open = tf.memory().numTensors;
          for (let i = 0; i < runs; i++) await runner.run(input);
          checkEqual(tf.memory().numTensors, open, 'tensors after the runs');
          return `${open} tensors`;
        });
        checkEqual(tf.memory().numTensors, before, 'tensors after dispose');
        return detail;
      },
    },
  ];
}

/** A bundler brings @senet/wasm where it is installed. */
const kernelsCase: Case = {
  name: 'kernels: those of @senet/wasm run, in relaxed SIMD, until stock ones are asked for',
  async run() {
    const fast = await openRunner(NARROW, { assembler, backends: BACKENDS, backend: 'wasm' });
    const { detail } = fast;
    checkEqual(/@senet\/wasm [\d.]+: relaxed SIMD$/.test(detail), true, detail);
    const stock = await openRunner(NARROW, { assembler, backends: [wasmFrom('/wasm/', { kernels: 'stock' })] });
    checkEqual(/, stock kernels$/.test(stock.detail), true, stock.detail);
    for (const runner of [fast, stock]) runner.dispose();
    return detail;
  },
};

/** For an isolated page of a bundle whose names are whole. */
function threadsCases({ goldens, narrow }: Facts): Case[] {
  return [
    threadsCase('a narrow SE-ResNet gives the logits that it gives in Node', NARROW, 32, 'nhwc', narrow.logits),
    ...goldens.map(({ name, size, logits }) =>
      threadsCase(`${name} gives timm's logits at ${size}`, `/models/${name}`, size, 'nchw', logits),
    ),
  ];
}

function threadsCase(
  what: string,
  folder: string,
  size: number,
  order: 'nchw' | 'nhwc',
  logits: readonly number[],
): Case {
  return {
    name: `threads: ${what}`,
    fresh: true,
    async run() {
      const data = formulaInput(size, size, 3, order);
      const runner = await openRunner(folder, { assembler, backends: [wasmFrom('/wasm/', { threads: true })] });
      const [output] = await runner.run({ data, shape: [1, size, size, 3] });
      runner.dispose();
      checkEqual(await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT'), true, 'WASM_HAS_MULTITHREAD_SUPPORT');
      checkEqual(/@senet\/wasm [\d.]+: relaxed SIMD$/.test(runner.detail), true, runner.detail);
      return checkBelow(relativeL2(output!.data, logits), 1e-4, 'relative L2');
    },
  };
}

function goldenCase(backend: On, { name, size, logits }: GoldenFacts, optimize: boolean): Case {
  return {
    name: `${backend}: ${name} gives timm's logits at ${size}${optimize ? ', optimized' : ''}`,
    run: () =>
      withRunner(backend, `/models/${name}`, { optimize }, async (runner) => {
        const [output] = await runner.run({ data: formulaInput(size, size, 3, 'nchw'), shape: [1, size, size, 3] });
        return checkBelow(relativeL2(output!.data, logits), 1e-4, 'relative L2');
      }),
  };
}

async function withRunner<T>(
  backend: On,
  folder: string,
  options: { optimize?: boolean },
  use: (runner: Runner) => Promise<T>,
): Promise<T> {
  await skipUnlessThere(backend);
  const runner = await openRunner(folder, { assembler, backends: BACKENDS, backend, ...options });
  try {
    return await use(runner);
  } finally {
    runner.dispose();
  }
}

/** wasm is everywhere, so that its absence is a failure. */
async function skipUnlessThere(name: On): Promise<void> {
  if (name === 'wasm') return;
  const { available, detail } = await BACKENDS.find((backend) => backend.name === name)!.check();
  if (!available) skip(detail);
  if (name === 'webgl' && !tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')) skip('its textures have no 32-bit floats');
}
