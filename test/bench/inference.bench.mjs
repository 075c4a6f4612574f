/** Inference at 224, batch 1: plain and optimised networks, and what SE adds to its trunk. */
import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core';
import { attentions } from '@senet/se';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { inTurns, milliseconds, printHeader, printTable } from './support.mjs';

const RUNS = Number(process.env.RUNS ?? 11);
const BACKEND = process.env.BACKEND ?? 'wasm';
await tf.setBackend(BACKEND);
const assembler = createAssembler(attentions, backbones);
const names = ['resnet50', 'seresnet50', 'resnext50_32x4d', 'seresnext50_32x4d', 'mobilenetv3_small_100'];
const x = tf.randomNormal([1, 224, 224, 3], 0, 1, 'float32', 1);

const cases = {};
for (const name of names) {
  const net = assembler.assemble(name, { inputShape: [224, 224, 3] });
  const state = net.initialState(1);
  for (const [kind, model] of [
    ['', net.toLayersModel({ state })],
    [' optimised', net.optimize(state).toLayersModel()],
  ]) {
    cases[name + kind] = async () => {
      const y = model.predict(x);
      await y.data();
      y.dispose();
    };
  }
}
const times = await inTurns(cases, { runs: RUNS });

printHeader(`Inference at 224, batch 1, backend ${BACKEND}`, RUNS);
const ratio = (a, b) => (times[a] / times[b]).toFixed(2);
printTable([
  ['', 'plain', 'optimised', 'gain', 'over resnet50, plain', 'optimised'],
  ...names.map((name) => [
    name,
    milliseconds(times[name]),
    milliseconds(times[`${name} optimised`]),
    `${ratio(name, `${name} optimised`)}×`,
    ratio(name, 'resnet50'),
    ratio(`${name} optimised`, 'resnet50 optimised'),
  ]),
]);
