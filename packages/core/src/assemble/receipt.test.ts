import { createAssembler } from '@senet/core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { tinyAttentions, tinyBackbones } from '../../../../test/support/tiny.js';
import { type AttentionContext, defineAttention } from '../blocks/attention.js';
import type { GraphBuilder } from '../graph/builder.js';
import { zeros } from '../graph/initializer.js';
import type { Node } from '../graph/node.js';
import { channelsOf } from '../graph/shape.js';

const assembler = createAssembler(tinyAttentions, tinyBackbones);

/** Attaches an attention of one's own to the whole network. */
function attached(build: (g: GraphBuilder, x: Node, context: AttentionContext) => Node, entry: object = {}) {
  const mine = defineAttention({
    type: 'mine',
    options: z.object({}),
    build: (g, x, _options, context) => build(g, x, context),
  });
  const own = createAssembler(tinyAttentions, tinyBackbones, { attentions: [mine] });
  return own.assemble({ backbone: 'tiny', attach: [{ type: 'mine', ...entry }] });
}

const gateOf = (g: GraphBuilder, x: Node) =>
  g.sigmoid(g.conv2d(g.reduce(x), { filters: channelsOf(x), kernel: 1, name: 'fc' }));

describe('a receipt', () => {
  test('says what was attached where, with every parameter', () => {
    const { receipt, plan } = assembler.assemble({ backbone: 'tiny', attach: [{ type: 'gate', at: 'hidden' }] });
    expect(receipt.attachments).toHaveLength(3);
    expect(receipt.attachments[2]).toMatchObject({
      type: 'gate',
      label: 'att',
      site: 'hidden',
      stage: 'stage2',
      block: 'stage2.0',
      init: 'default',
      node: 'stage2.0.att',
      producer: 'stage2.0.act1',
      readers: ['stage2.0.conv2'],
      channels: 8,
      params: 72,
      parameters: ['stage2.0.att.fc.weight', 'stage2.0.att.fc.bias'],
      onPath: true,
    });
    expect(receipt.params).toBe(20 + 20 + 72);
    const bare = assembler.assemble({ backbone: 'tiny' }).plan.params.total;
    expect(plan.params.total - bare).toBe(receipt.params);
  });

  test('counts shared parameters once, and channels of the squeeze where there is one', () => {
    const reduced = defineAttention({
      type: 'reduced',
      options: z.object({}),
      build(g, x) {
        const fc = g.conv2d(g.reduce(x), { filters: 2, kernel: 1, bias: false, name: 'fc' });
        const again = g.conv2d(g.reduce(x, { kind: 'max' }), { filters: 2, kernel: 1, bias: false, share: fc });
        const gate = g.conv2d(g.add([fc, again]), { filters: channelsOf(x), kernel: 1, bias: false, name: 'up' });
        return { output: g.multiply([x, g.sigmoid(gate)]), reduced: 2 };
      },
    });
    const own = createAssembler(tinyBackbones, { attentions: [reduced] });
    const net = own.assemble({ backbone: 'tiny', attach: [{ type: 'reduced', where: { stages: [2] } }] });
    expect(net.receipt.attachments[0]).toMatchObject({ params: 8 * 2 + 2 * 8, reduced: 2 });
    expect(net.plan.attachments[0]).toMatchObject({ params: 32, reduced: 2 });
  });

  test('tells of zero gradients at the first step', () => {
    const identity = assembler.assemble({ backbone: 'tiny', attach: [{ type: 'gate', init: 'identity' }] });
    expect(identity.receipt.attachments[0]!.zeroGradients).toMatch(/identity/);
    const zero = attached((g, x) => {
      const initializers = { kernel: zeros };
      return g.multiply([x, g.conv2d(g.reduce(x), { filters: channelsOf(x), kernel: 1, initializers, name: 'fc' })]);
    });
    expect(zero.receipt.attachments[0]!.zeroGradients).toMatch(/starts at zero/);
    expect(attached((g, x) => g.multiply([x, gateOf(g, x)])).receipt.attachments[0]).not.toHaveProperty(
      'zeroGradients',
    );
  });
});

