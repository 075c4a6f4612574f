import type { Feature } from '../backend/contracts.js';
import { kernels } from './kernels.js';
import type { Adam, Adamax, Momentum, RMSProp, SGD } from './tfjs-optimizers.js';
import { updatePatch } from './updates.js';

const sgd = updatePatch<SGD>('SGD', (_tf, { c }) => ({
  ...{ kernel: 'SenetSGD', attributes: { learningRate: -c.dataSync()[0]! }, states: [] },
}));

const momentum = updatePatch<Momentum>('Momentum', (_tf, { c, m, useNesterov, accumulations }) => ({
  kernel: 'SenetMomentum',
  attributes: { learningRate: -c.dataSync()[0]!, momentum: m.dataSync()[0]!, useNesterov },
  states: [{ input: 'accumulation', slots: accumulations, suffix: 'momentum' }],
}));

const adam = updatePatch<Adam>('Adam', (tf, optimizer) => {
  const { learningRate, beta1, beta2, epsilon, accBeta1, accBeta2 } = optimizer;
  const [oneMinusPower1, oneMinusPower2] = [1 - accBeta1.dataSync()[0]!, 1 - accBeta2.dataSync()[0]!];
  return {
    kernel: 'SenetAdam',
    attributes: { learningRate, beta1, beta2, epsilon, oneMinusPower1, oneMinusPower2 },
    states: [
      { input: 'first', slots: optimizer.accumulatedFirstMoment, suffix: 'm' },
      { input: 'second', slots: optimizer.accumulatedSecondMoment, suffix: 'v' },
    ],
    finish() {
      accBeta1.assign(tf.mul(accBeta1, beta1));
      accBeta2.assign(tf.mul(accBeta2, beta2));
    },
  };
});

const adamax = updatePatch<Adamax>('Adamax', (tf, optimizer) => {
  const { learningRate, beta1, beta2, epsilon, decay, iteration, accBeta1 } = optimizer;
  const decayed = learningRate / (iteration.dataSync()[0]! * decay + 1);
  return {
    kernel: 'SenetAdamax',
    attributes: { rate: -decayed / (1 - accBeta1.dataSync()[0]!), beta1, beta2, epsilon },
    states: [
      { input: 'first', slots: optimizer.accumulatedFirstMoment, suffix: 'm' },
      { input: 'norm', slots: optimizer.accumulatedWeightedInfNorm, suffix: 'v' },
    ],
    finish() {
      iteration.assign(tf.add(iteration, 1));
      accBeta1.assign(tf.mul(accBeta1, beta1));
    },
  };
});

const rmsprop = updatePatch<RMSProp>('RMSProp', (_tf, optimizer) => {
  const { learningRate, decay, momentum, epsilon, centered } = optimizer;
  const means = { input: 'mean', slots: optimizer.accumulatedMeanGrads, suffix: 'mg' };
  return {
    kernel: 'SenetRMSProp',
    attributes: { learningRate, decay, momentum, epsilon, centered },
    states: [
      { input: 'square', slots: optimizer.accumulatedMeanSquares, suffix: 'rms' },
      { input: 'moment', slots: optimizer.accumulatedMoments, suffix: 'momentum' },
      ...(centered ? [means] : []),
    ],
  };
});

/** Updates of weights: tfjs' optimizers, and `SenetAdamW`. */
export const optimizer: Feature = { kernels, patches: [sgd, momentum, adam, adamax, rmsprop] };
