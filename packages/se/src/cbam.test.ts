import { initialState } from '@senet/core/graph';
import { expect, test } from 'vitest';
import { alone, dense, largest, mean, overSpace, scaled, sigmoid } from '../../../test/support/attention.js';
import { conv2d, type Tensor } from '../../../test/support/reference.js';
import { onBackends } from '../../../test/support/run.js';
import { cbam } from './cbam.js';

type State = ReadonlyMap<string, Float32Array>;

/** Woo et al. 2018, equations 2 and 3. */
function reference(x: Tensor, state: State, kernel: number, epsilon: number): Tensor {
  const [height, width, channels] = x.shape as [number, number, number];
  const mlp = (squeezed: number[]) => {
    const hidden = dense(squeezed, state.get('channel.fc1.weight')!, state.get('channel.fc1.bias'));
    return dense(
      hidden.map((v) => Math.max(v, 0)),
      state.get('channel.fc2.weight')!,
      state.get('channel.fc2.bias'),
    );
  };
  const [byMean, byMax] = [mlp(overSpace(x, mean)), mlp(overSpace(x, largest))];
  const refined = scaled(
    x,
    byMean.map((v, c) => sigmoid(v + byMax[c]!)),
  );
  const pixels = Array.from({ length: height * width }, (_, i) => [
    ...refined.data.slice(i * channels, (i + 1) * channels),
  ]);
  const maps = { shape: [height, width, 2], data: pixels.flatMap((pixel) => [mean(pixel), largest(pixel)]) };
  const weight = { shape: [kernel, kernel, 2, 1], data: state.get('spatial.conv.conv.weight')! };
  const same = { kernel: [kernel, kernel], strides: [1, 1], dilation: [1, 1], padding: 'same' } as const;
  const [gamma, beta, mu, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
    (role) => state.get(`spatial.conv.bn.${role}`)![0]!,
  ) as [number, number, number, number];
  const gates = Array.from(conv2d(maps, weight, same).data, (v) =>
    sigmoid((gamma * (v - mu)) / Math.sqrt(variance + epsilon) + beta),
  );
  return { shape: x.shape, data: refined.data.map((v, i) => v * gates[Math.floor(i / channels)]!) };
}

onBackends('cbam', () => {
  test.each([
    ['as the paper has it', { ratio: 4 }, 7, 1e-5],
    ['with biases, another kernel and epsilon', { ratio: 4, bias: true, kernel: 3, epsilon: 0.5 }, 3, 0.5],
  ])('%s', (_, options, kernel, epsilon) => {
    const { run, state, input, reduced } = alone(cbam(options), [6, 5, 8]);
    expect(reduced).toBe(2);
    expect([...run().data]).toEqual(
      Array.from(reference(input, state, kernel, epsilon).data, (v) => expect.closeTo(v, 5)),
    );
  });

  test('starts as the identity with init identity', () => {
    const { graph, run, input } = alone(cbam({ ratio: 4 }), [6, 5, 8], 'identity');
    expect([...run(initialState(graph)).data]).toEqual([...input.data]);
  });
});

test('its two squeezes share one set of weights, under timm’s keys', () => {
  const { graph } = alone(cbam(), [4, 4, 32]);
  expect([...graph.parameters].map(([key, { shape }]) => `${key} ${shape.join('×')}`)).toEqual([
    'channel.fc1.weight 1×1×32×2',
    'channel.fc2.weight 1×1×2×32',
    'spatial.conv.conv.weight 7×7×2×1',
    'spatial.conv.bn.weight 1',
    'spatial.conv.bn.bias 1',
    'spatial.conv.bn.running_mean 1',
    'spatial.conv.bn.running_var 1',
  ]);
});
