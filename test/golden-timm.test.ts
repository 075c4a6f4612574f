/** What timm computes from the formula's weights, for every network of its names that this library builds. */
import type { State } from '@senet/core/graph';
import { beforeAll, describe, expect, test } from 'vitest';
import { formulaInput, formulaState } from './support/formula.js';
import { type AttentionGolden, expectLogits, expectSummary, readGolden, type TimmGolden } from './support/golden.js';
import { assembler, runModel, runNodes, setTestBackend } from './support/models.js';

type Config = Parameters<typeof assembler.assemble>[0];

const RECIPES = [
  'resnet18',
  'resnet50',
  'seresnet50',
  'seresnext50_32x4d',
  'senet154',
  'legacy_seresnet18',
  'legacy_seresnet50',
  'mobilenetv1_100',
  'mobilenetv2_100',
  'mobilenetv3_small_050',
  'mobilenetv3_small_100',
  'mobilenetv3_large_100',
  'tf_mobilenetv3_large_100',
  'ghostnet_100',
  'regnety_004',
  'efficientnet_b0',
  'tf_efficientnet_b0',
  'efficientnet_lite0',
  'tf_efficientnet_lite0',
  'inception_v3',
];
const ATTENTIONS = ['resnet18_se', 'resnet18_eca', 'resnet18_cbam', 'resnet50_eca', 'resnet50_cbam'];

const CASES: readonly (readonly [string, Config])[] = [
  ...RECIPES.map((name) => [name, name] as const),
  ...ATTENTIONS.map((name) => {
    const [backbone, type] = name.split('_') as ['resnet18', 'se'];
    return [name, { backbone, attach: [{ type }] }] as const;
  }),
];

beforeAll(setTestBackend);

describe.each(CASES)('timm %s', (name, config) => {
  const golden = readGolden<TimmGolden>(`timm/${name}`);
  const [, , size] = golden.input.shape as [number, number, number, number];
  const assemble = (side: number) => assembler.assemble(config, { inputShape: [side, side, 3] });
  let state: State;
  beforeAll(() => {
    state = formulaState(assemble(size), 'timm', golden.gain);
  });

  test('has its parameters, in the plan and in the model', () => {
    const net = assemble(size);
    const { params } = net.plan;
    expect(params).toEqual({
      trainable: golden.params,
      nonTrainable: golden.buffers_float,
      total: golden.params + golden.buffers_float,
    });
    expect(net.plan.attachments.length).toBe(golden.attention_modules);
    if (golden.attention_keys) {
      expect(net.receipt.attachments.map(({ node }) => node).sort()).toEqual(golden.attention_keys.toSorted());
    }
    const model = net.toLayersModel({ init: 'zeros' });
    expect(model.countParams()).toBe(params.total);
    model.dispose();
  });

  test(`gives its logits, taps and gates at ${size}`, () => {
    const net = assemble(size);
    const attentions = [golden.attention_first, golden.attention_last].filter((a) => a !== undefined);
    const watched = attentions.flatMap((attention) => watch(net.receipt.attachments, attention));
    const pooled = net.graph.nodes.find(({ name }) => name === 'global_pool')!.inputs[0]!;
    const outputs = [...new Set([...net.graph.outputs, ...net.taps, pooled, ...watched.map(({ node }) => node)])];
    const results = runNodes(net, state, formulaInput(size, size, 3, 'nchw'), outputs);
    const valueAt = (node: string) => results[outputs.indexOf(node)]!;
    expectLogits(valueAt(net.graph.outputs[0]!).data, golden.logits, 'logits');
    expect(net.taps.length).toBe(golden.features_only.length);
    for (const [i, tap] of golden.features_only.entries()) expectSummary(valueAt(net.taps[i]!), tap, `tap ${i}`);
    expectSummary(valueAt(pooled), golden.forward_features, 'forward_features');
    for (const { summary, node } of watched) expectSummary(valueAt(node), summary, node);
  });

  test('gives its logits when it is optimised, with fewer nodes', () => {
    const net = assemble(size);
    const optimised = net.optimize(state);
    const left = optimised.graph.nodes.filter(({ op }) => op === 'batchNormalization' || op === 'dropout');
    expect(left).toEqual([]);
    const [value] = runModel(optimised.toLayersModel(), [size, size, 3], formulaInput(size, size, 3, 'nchw'));
    expectLogits(value!.data, golden.logits, 'logits');
  });

  test.each(golden.other_input_sizes)('gives its logits at $size', ({ size: other, logits }) => {
    const net = assemble(other);
    const [value] = runNodes(net, state, formulaInput(other, other, 3, 'nchw'), net.graph.outputs);
    expectLogits(value!.data, logits, 'logits');
  });
});

/** The nodes that stand for what timm's attention module takes, gives and multiplies by. */
function watch(attachments: readonly { node: string; producer: string }[], golden: AttentionGolden) {
  const { producer, node } = attachments.find((attachment) => attachment.node === golden.module)!;
  const gates = Object.keys(golden).filter((key): key is `gate:${string}` => key.startsWith('gate:'));
  return [
    { node: producer, summary: golden.input },
    { node, summary: golden.output },
    ...gates.map((key) => ({
      node: `${node}.${key.slice(5).replace('sigmoid', 'gate')}`,
      summary: golden[key]!,
    })),
  ];
}
