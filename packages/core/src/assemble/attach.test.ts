import { createAssembler } from '@senet/core';
import { describe, expect, test } from 'vitest';
import { tinyAttentions, tinyBackbones } from '../../../../test/support/tiny.js';

const assembler = createAssembler(tinyAttentions, tinyBackbones);
type Entry = Readonly<Record<string, unknown>>;

const assemble = (attach: readonly Entry[], more: object = {}) =>
  assembler.assemble({ backbone: 'tiny', attach, ...more } as never);
const blocksOf = (attach: readonly Entry[], more?: object) =>
  assemble(attach, more).receipt.attachments.map(({ block }) => block);
const nodesOf = (attach: readonly Entry[]) => assemble(attach).receipt.attachments.map(({ node }) => node);
const inputsOf = (attach: readonly Entry[], node: string) =>
  assemble(attach).graph.nodes.find(({ name }) => name === node)!.inputs;
const failure = (code: string, path: string) => expect.objectContaining({ name: 'SenetError', code, path });

describe('where', () => {
  test.each<[string, object, string[]]>([
    ['everything', {}, ['stage1.0', 'stage1.1', 'stage2.0']],
    ['stages by number', { stages: [2] }, ['stage2.0']],
    ['stages by name', { stages: ['stage1'] }, ['stage1.0', 'stage1.1']],
    ['first units', { blocks: 'first' }, ['stage1.0', 'stage2.0']],
    ['last units', { blocks: 'last' }, ['stage1.1', 'stage2.0']],
    ['units by number', { blocks: [1] }, ['stage1.1']],
    ['both', { stages: [1, 'stage2'], blocks: [0] }, ['stage1.0', 'stage2.0']],
  ])('%s', (_, where, expected) => expect(blocksOf([{ type: 'gate', where }])).toEqual(expected));

  test.each<[string, object, string]>([
    ['a stage beyond the last', { stages: [1, 3] }, 'attach[0].where.stages[1]'],
    ['an unknown stage', { stages: ['stage3'] }, 'attach[0].where.stages[0]'],
    ['a unit that no stage has', { blocks: [2] }, 'attach[0].where'],
    ['a unit that this stage has not', { stages: [2], blocks: [1] }, 'attach[0].where'],
  ])('%s is an error', (_, where, path) => {
    expect(() => blocksOf([{ type: 'gate', where }])).toThrowError(failure('SelectorMatchedNothing', path));
  });

  test('stages that no feature needs are left out without complaint, but never all of them', () => {
    const head = { type: 'features', taps: [1] };
    expect(blocksOf([{ type: 'gate', where: { stages: [1, 2] } }], { head })).toEqual(['stage1.0', 'stage1.1']);
    const overrides = [{ where: { stages: [2] }, scale: 2 }];
    expect(blocksOf([{ type: 'gate', overrides }], { head })).toEqual(['stage1.0', 'stage1.1']);
    expect(() => blocksOf([{ type: 'gate', where: { stages: [2] } }], { head })).toThrowError(
      failure('SelectorMatchedNothing', 'attach[0].where'),
    );
    expect(() => blocksOf([{ type: 'gate', where: { stages: [3] } }], { head })).toThrowError(
      failure('SelectorMatchedNothing', 'attach[0].where.stages[0]'),
    );
  });
});

