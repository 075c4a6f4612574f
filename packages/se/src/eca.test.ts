import { initialState } from '@senet/core/graph';
import { expect, test } from 'vitest';
import { alone, mean, overSpace, scaled, sigmoid } from '../../../test/support/attention.js';
import { onBackends } from '../../../test/support/run.js';
import { eca, ecaKernel } from './eca.js';

test.each([
  [1, 3],
  [16, 3],
  [64, 3],
  [128, 5], // (7 + 1) / 2 = 4, made odd
  [256, 5],
  [512, 5],
  [1024, 5],
  [2048, 7], // (11 + 1) / 2 = 6, made odd
  [65536, 9],
])('kernel for %d channels: %d', (channels, kernel) => expect(ecaKernel(channels)).toBe(kernel));

test('gamma and beta move the kernel', () => {
  expect([ecaKernel(256, 1), ecaKernel(256, 2, 8), ecaKernel(256, 1, -9)]).toEqual([9, 9, 3]);
});

onBackends('eca', () => {
  test.each([
    ['by the rule', {}, 3],
    ['as given', { kernel: 5 }, 5],
  ])('is a convolution across the channels’ means: kernel %s', (_, options, kernel) => {
    const { run, state, input, graph } = alone(eca(options), [4, 3, 8]);
    expect([...graph.parameters.keys()]).toEqual(['conv.weight']);
    const w = state.get('conv.weight')!;
    expect(w).toHaveLength(kernel);
    const means = overSpace(input, mean);
    const gates = means.map((_, c) =>
      sigmoid(w.reduce((sum, v, i) => sum + v * (means[c + i - (kernel - 1) / 2] ?? 0), 0)),
    );
    expect([...run().data]).toEqual([...scaled(input, gates).data].map((v) => expect.closeTo(v, 5)));
  });

  test('starts as the identity with init identity', () => {
    const { graph, run, input } = alone(eca(), [4, 3, 8], 'identity');
    expect([...run(initialState(graph)).data]).toEqual([...input.data]);
  });
});

test.each<[object]>([
  [{ kernel: 4 }],
  [{ kernel: 0 }],
  [{ gamma: 0 }],
  [{ gamma: 1e-300 }],
  [{ beta: 1e9 }],
  [{ ratio: 4 }],
])('refuses %j', (options) => {
  expect(() => eca(options as never)).toThrowError(expect.objectContaining({ code: 'ConfigInvalid' }));
});
