/** Inference at 224, batch 1: networks as they are trained, and optimised (batch norm folded, steps fused). */
import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core';
import { attentions } from '@senet/se';
import * as tf from '@tensorflow/tfjs';
import { profiled } from './profile.mjs';
import { casesOf, inTurns } from './variants.mjs';

const NETWORKS = ['seresnet50', 'resnet50', 'resnext50_32x4d', 'mobilenetv3_large_100', 'efficientnet_b0'];
const VARIANTS = ['stock', 'plain', 'relaxed'];

/** @returns rows of milliseconds of processor time by variant; with `profile`, time by kernel */
export async function inference({ quick, profile, networks, variants }) {
  const effort = quick ? { rounds: 3, runs: 1 } : { rounds: 5, runs: 3 };
  const assembler = createAssembler(attentions, backbones);
  const input = tf.randomNormal([1, 224, 224, 3], 0, 1, 'float32', 1);
  const rows = [];
  for (const name of networks?.split(',') ?? NETWORKS) {
    const assembly = assembler.assemble(name, { inputShape: [224, 224, 3] });
    const state = assembly.initialState(1);
    for (const optimised of [false, true]) {
      const model = optimised ? assembly.optimize(state).toLayersModel() : assembly.toLayersModel({ state });
      const run = () => model.predict(input).dispose();
      if (profile) {
        for (const variant of variants.split(','))
          rows.push({
            name: `${name}${optimised ? ', optimised' : ''}: ${variant}`,
            ...(await profiled(variant, run)),
          });
      } else rows.push({ name, optimised, times: await inTurns(casesOf(VARIANTS, run), effort) });
      model.dispose();
    }
  }
  input.dispose();
  return rows;
}