describe('an attachment that does nothing is refused', () => {
  const notOnPath = (path: RegExp) =>
    expect.objectContaining({ code: 'AttachmentNotOnPath', path: expect.stringMatching(path) });

  test('parameters that no output depends on', () => {
    const dead = () =>
      attached((g, x) => {
        g.dense(g.reduce(x, { keepDims: false }), { units: 3, name: 'auxiliary' });
        return g.multiply([x, gateOf(g, x)]);
      });
    expect(dead).toThrowError(notOnPath(/^stage1\.0\.att$/));
    expect(dead).toThrow(/its parameter 'stage1\.0\.att\.auxiliary\.weight'/);
  });

  test('nothing built at all', () => expect(() => attached((_g, x) => x)).toThrowError(notOnPath(/^stage1\.0$/)));

  test('an output that does not read what it gates', () => {
    const blind = () =>
      attached(
        (g, _x, { blockInput }) => {
          const y = g.conv2d(blockInput, { filters: channelsOf(blockInput), kernel: 1, name: 'fc' });
          return g.relu(y);
        },
        { at: 'branch', where: { stages: [1], blocks: [1] } },
      );
    expect(blind).toThrowError(notOnPath(/^stage1\.1\.att$/));
    expect(blind).toThrow(/does not read what it gates/);
  });

  test('a site after everything that is given out', () => {
    const config = {
      backbone: 'tiny',
      attach: [{ type: 'gate' }],
      head: { type: 'features', taps: ['stage1.0.conv1'] },
    };
    expect(() => assembler.assemble(config as never)).toThrowError(notOnPath(/^stage1\.0\.att$/));
  });
});

describe('the contract of an attention', () => {
  test('shape in = shape out', () => {
    const wide = () => attached((g, x) => g.conv2d(x, { filters: channelsOf(x) + 1, kernel: 1, name: 'wide' }));
    expect(wide).toThrowError(
      expect.objectContaining({
        code: 'AttentionChangedShape',
        path: 'stage1.0',
        expected: '[4,4,4], the shape it was given',
      }),
    );
    expect(() => attached((g, x) => g.reduce(x))).toThrowError(
      expect.objectContaining({ code: 'AttentionChangedShape' }),
    );
  });

  test('identity only where it can be', () => {
    expect(() => attached((g, x) => g.multiply([x, gateOf(g, x)]), { init: 'identity' })).toThrowError(
      expect.objectContaining({ code: 'IdentityUnsupported', path: 'stage1.0' }),
    );
  });

  test.each(['type', 'at', 'where', 'label', 'init', 'overrides'])('no option may be called %s', (name) => {
    const define = () =>
      defineAttention({ type: 'mine', options: z.object({ [name]: z.string() }), build: (g, x) => g.sigmoid(x) });
    expect(define).toThrowError(expect.objectContaining({ code: 'ReservedOption', path: 'mine' }));
  });

  test('the context tells the place', () => {
    const seen: AttentionContext[] = [];
    attached(
      (g, x, context) => {
        seen.push(context);
        return g.multiply([x, gateOf(g, x)]);
      },
      { at: 'post' },
    );
    expect(seen.map(({ site, stage, block, stride }) => [site, stage, block, stride])).toEqual([
      ['output', 'stage1', 'stage1.0', 2],
      ['output', 'stage1', 'stage1.1', 1],
      ['output', 'stage2', 'stage2.0', 2],
    ]);
    expect(seen.map(({ blockInput }) => channelsOf(blockInput))).toEqual([4, 4, 4]);
    expect(seen[0]).toMatchObject({ activation: 'relu', init: 'default', names: { reduce: 'fc1', expand: 'fc2' } });
  });
});
