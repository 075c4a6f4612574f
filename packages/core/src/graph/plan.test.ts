import { createAssembler } from '@senet/core';
import { describe, expect, test } from 'vitest';
import { tinyAttentions, tinyBackbones } from '../../../../test/support/tiny.js';
import { GraphBuilder } from './builder.js';
import { planGraph } from './plan.js';

describe('planGraph, against counts by hand', () => {
  test('a convolution, normalization, pool and classifier', () => {
    const g = new GraphBuilder();
    const x = g.stage('stem', () => g.input([10, 8, 3]));
    const conv = g.stage('stem', () => g.conv2d(x, { filters: 4, kernel: [3, 1], strides: 2, name: 'conv' }));
    const bn = g.batchNormalization(conv, { name: 'bn' });
    const y = g.stage('head', () => g.dense(g.reduce(bn, { keepDims: false }), { units: 5, name: 'fc' }));
    const plan = planGraph(g.finish([y]));
    const conv2d = { params: 3 * 1 * 3 * 4 + 4, outputs: 4 * 4 * 4 };
    expect(plan.params).toEqual({ total: conv2d.params + 16 + 25, trainable: conv2d.params + 8 + 25, nonTrainable: 8 });
    expect(plan.macs).toBe(conv2d.outputs * 9 + 4 * 5);
    expect(plan.activationBytes).toBe(4 * (240 + 64 + 64 + 4 + 5));
    expect(plan.stages.map(({ name, nodes, outputShape, macs }) => ({ name, nodes, outputShape, macs }))).toEqual([
      { name: 'stem', nodes: 3, outputShape: [4, 4, 4], macs: 64 * 9 },
      { name: 'head', nodes: 2, outputShape: [5], macs: 20 },
    ]);
    expect(plan.stages.reduce((sum, { params }) => sum + params.total, 0)).toBe(plan.params.total);
  });

  test.each([
    [
      'grouped',
      (g: GraphBuilder) => g.conv2d(g.input([4, 4, 6]), { filters: 4, kernel: 3, groups: 2, bias: false }),
      3 * 3 * 3 * 4,
      2 * 2 * 4 * 27,
    ],
    [
      'depthwise',
      (g: GraphBuilder) => g.depthwiseConv2d(g.input([4, 4, 6]), { kernel: 3, multiplier: 2 }),
      9 * 12 + 12,
      2 * 2 * 12 * 9,
    ],
    ['1-d', (g: GraphBuilder) => g.conv1d(g.input([7, 2]), { filters: 3, kernel: 5 }), 30 + 3, 7 * 3 * 10],
    ['pools and activations', (g: GraphBuilder) => g.maxPool(g.relu(g.input([4, 4, 6])), { size: 2 }), 0, 0],
  ] as const)('%s', (_, build, params, macs) => {
    const g = new GraphBuilder();
    const plan = planGraph(g.finish([build(g)]));
    expect([plan.params.total, plan.macs]).toEqual([params, macs]);
  });

  test('shared parameters count once, in the stage that has them first', () => {
    const g = new GraphBuilder();
    const x = g.input([4]);
    const one = g.stage('a', () => g.dense(x, { units: 4, name: 'one' }));
    const two = g.stage('b', () => g.dense(one, { units: 4, name: 'two', share: one }));
    const plan = planGraph(g.finish([two]));
    expect(plan.params.total).toBe(20);
    expect(plan.macs).toBe(32);
    expect(plan.stages.map(({ name, params }) => [name, params.total])).toEqual([
      ['', 0],
      ['a', 20],
      ['b', 0],
    ]);
  });

  test('what depends on an unknown size is unknown, and nothing else', () => {
    const g = new GraphBuilder();
    const pooled = g.stage('a', () =>
      g.reduce(g.conv2d(g.input([null, 8, 3]), { filters: 2, kernel: 1 }), { keepDims: false }),
    );
    const plan = planGraph(g.finish([g.stage('head', () => g.dense(pooled, { units: 3 }))]));
    expect([plan.macs, plan.activationBytes, plan.params.total]).toEqual([null, null, 8 + 9]);
    expect(plan.stages.at(-1)).toMatchObject({ name: 'head', macs: 6, activationBytes: 12 });
  });
});

describe('the plan of an assembly', () => {
  const assembler = createAssembler(tinyAttentions, tinyBackbones);

  test.each(['input', 'hidden', 'branch', 'output'])('counts an attachment at `%s` to the stage of its unit', (at) => {
    const without = assembler.assemble('tiny').plan.stages;
    const plan = assembler.assemble({ extends: 'tiny', attach: [{ type: 'gate', at, where: { stages: [2] } }] }).plan;
    const grown = plan.stages.filter(({ params }, i) => params.total !== without[i]!.params.total);
    expect(grown.map(({ name }) => name)).toEqual(['stage2']);
    const channels = at === 'input' ? 4 : 8;
    expect(plan.attachments).toEqual([
      expect.objectContaining({
        stage: 'stage2',
        site: at,
        channels,
        reduced: null,
        params: channels * channels + channels,
      }),
    ]);
    expect(plan.stages.map(({ name }) => name)).toEqual(['stem', 'stage1', 'stage2', 'head']);
    expect(plan.inputShape).toEqual([16, 16, 3]);
  });
});