describe('sites', () => {
  test('the unit’s own by default, aliases by their canonical name', () => {
    expect(assemble([{ type: 'gate' }]).receipt.attachments[0]!.site).toBe('branch');
    expect(assemble([{ type: 'gate', at: 'post' }]).receipt.attachments[0]!.site).toBe('output');
  });

  test('an unknown one lists those there are', () => {
    expect(() => nodesOf([{ type: 'gate', at: 'brnch' }])).toThrowError(
      expect.objectContaining({
        code: 'UnknownSite',
        path: 'attach[0].at',
        expected: 'one of input, hidden, branch, shortcut, output, post',
        suggestions: ['branch'],
      }),
    );
    for (const at of ['constructor', '__proto__', 'toString']) {
      expect(() => nodesOf([{ type: 'gate', at }])).toThrowError(failure('UnknownSite', 'attach[0].at'));
    }
  });

  test('units without one are skipped and told; if all are, that is an error', () => {
    const { receipt } = assemble([{ type: 'gate', at: 'shortcut' }]);
    expect(receipt.attachments.map(({ block }) => block)).toEqual(['stage1.1']);
    expect(receipt.skipped.map(({ block, site }) => [block, site])).toEqual([
      ['stage1.0', 'shortcut'],
      ['stage2.0', 'shortcut'],
    ]);
    expect(() => nodesOf([{ type: 'gate', at: 'shortcut', where: { blocks: 'first' } }])).toThrowError(
      failure('SelectorMatchedNothing', 'attach[0].at'),
    );
  });

  test('rewire the readers that they are for, and no others', () => {
    const gateAt = (at: string) => [{ type: 'gate', at, where: { stages: [1] } }];
    const reads = (at: string) => ['conv1', 'conv2', 'add'].flatMap((name) => inputsOf(gateAt(at), `stage1.1.${name}`));
    const plain = ['stage1.0.act2', 'stage1.1.act1', 'stage1.1.conv2', 'stage1.0.act2'];
    const [x, hidden, branch, shortcut] = plain as [string, string, string, string];
    expect(reads('input')).toEqual(['stage1.1.att', hidden, branch, shortcut]);
    expect(reads('hidden')).toEqual([x, 'stage1.1.att', branch, shortcut]);
    expect(reads('branch')).toEqual([x, hidden, 'stage1.1.att', shortcut]);
    expect(reads('shortcut')).toEqual([x, hidden, branch, 'stage1.1.att']);
    expect(reads('output')).toEqual(['stage1.0.att', hidden, branch, 'stage1.0.att']);
  });

  test('`output` is what taps, the next stage and the head see', () => {
    const attach = [{ type: 'gate', at: 'output' }];
    const net = assemble(attach);
    expect(net.taps).toEqual(['stem_act', 'stage1.1.att', 'stage2.0.att']);
    expect(inputsOf(attach, 'stage2.0.project')).toEqual(['stage1.1.att']);
    expect(inputsOf(attach, 'global_pool')).toEqual(['stage2.0.att']);
    const features = assemble(attach, { head: { type: 'features', taps: [2, 1] } });
    expect(features.graph.outputs).toEqual(['stage2.0.att', 'stage1.1.att']);
  });
});

describe('several attachments in a unit', () => {
  const entries = [{ type: 'gate' }, { type: 'mix' }, { type: 'gate', at: 'hidden' }, { type: 'mix', at: 'hidden' }];
  const inFirst = entries.map((entry) => ({ ...entry, where: { stages: [1], blocks: 'first' } }));

  test('get labels: the family’s, then with the site, then with a number', () => {
    expect(nodesOf(inFirst)).toEqual([
      'stage1.0.att',
      'stage1.0.att_branch',
      'stage1.0.att_hidden',
      'stage1.0.att_hidden2',
    ]);
  });

  test('stack at one site in their order', () => {
    const { attachments } = assemble(inFirst).receipt;
    expect(attachments.map(({ producer }) => producer)).toEqual([
      'stage1.0.conv2',
      'stage1.0.att',
      'stage1.0.act1',
      'stage1.0.att_hidden',
    ]);
    expect(inputsOf(inFirst, 'stage1.0.add')[0]).toBe('stage1.0.att_branch');
    expect(inputsOf(inFirst, 'stage1.0.conv2')).toEqual(['stage1.0.att_hidden2']);
  });

  test('stack at `output`, where the next unit’s `input` may stand between, in either order', () => {
    const post = { type: 'gate', at: 'output', label: 'post', where: { stages: [1], blocks: [0] } };
    const pre = { type: 'mix', at: 'input', label: 'pre', where: { stages: [1], blocks: [1] } };
    for (const attach of [
      [post, pre],
      [pre, post],
    ]) {
      expect(inputsOf(attach, 'stage1.1.conv1')).toEqual(['stage1.1.pre']);
      expect(inputsOf(attach, 'stage1.1.add')[1]).toBe('stage1.0.post');
      const producers = Object.fromEntries(assemble(attach).receipt.attachments.map((a) => [a.label, a.node]));
      expect(producers).toEqual({ post: 'stage1.0.post', pre: 'stage1.1.pre' });
      expect(inputsOf(attach, 'stage1.1.pre')).toContain('stage1.0.post');
    }
    const twice = [post, { ...post, type: 'mix', label: 'again' }];
    expect(inputsOf(twice, 'stage1.1.conv1')).toEqual(['stage1.0.again']);
    expect(inputsOf(twice, 'stage1.0.again')).toContain('stage1.0.post');
  });

  test('given labels are kept, or refused where something has them', () => {
    expect(nodesOf([{ type: 'gate', label: 'mine', where: { stages: [2] } }])).toEqual(['stage2.0.mine']);
    for (const label of ['conv1', 'add']) {
      expect(() => nodesOf([{ type: 'gate', label }])).toThrowError(failure('DuplicateName', 'attach'));
    }
    const twice = [
      { type: 'gate', label: 'a' },
      { type: 'mix', at: 'hidden', label: 'a' },
    ];
    expect(() => nodesOf(twice)).toThrowError(failure('DuplicateName', 'attach'));
  });
});

