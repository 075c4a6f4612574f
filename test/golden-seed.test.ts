/** What the Keras program this project started from computes from the formula's weights. */
import { readFileSync } from 'node:fs';
import { entriesOf, seed } from '@senet/weights';
import { beforeAll, describe, expect, test } from 'vitest';
import { formulaInput, formulaState, kerasTensor, relativeL2 } from './support/formula.js';
import { readGolden } from './support/golden.js';
import { assembler, runNodes, setTestBackend } from './support/models.js';

interface KerasGolden {
  readonly params: { readonly total: number; readonly trainable: number; readonly non_trainable: number };
  readonly logits: readonly number[];
  readonly softmax: readonly number[];
  readonly taps: Readonly<Record<string, { shape: number[]; mean: number; std: number; first8: number[] }>>;
}

/** The program's layers, and the nodes that are the same here. */
const NODES: Readonly<Record<string, string>> = {
  maxpool: 'maxpool',
  conv_block1_se_sigmoid: 'layer1.0.se.gate',
  conv_block1_se_multiply: 'layer1.0.se',
  identity_block1_2_relu3: 'layer1.2.act3',
  conv_block2_se_sigmoid: 'layer2.0.se.gate',
  identity_block2_3_relu3: 'layer2.3.act3',
  conv_block3_se_sigmoid: 'layer3.0.se.gate',
  identity_block3_5_relu3: 'layer3.5.act3',
  conv_block4_se_sigmoid: 'layer4.0.se.gate',
  identity_block4_2_relu3: 'layer4.2.act3',
  global_averagepool: 'global_pool',
};

beforeAll(setTestBackend);

test("has the program's parameters, by name and by shape", () => {
  const listed = readFileSync(new URL('./goldens/keras/seed_se_resnet50_weights.tsv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const entries = entriesOf(assembler.assemble('se_resnet50_seed'), seed);
  const ours = new Map(entries.map(({ key, shape, parameter: { trainable } }) => [key, { shape, trainable }]));
  expect(ours.size).toBe(listed.length);
  for (const line of listed) {
    const [key, shape, trainable, , firstValue] = line.split('\t') as [string, string, string, string, string];
    expect(ours.get(key), key).toEqual({ shape: shape.split('x').map(Number), trainable: trainable === '1' });
    expect(kerasTensor(key, ours.get(key)!.shape)[0]).toBeCloseTo(Number(firstValue), 7);
  }
});

describe.each([64, 224])('the seed at %d', (size) => {
  const golden = readGolden<KerasGolden>(`keras/golden_seed_se_resnet50_${size}`);
  const net = assembler.assemble('se_resnet50_seed', { inputShape: [size, size, 3] });

  test('has 28,152,344 parameters', () => {
    const { total, trainable, nonTrainable } = net.plan.params;
    expect({ total, trainable, non_trainable: nonTrainable }).toEqual({
      total: golden.params.total,
      trainable: golden.params.trainable,
      non_trainable: golden.params.non_trainable,
    });
    const model = net.toLayersModel({ init: 'zeros' });
    expect(model.countParams()).toBe(28_152_344);
    model.dispose();
  });

  test('gives its logits, probabilities and taps', () => {
    const taps = Object.keys(golden.taps);
    const state = formulaState(net, 'seed', 1.1);
    const outputs = ['fc', 'softmax', ...taps.map((tap) => NODES[tap]!)];
    const [logits, softmax, ...values] = runNodes(net, state, formulaInput(size, size, 3, 'nhwc'), outputs);
    expect(Math.max(...golden.logits.map((value, i) => Math.abs(value - logits!.data[i]!)))).toBeLessThan(5e-5);
    expect(relativeL2(softmax!.data, golden.softmax)).toBeLessThan(5e-5);
    for (const [i, tap] of taps.entries()) {
      const { mean, first8 } = golden.taps[tap]!;
      const { data } = values[i]!;
      expect(data.reduce((sum, v) => sum + v, 0) / data.length, tap).toBeCloseTo(mean, 4);
      for (const [j, value] of first8.entries()) expect(data[j], tap).toBeCloseTo(value, 4);
    }
  });
});
