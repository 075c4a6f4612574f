/** Convolutions alone: forward, gradient of the input, gradient of the filter. */
import * as tf from '@tensorflow/tfjs';
import { convolutionCalls, flopOf, PASSES, repeatsOf } from './conv-calls.mjs';
import { inTurns, processorTimes, use } from './variants.mjs';

/** [batch, map, cin, cout, kernel, stride] */
const SHAPES = [
  [64, 32, 16, 16, 3, 1],
  [64, 16, 32, 32, 3, 1],
  [64, 8, 64, 64, 3, 1],
  [64, 32, 16, 32, 3, 2],
  [1, 224, 3, 64, 7, 2],
  [1, 56, 64, 64, 3, 1],
  [1, 28, 128, 128, 3, 1],
  [1, 14, 256, 256, 3, 1],
  [1, 7, 512, 512, 3, 1],
  [1, 28, 128, 128, 3, 2],
  [1, 56, 64, 256, 1, 1],
  [1, 14, 1024, 256, 1, 1],
  [1, 7, 512, 2048, 1, 1],
  [1, 28, 40, 240, 1, 1],
  [1, 14, 480, 112, 1, 1],
];
const QUICK = [0, 2, 5, 10];
const OURS = ['plain', 'relaxed', 'exact'];
/** tfjs' own gradient of the input takes seconds for more FLOP than this. */
const STOCK_GRADIENT_LIMIT = 3e8;

/** @returns rows of GFLOP/s by pass and by who computes it; absent where there is no such kernel */
export async function convolutions({ quick, peers }) {
  const effort = quick ? { rounds: 1, runs: 5 } : { rounds: 3, runs: 5 };
  const rows = [];
  for (const shape of quick ? QUICK.map((i) => SHAPES[i]) : SHAPES) rows.push(await measure(shape, effort, peers));
  return rows;
}

async function measure(shape, effort, peers) {
  const flop = flopOf(shape);
  const repeats = repeatsOf(shape);
  const { call, dispose } = convolutionCalls(tf, shape);
  const speeds = {};
  for (const pass of Object.keys(PASSES)) {
    const cases = {};
    for (const variant of ['stock', ...OURS]) {
      await use(variant);
      if (!call(pass) || (variant === 'stock' && pass !== 'forward' && flop > STOCK_GRADIENT_LIMIT)) continue;
      cases[variant] = {
        begin: () => use(variant),
        run: (runs) => processorTimes(repeated(call(pass), repeats), runs),
      };
    }
    for (const peer of peers) {
      cases[peer.name] = { run: (runs) => peer.ask({ work: 'convolution', shape, pass, repeats, runs }) };
    }
    const times = await inTurns(cases, effort);
    speeds[pass] = Object.fromEntries(
      Object.entries(times).map(([name, time]) => [name, (repeats * flop) / time / 1e6]),
    );
  }
  dispose();
  return { shape, speeds };
}

function repeated(work, count) {
  return () => {
    for (let i = 0; i < count; i++) work();
  };
}
