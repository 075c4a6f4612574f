/** What keras.applications computes from the formula's weights. */
import { readFileSync } from 'node:fs';
import { entriesOf, keras } from '@senet/weights';
import { beforeAll, describe, expect, test } from 'vitest';
import { formulaInput, formulaState } from './support/formula.js';
import { expectLogits, readGolden } from './support/golden.js';
import { assembler, runNodes, setTestBackend } from './support/models.js';

interface KerasGolden {
  readonly g: number;
  readonly input_shape: readonly [number, number, number, number];
  readonly params: { readonly total: number; readonly trainable: number };
  readonly logits: readonly number[];
}

beforeAll(setTestBackend);

describe.each([['resnet50_keras', 'ResNet50']] as const)('%s', (recipe, application) => {
  const golden = readGolden<KerasGolden>(`keras/golden_app_${application}`);
  const [, height, width, channels] = golden.input_shape;
  const net = assembler.assemble(recipe, { inputShape: [height, width, channels] });

  test('has its parameters, by name, shape and number', () => {
    const listed = readFileSync(new URL(`./goldens/keras/app_${application}.tsv`, import.meta.url), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const ours = new Map(entriesOf(net, keras).map(({ key, shape }) => [key, shape]));
    expect(ours.size).toBe(listed.length);
    for (const line of listed) {
      const [key, shape] = line.split('\t') as [string, string];
      expect(ours.get(key), key).toEqual(shape.split('x').map(Number));
    }
    expect(net.plan.params).toMatchObject({ total: golden.params.total, trainable: golden.params.trainable });
  });

  test('gives its logits', () => {
    const classifier = net.graph.nodes.findLast(({ op }) => op === 'dense')!.name;
    const [logits] = runNodes(
      net,
      formulaState(net, 'keras', golden.g),
      formulaInput(height, width, channels, 'nhwc'),
      [classifier],
    );
    expectLogits(logits!.data, golden.logits, 'logits');
  });
});
