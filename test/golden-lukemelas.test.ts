/** What the real EfficientNet-PyTorch computes from the formula's weights, and how it names those. */
import { readFileSync } from 'node:fs';
import { entriesOf, lukemelas, toTensors } from '@senet/weights';
import { beforeAll, expect, test } from 'vitest';
import { formulaInput, formulaState } from './support/formula.js';
import { expectLogits, readGolden } from './support/golden.js';
import { assembler, runNodes, setTestBackend } from './support/models.js';

beforeAll(setTestBackend);

test.each([0, 1, 2, 3, 4])('EfficientNet-B%i has its parameters, and the counters beside them', (n) => {
  const net = assembler.assemble(`tf_efficientnet_b${n}` as 'tf_efficientnet_b0');
  const listed = readRows(`efficientnet_b${n}`).map(([key, shape]) => `${key} ${shape}`);
  const { tensors } = toTensors(net, net.initialState(0), { dialect: 'lukemelas' });
  const ours = [...tensors].map(([key, { shape }]) => `${key} ${shape.join('x') || 'scalar'}`);
  expect(ours.sort()).toEqual(listed.sort());
});

test('EfficientNet-Lite0 stands beside timm’s, key by key', () => {
  const net = assembler.assemble('tf_efficientnet_lite0');
  const listed = readRows('efficientnet_lite0_to_timm').filter(([key]) => !lukemelas.ignores!(key!));
  const ours = entriesOf(net, lukemelas).map(({ key, parameter, shape }) => [key, parameter.key, shape.join('x')]);
  expect(ours.sort()).toEqual(listed.sort());
});

test('EfficientNet-B0 gives its logits', () => {
  const { size, gain, logits } = readGolden<{ size: number; gain: number; logits: number[] }>(
    'lukemelas/efficientnet_b0',
  );
  const net = assembler.assemble('tf_efficientnet_b0', { inputShape: [size, size, 3] });
  const input = formulaInput(size, size, 3, 'nchw');
  const [value] = runNodes(net, formulaState(net, 'lukemelas', gain), input, net.graph.outputs);
  expectLogits(value!.data, logits, 'logits');
});

function readRows(name: string): string[][] {
  const text = readFileSync(new URL(`./goldens/lukemelas/${name}.tsv`, import.meta.url), 'utf8');
  const lines = text.trim().split('\n').slice(1);
  return lines.map((line) => line.split('\t'));
}
