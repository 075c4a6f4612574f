/** tfjs-node's turn (see peers.mjs). */
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs-node';
import { convolutionCalls } from './conv-calls.mjs';
import { trainingStep } from './model.mjs';

const say = (value) => console.log(JSON.stringify(value));
let step;

const WORK = {
  training: ({ runs }) => times((step ??= trainingStep(tf)), runs),
  async convolution({ shape, pass, repeats, runs }) {
    const { call, dispose } = convolutionCalls(tf, shape);
    const work = call(pass);
    const found = await times(() => {
      for (let i = 0; i < repeats; i++) work();
    }, runs);
    dispose();
    return found;
  },
};

await tf.ready();
say(tf.version['tfjs-node']);
for await (const line of createInterface(process.stdin)) {
  const request = JSON.parse(line);
  say(await WORK[request.work](request));
}

/** As `processorTimes` of variants.mjs, which would bring the wasm backend along. */
async function times(work, runs) {
  const found = [];
  for (let run = -1; run < runs; run++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    if (run >= 0) found.push((user + system) / 1000);
  }
  return found;
}
