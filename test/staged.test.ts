/** Networks that have a family of their own here, written as `staged` configs: the same networks, by data alone. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { formulaInput, formulaState } from './support/formula.js';
import { expectLogits, readGolden, type TimmGolden } from './support/golden.js';
import { isValid } from './support/json-schema.js';
import { assembler, runNodes, setTestBackend } from './support/models.js';

const NAMES = ['mobilenetv3_small_100', 'efficientnet_b0', 'mobilenetv2_100', 'ghostnet_100', 'resnet50'];

const schema = assembler.jsonSchema();
beforeAll(setTestBackend);

describe.each(NAMES)('%s', (name) => {
  const config = JSON.parse(readFileSync(new URL(`./configs/staged/${name}.json`, import.meta.url), 'utf8'));
  const { input } = readGolden<TimmGolden>(`timm/${name}`);
  const [, , size] = input.shape as [number, number, number, number];
  const own = assembler.assemble(name, { inputShape: [size, size, 3] });
  const net = assembler.assemble({ ...config, head: own.config.head }, { inputShape: [size, size, 3] });

  test('has the nodes and the parameters of its recipe, under the same names', () => {
    const nodesOf = ({ graph }: typeof net) => graph.nodes.map(({ stage: _, ...node }) => node);
    expect(nodesOf(net)).toEqual(nodesOf(own));
    expect([...net.graph.parameters.values()]).toEqual([...own.graph.parameters.values()]);
  });

  test('has its taps, its units, its attachments and its costs', () => {
    const stem = name === 'ghostnet_100' ? 'act1' : own.taps[0]; // timm's GhostNet taps the convolution, a layer here its end
    expect(net.taps).toEqual([stem, ...own.taps.slice(1)]);
    expect(net.units.map(({ name, type, output }) => [name, type, output])).toEqual(
      own.units.map(({ name, type, output }) => [name, type, output]),
    );
    expect(net.receipt.attachments).toEqual(own.receipt.attachments);
    expect({ ...net.plan, name }).toEqual({ ...own.plan, name });
  });

  test('takes its weights and gives the logits of timm', () => {
    const golden = readGolden<TimmGolden>(`timm/${name}`);
    const state = formulaState(net, 'timm', golden.gain);
    const [logits] = runNodes(net, state, formulaInput(size, size, 3, 'nchw'), net.graph.outputs);
    expectLogits(logits!.data, golden.logits, 'logits');
  });

  test('is valid by the JSON Schema, and what it resolves to', () => {
    const saved = JSON.parse(JSON.stringify(net));
    for (const each of [config, saved]) expect(isValid(each, schema)).toBe(true);
    expect(JSON.parse(JSON.stringify(assembler.assemble(saved)))).toEqual(saved);
  });
});
