import { createAssembler, defineModule } from '@senet/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { runGraph, values } from '../../../../test/support/run.js';
import { gate, mix, residual, tiny, tinyAttentions, tinyBackbones } from '../../../../test/support/tiny.js';
import { GraphBuilder } from '../graph/builder.js';
import type { Node } from '../graph/node.js';
import { attach } from './attach.js';
import { after, between } from './site.js';
import { type AnyUnit, defineUnit, unit } from './unit.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The tiny backbone with other units in their place. */
function withUnit(changed: AnyUnit) {
  const spec = (...given: Parameters<typeof tiny.spec>) => {
    const built = tiny.spec(...given);
    const stages = built.stages.map((stage) => ({
      ...stage,
      units: stage.units.map(({ name, options }) => unit(name, changed as typeof residual, options as never)),
    }));
    return { ...built, stages };
  };
  const module = defineModule({ backbones: [{ ...tiny, spec }], replace: true });
  return createAssembler(tinyAttentions, tinyBackbones, module);
}

const inputs = (graph: { nodes: readonly Node[] }, name: string) => graph.nodes.find((n) => n.name === name)!.inputs;

describe('attach to a unit', () => {
  test('is what a config attaches: same names, parameters and values', () => {
    const byConfig = createAssembler(tinyAttentions, tinyBackbones).assemble({
      backbone: 'tiny',
      attach: [{ type: 'gate', at: 'hidden', label: 'g' }],
    });
    const byUnit = withUnit(attach(residual, gate(), { at: 'hidden', label: 'g' })).assemble({ backbone: 'tiny' });
    expect(new Set(byUnit.graph.nodes.map(({ name }) => name))).toEqual(
      new Set(byConfig.graph.nodes.map(({ name }) => name)),
    );
    const x = values('input', [16, 16, 3]);
    expect(runGraph(byUnit.graph, x, byUnit.initialState())).toEqual(
      runGraph(byConfig.graph, x, byConfig.initialState()),
    );
    const entry = ({ node, site, block, stage, params, label, type }: (typeof byUnit.receipt.attachments)[number]) => {
      return { node, site, block, stage, params, label, type };
    };
    expect(byUnit.receipt.attachments.map(entry)).toEqual(byConfig.receipt.attachments.map(entry));
    expect(byUnit.plan.stages).toEqual(byConfig.plan.stages);
  });

  test('goes to the unit’s own site by default, and takes its aliases', () => {
    const site = (changed: AnyUnit) => withUnit(changed).assemble({ backbone: 'tiny' }).receipt.attachments[0]!.site;
    expect(site(attach(residual, gate()))).toBe('branch');
    expect(site(attach(residual, gate(), { at: 'post' as 'output' }))).toBe('output');
  });

  test('leaves the unit itself as it was', () => {
    attach(residual, gate());
    expect(createAssembler(tinyBackbones).assemble('tiny').receipt.attachments).toEqual([]);
  });

  test('stacks, and configs attach after it', () => {
    const twice = attach(attach(residual, gate()), mix(), { label: 'mix' });
    const net = withUnit(twice).assemble({ backbone: 'tiny', attach: [{ type: 'gate', label: 'third' }] });
    expect(inputs(net.graph, 'stage1.0.add')[0]).toBe('stage1.0.third');
    expect(inputs(net.graph, 'stage1.0.third')).toContain('stage1.0.mix');
    expect(inputs(net.graph, 'stage1.0.mix')).toContain('stage1.0.se');
    expect(net.receipt.attachments).toHaveLength(9);
  });

  test('at `output` comes before what a config attaches there under another name of the place', () => {
    const linear = defineUnit({
      ...residual,
      type: 'linear',
      sites: ['input', 'branch', 'output'],
      defaultSite: 'output',
      aliases: {},
      build(g, x, { filters, stride }) {
        const conv = g.conv2d(x, { filters, kernel: 1, strides: stride, name: 'conv' });
        return {
          output: conv,
          stride,
          activation: 'linear',
          sites: { input: between(g, x, conv), branch: after(conv), output: after(conv) },
        };
      },
    });
    const net = withUnit(attach(linear, gate(), { at: 'branch' })).assemble({
      backbone: 'tiny',
      attach: [{ type: 'mix', at: 'output', label: 'mix' }],
    });
    expect(inputs(net.graph, 'stage1.0.mix')).toContain('stage1.0.se');
    expect(inputs(net.graph, 'stage1.1.conv')).toEqual(['stage1.0.mix']);
  });

  test('an unknown site lists those of the unit; one that is missing in a place is named', () => {
    expect(() => attach(residual, gate(), { at: 'brunch' as 'branch' })).toThrowError(
      expect.objectContaining({ code: 'UnknownSite', suggestions: ['branch'] }),
    );
    const skipping = withUnit(attach(residual, gate(), { at: 'shortcut' }));
    expect(() => skipping.assemble({ backbone: 'tiny' })).toThrowError(
      expect.objectContaining({ code: 'UnknownSite', path: 'stage1.0.se' }),
    );
  });

  test('the compiler knows its sites', () => {
    expectTypeOf(attach(residual, gate())).toEqualTypeOf<typeof residual>();
    // @ts-expect-error no such site
    expect(() => attach(residual, gate(), { at: 'nowhere' })).toThrow(/no site 'nowhere'/);
  });
});

