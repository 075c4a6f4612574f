/**
 * What receipts say, proven with numbers on the goldens' weights: every parameter of every attachment moves the output
 * and gets a gradient, for each attention at each site.
 */
import { type Assembly, writeState } from '@senet/core';
import type { State } from '@senet/core/graph';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { formulaState, spread } from '../../../test/support/formula.js';
import { assembler } from '../../../test/support/models.js';

/** Wide squeezes: of few hidden channels a ReLU may well close all, which says nothing about the path. */
const ATTENTIONS = {
  se: { type: 'se', ratio: 0.5, rounding: 'floor' },
  eca: { type: 'eca' },
  cbam: { type: 'cbam', ratio: 0.5 },
} as const;
const SITES = ['input', 'hidden-preact', 'hidden', 'branch', 'shortcut', 'output'] as const;
const NARROW = {
  type: 'resnet18',
  widths: [8, 16, 24, 32],
  stem: { width: 8 },
} as const;

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function network(attention: keyof typeof ATTENTIONS, at: string): { net: Assembly; state: State; x: tf.Tensor4D } {
  const head = { type: 'classifier', classes: 5 } as const;
  const config = { backbone: NARROW, attach: [{ ...ATTENTIONS[attention], at }], head };
  const net = assembler.assemble(config, { inputShape: [24, 24, 3] });
  const x = tf.tensor4d(spread('input', 24 * 24 * 3, 1), [1, 24, 24, 3]);
  return { net, state: formulaState(net, 'timm', 1), x };
}

function predict(model: tf.LayersModel, x: tf.Tensor): Float32Array {
  return tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync() as Float32Array);
}

/** Variable of a model → the largest size of its gradient, for a loss that no output leaves out. */
function gradients(model: tf.LayersModel, x: tf.Tensor): Map<string, number> {
  const loss = () => (model.apply(x, { training: false }) as tf.Tensor).mul([1, -2, 3, -4, 5]).sum().asScalar();
  const { value, grads } = tf.variableGrads(loss);
  const largest = (grad: tf.Tensor) => tf.tidy(() => grad.abs().max().dataSync()[0]!);
  const slopes = new Map(Object.entries(grads).map(([name, grad]) => [name, largest(grad)]));
  tf.dispose([value, grads]);
  return slopes;
}

describe.each(Object.keys(ATTENTIONS) as (keyof typeof ATTENTIONS)[])('%s', (attention) => {
  test.each(SITES)('at `%s`', (at) => {
    const { net, state, x } = network(attention, at);
    const model = net.toLayersModel({ state });
    const before = predict(model, x);
    const slopes = gradients(model, x);
    const { attachments } = net.receipt;
    expect(attachments.length, 'one for each of 8 units').toBe(8);
    for (const { node, parameters } of attachments) {
      expect(parameters.length).toBeGreaterThan(0);
      for (const key of parameters) {
        expect(moves(net, model, state, key, x, before), `${key} moves the output`).toBe(true);
        const variable = variableOf(net, model, key);
        if (variable) expect(slopes.get(variable), `gradient of ${key} of ${node}`).toBeGreaterThan(1e-9);
      }
    }
    model.dispose();
    x.dispose();
  });
});

/** Name of a trainable parameter's variable; statistics have no gradient. */
function variableOf({ graph }: Assembly, model: tf.LayersModel, key: string): string | undefined {
  const parameter = graph.parameters.get(key)!;
  if (!parameter.trainable) return undefined;
  const node = graph.nodes.find(({ parameters }) => Object.values(parameters).includes(key))!;
  return model.getLayer(node.name).weights[Object.values(node.parameters).indexOf(key)]!.name;
}

/** Whether other values of one parameter give other outputs; afterwards it is as before. */
function moves(
  { graph }: Assembly,
  model: tf.LayersModel,
  state: State,
  key: string,
  x: tf.Tensor,
  before: Float32Array,
): boolean {
  const values = state.get(key)!;
  writeState(model, graph, new Map([[key, values.map((v, i) => v * 1.5 + 0.1 * (i % 2 ? -1 : 1))]]));
  const after = predict(model, x);
  writeState(model, graph, new Map([[key, values]]));
  return after.some((v, i) => Math.abs(v - before[i]!) > 1e-6 * Math.abs(before[i]!) + 1e-9);
}
