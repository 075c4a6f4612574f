/** How long SE-ResNet50 takes to plan, to become a tf.LayersModel, and to get its weights. */
import { backbones } from '@senet/backbones';
import { createAssembler, writeState } from '@senet/core';
import { attentions } from '@senet/se';
import { loadWeights, saveWeights } from '@senet/weights';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { inTurns, milliseconds, printHeader, printTable } from './support.mjs';

const RUNS = 11;
await tf.setBackend('wasm');
const assembler = createAssembler(attentions, backbones);
const net = assembler.assemble('seresnet50');
const bytes = saveWeights(net, net.initialState(1));
const held = net.toLayersModel({ init: 'zeros' });

const build = (options) => () => net.toLayersModel(options).dispose();
const planning = await inTurns(
  { 'plan, from the config': () => assembler.assemble('seresnet50').plan },
  { runs: RUNS, warmUp: 10, collect: false },
);
const building = await inTurns(
  {
    'toLayersModel without initialisation': build({ init: 'zeros' }),
    'toLayersModel with random initialisation': build({ seed: 1 }),
    [`${(bytes.length / 1e6).toFixed(0)} MB of safetensors into the model`]: () =>
      writeState(held, net.graph, loadWeights(net, bytes)),
  },
  { runs: RUNS },
);
printHeader('SE-ResNet50 (28,141,144 parameters), from config to model', RUNS);
printTable([
  ['', 'median'],
  ...Object.entries({ ...planning, ...building }).map(([name, time]) => [name, milliseconds(time)]),
]);