describe('overrides', () => {
  const scales = (entry: Entry) => {
    const { graph, receipt } = assemble([{ type: 'gate', scale: 3, ...entry }]);
    return receipt.attachments.map(({ node }) => {
      const gate = graph.nodes.find(({ name }) => name === `${node}.gate`)!;
      return (gate.attributes as { scale: number }).scale;
    });
  };

  test('change options for some units; the later one wins', () => {
    expect(scales({ overrides: [{ where: { stages: [2] }, scale: 5 }] })).toEqual([3, 3, 5]);
    const overlapping = [
      { where: { stages: [1] }, scale: 5 },
      { where: { blocks: 'last' }, scale: 7 },
    ];
    expect(scales({ overrides: overlapping })).toEqual([5, 7, 7]);
  });

  test('that select nothing are an error', () => {
    const override = (where: object) => ({ where: { stages: [1] }, overrides: [{ where, scale: 5 }] });
    expect(() => scales(override({ stages: [2] }))).toThrowError(
      failure('SelectorMatchedNothing', 'attach[0].overrides[0].where'),
    );
    expect(() => scales(override({ stages: [1, 9] }))).toThrowError(
      failure('SelectorMatchedNothing', 'attach[0].overrides[0].where.stages[1]'),
    );
  });
});

test('replacing an attention keeps sites and labels, and the names of what it gates', () => {
  const before = assembler.assemble('tiny_gate').receipt.attachments;
  const after = assembler.assemble({ extends: 'tiny_gate', replace: { gate: { type: 'mix' } } }).receipt.attachments;
  const places = (list: typeof before) =>
    list.map(({ node, site, label, producer, readers }) => ({ node, site, label, producer, readers }));
  expect(places(after)).toEqual(places(before));
  expect(after.every(({ type }) => type === 'mix')).toBe(true);
});

describe('features', () => {
  const features = (taps: (number | string)[]) => assemble([], { head: { type: 'features', taps } }).graph;

  test('end with the stage that they need', () => {
    expect(features([0]).nodes.map(({ name }) => name)).toEqual(['input', 'stem', 'stem_act']);
    expect(features([1]).outputs).toEqual(['stage1.1.act2']);
    expect(features(['stage1.0.conv1', 2]).outputs).toEqual(['stage1.0.conv1', 'stage2.0.act2']);
  });

  test('that are not there, or twice there, are errors', () => {
    expect(() => features([3])).toThrowError(failure('UnknownName', 'head.taps'));
    expect(() => features(['stage1.0.con1'])).toThrowError(
      expect.objectContaining({ code: 'UnknownName', suggestions: expect.arrayContaining(['stage1.0.conv1']) }),
    );
    expect(() => features([1, 1])).toThrowError(failure('DuplicateName', 'head.taps[1]'));
    expect(() => features([1, 'stage1.1.act2'])).toThrowError(failure('DuplicateName', 'head.taps[1]'));
  });
});