describe('attach to a function on nodes', () => {
  const block = (g: GraphBuilder, x: Node, filters: number) => g.conv2d(x, { filters, kernel: 1, name: 'conv' });

  test.each([
    ['output', ['gate.gate', 'conv']],
    ['input', ['input', 'gate.gate']],
  ] as const)('at %s', (at, reads) => {
    const g = new GraphBuilder();
    const y = attach(block, gate(), { at })(g, g.input([4, 4, 3]), 5);
    expect(y.shape).toEqual([4, 4, 5]);
    const multiply = g.finish([y]).nodes.find(({ op }) => op === 'multiply')!;
    expect(new Set(multiply.inputs)).toEqual(new Set(reads));
  });

  test('makes new weights at each call, under numbered names or the given label', () => {
    const gated = attach((g: GraphBuilder, x: Node) => g.relu(x), gate());
    const g = new GraphBuilder();
    const y = gated(g, gated(g, g.input([4, 4, 3])));
    const labelled = attach((g: GraphBuilder, x: Node) => g.relu(x), gate(), { label: 'mine' })(g, y);
    expect([...g.finish([labelled]).parameters.keys()].filter((key) => key.endsWith('weight'))).toEqual([
      'gate.fc.weight',
      'gate_1.fc.weight',
      'mine.fc.weight',
    ]);
  });

  test('offers `input` and `output` only', () => {
    // @ts-expect-error a function has no other sites
    expect(() => attach(block, gate(), { at: 'branch' })).toThrow(/expected one of input, output/);
  });
});

describe('attach to a function on symbolic tensors', () => {
  const relu = (x: tf.SymbolicTensor) => tf.layers.activation({ activation: 'relu' }).apply(x) as tf.SymbolicTensor;

  test('gates its output or its input, with weights of its own', () => {
    const x = tf.input({ shape: [4, 4, 3] });
    for (const at of ['input', 'output'] as const) {
      const model = tf.model({ inputs: x, outputs: attach(relu, gate(), { at })(x) });
      expect(model.countParams()).toBe(3 * 3 + 3);
      const order = model.layers.map((layer) => layer.getClassName());
      expect(order.indexOf('Activation') < order.indexOf('Conv2D')).toBe(at === 'output');
      model.dispose();
    }
  });

  test('passes further arguments on, and shares weights where the attention does', () => {
    const scaled = (x: tf.SymbolicTensor, units: number) =>
      tf.layers.conv2d({ filters: units, kernelSize: 1, useBias: false }).apply(x) as tf.SymbolicTensor;
    const x = tf.input({ shape: [4, 4, 3] });
    const shared = attach(scaled, gate().shared());
    const model = tf.model({ inputs: x, outputs: shared(shared(x, 5), 5) });
    expect(model.countParams()).toBe(3 * 5 + 5 * 5 + (5 * 5 + 5));
    model.dispose();
  });
});
