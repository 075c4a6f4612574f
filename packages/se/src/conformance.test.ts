import {
  type AttentionDefinition,
  channelsOf,
  defineAttention,
  type GraphBuilder,
  type Node,
  zeros,
} from '@senet/core/graph';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { cbam, checkAttention, eca, se } from './index.js';

test.each([
  ['se', se],
  ['se without biases', se({ bias: false })],
  ['se with another gate', se({ gate: 'tanh', squeeze: 'avg+max', activation: 'gelu' })],
  ['eca', eca],
  ['cbam', cbam],
])('%s passes', (_, attention) => {
  const { passed, checks } = checkAttention(attention);
  expect(checks.filter(({ problem }) => problem !== undefined)).toEqual([]);
  expect(passed).toBe(true);
  expect(checks.map(({ name }) => name)).toContain('builds with init identity');
  expect(checks.length).toBeGreaterThanOrEqual(9);
});

const layer = (g: GraphBuilder, x: Node, bias = true) =>
  g.conv2d(g.reduce(x), { filters: channelsOf(x), kernel: 1, bias, name: 'fc' });

function mine(build: AttentionDefinition<'mine', z.ZodObject>['build'], identity = false) {
  return defineAttention({ type: 'mine', options: z.object({}), build, identity });
}

describe('finds what is wrong with', () => {
  let built = 0;
  test.each<[string, ReturnType<typeof mine>, string[]]>([
    [
      'a shape that changes',
      mine((g, x) => g.conv2d(x, { filters: 3, kernel: 1, name: 'fc' })),
      ['keeps the shape [8,8,16]', 'depends on its input', 'stands twice in one graph'],
    ],
    [
      'one size only',
      mine((g, x) => g.multiply([x, g.conv2d(x, { filters: 1, kernel: 8, name: 'fc' })])),
      ['keeps the shape [7,5,24]', 'keeps the shape [1,1,32]'],
    ],
    ['its own input as output', mine((_g, x) => x), ['depends on its input']],
    [
      'a parameter that goes nowhere',
      mine((g, x) => {
        layer(g, x);
        return g.sigmoid(x);
      }),
      ['depends on each of its parameters'],
    ],
    ['names that differ', mine((g, x) => g.sigmoid(x, { name: `gate${built++}` })), ['builds the same names twice']],
    [
      'an identity that is none',
      mine((g, x) => g.multiply([x, g.sigmoid(layer(g, x))]), true),
      ['builds with init identity'],
    ],
    [
      'an identity gate of one half',
      mine((g, x, _options, { init }) => {
        const initializers = init === 'identity' ? { kernel: zeros } : undefined;
        const fc = g.conv2d(g.reduce(x), { filters: channelsOf(x), kernel: 1, name: 'fc', initializers });
        return g.multiply([x, g.sigmoid(fc)]);
      }, true),
      ['builds with init identity'],
    ],
  ])('%s', (_, attention, wrong) => {
    const { passed, checks } = checkAttention(attention);
    expect(passed).toBe(false);
    const problems = checks.filter(({ problem }) => problem !== undefined).map(({ name }) => name);
    expect(problems).toEqual(expect.arrayContaining(wrong));
  });

  test('an output that does not read its input', () => {
    const blind = mine((g, x) => {
      const other = g.input(x.shape, 'other');
      return g.sigmoid(other);
    });
    const { checks } = checkAttention(blind);
    expect(checks.find(({ name }) => name === 'depends on its input')).toHaveProperty('problem');
  });

  test('options that are not strict', () => {
    const loose = Object.assign(() => se(), se) as unknown as typeof se;
    const { checks } = checkAttention({ ...se(), descriptor: loose });
    expect(checks.find(({ name }) => name === 'refuses unknown options')?.problem).toBe('an unknown option is ignored');
  });
});

test('identity is shown for residual forms, too', () => {
  const residual = mine((g, x, _options, { init }) => {
    const initializers = init === 'identity' ? { kernel: zeros, bias: zeros } : undefined;
    return g.add([x, g.conv2d(x, { filters: channelsOf(x), kernel: 1, name: 'out', initializers })]);
  }, true);
  expect(checkAttention(residual).passed).toBe(true);
});
