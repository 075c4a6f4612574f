/** The tables, and the goals beside what was measured. */
import { loadavg } from 'node:os';
import { milliseconds, printTable } from '../support.mjs';
import { PASSES } from './conv-calls.mjs';

/** [variant, beside whom, at most this part of its time] */
const TRAINING_GOALS = [
  ['relaxed', 'tfjs-node', 0.4],
  ['relaxed', 'PyTorch', 1],
  ['plain', 'tfjs-node', 0.45],
  ['plain', 'PyTorch', 1.1],
];

/** Times as fast as stock with the network as it was trained: that network, and optimised. */
const INFERENCE_GOALS = {
  seresnet50: { asItIs: 2.2, optimised: 2.6 },
  mobilenetv3_large_100: { asItIs: 2 },
  efficientnet_b0: { asItIs: 2 },
};
/** ResNeXt-50's time over ResNet-50's, with relaxed SIMD. */
const GROUPED_GOAL = 1.3;

const times = (value) => (value === undefined ? '' : `${value.toFixed(2)}×`);
const verdict = (reached) => (reached ? 'reached' : 'missed');
const title = (text) => console.log(`\n${text}; load ${loadavg()[0].toFixed(1)}\n`);

export const printReport = { header, convolutions, training, inference, profile };

function header({ machine, load, versions, missing, quick }) {
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  console.log(`\n${machine}; load ${load.join(' ')}; ${list.join(', ')}${quick ? '; quick' : ''}`);
  console.log('Medians of processor time, one core; all take turns in one run.');
  for (const line of missing) console.log(`Not beside it: ${line}`);
}

function convolutions(rows, peers) {
  const columns = ['stock', 'plain', 'relaxed', 'exact', ...peers.map(({ name }) => name)];
  for (const pass of Object.keys(PASSES)) {
    title(
      `Convolution, ${{ forward: 'forward', dX: 'gradient of the input', dW: 'gradient of the filter' }[pass]}, GFLOP/s`,
    );
    printTable([
      ['batch·map cin→cout', ...columns],
      ...rows.map(({ shape: [n, map, cin, cout, k, s], speeds }) => [
        `${n}·${map}² ${cin}→${cout} ${k}×${k}${s > 1 ? ` s${s}` : ''}`,
        ...columns.map((name) => speeds[pass][name]?.toFixed(1) ?? '–'),
      ]),
    ]);
  }
}

function training(found, peers) {
  title('Training step, SE-ResNet of 282 k parameters, batch 64 at 32×32×3, momentum');
  printTable([
    ['', 'time', ...peers.map(({ name }) => `of ${name}`)],
    ...Object.entries(found).map(([name, time]) => [
      name,
      milliseconds(time),
      ...peers.map((peer) => times(time / found[peer.name])),
    ]),
  ]);
  for (const [variant, peer, goal] of TRAINING_GOALS) {
    for (const beside of [peer, `${peer}, AVX2`]) {
      const ratio = found[variant] / found[beside];
      if (found[beside])
        console.log(`goal: ${variant} ≤ ${goal}× ${beside}: ${times(ratio)}, ${verdict(ratio <= goal)}`);
    }
  }
}

function inference(rows) {
  title('Inference at 224, batch 1');
  const asItIs = (name) => rows.find((row) => row.name === name && !row.optimised).times.stock;
  const goalOf = ({ name, optimised }) => INFERENCE_GOALS[name]?.[optimised ? 'optimised' : 'asItIs'];
  printTable([
    ['', 'stock', 'plain', 'relaxed', 'plain gains', 'relaxed gains', 'over stock as it is', 'goal', ''],
    ...rows.map((row) => {
      const { stock, plain, relaxed } = row.times;
      const goal = goalOf(row);
      return [
        `${row.name}${row.optimised ? ', optimised' : ''}`,
        ...[stock, plain, relaxed].map(milliseconds),
        times(stock / plain),
        times(stock / relaxed),
        times(asItIs(row.name) / relaxed),
        goal ? `≥ ${goal}×` : '',
        goal ? verdict(asItIs(row.name) / relaxed >= goal) : '',
      ];
    }),
  ]);
  for (const optimised of [false, true]) {
    const find = (name) => rows.find((row) => row.name === name && row.optimised === optimised)?.times.relaxed;
    const ratio = find('resnext50_32x4d') / find('resnet50');
    const what = `goal: ResNeXt-50 ≤ ${GROUPED_GOAL}× ResNet-50${optimised ? ', optimised' : ''}`;
    if (ratio) console.log(`${what}: ${times(ratio)}, ${verdict(ratio <= GROUPED_GOAL)}`);
  }
}

/** Kernels that take most, in sum and by shapes; what is left of the whole goes to tfjs' layers and engine. */
function profile(works) {
  for (const { name, total, kernels } of works) {
    const sums = new Map();
    for (const { kernel, time, calls } of kernels) {
      const sum = sums.get(kernel) ?? { time: 0, calls: 0 };
      sums.set(kernel, { time: sum.time + time, calls: sum.calls + calls });
    }
    const inKernels = kernels.reduce((sum, { time }) => sum + time, 0);
    title(`${name}: ${milliseconds(total)}, ${milliseconds(total - inKernels)} outside of kernels`);
    const largest = [...sums].sort(([, a], [, b]) => b.time - a.time).slice(0, 12);
    printTable([
      ['kernel', 'calls', 'time'],
      ...largest.map(([kernel, { calls, time }]) => [kernel, calls, milliseconds(time)]),
    ]);
    console.log('');
    printTable([
      ['by shape', 'calls', 'time'],
      ...kernels.slice(0, 16).map((k) => [`${k.kernel} ${k.shapes}`, k.calls, milliseconds(k.time)]),
    ]);
  }
}
