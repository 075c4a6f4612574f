import fc from 'fast-check';
import { expect, test } from 'vitest';
import { axesOf, conv2d, windowStarts } from '../../../../test/support/reference.js';
import { onBackends, runGraph, values } from '../../../../test/support/run.js';
import { arbitraryWindow } from '../../../../test/support/windows.js';
import { GraphBuilder } from '../graph/builder.js';
import type { Node } from '../graph/node.js';

const size = fc.integer({ min: 1, max: 9 });
const windows = fc.oneof(arbitraryWindow(), arbitraryWindow({ dilated: true }));

/** The graph of one layer, with values for its parameters. */
function layer(shape: readonly (number | null)[], build: (g: GraphBuilder, x: Node) => Node) {
  const g = new GraphBuilder();
  const graph = g.finish([build(g, g.input(shape))]);
  const tensors = new Map([...graph.parameters.values()].map(({ key, shape }) => [key, values(key, shape)]));
  return { graph, tensors, state: new Map([...tensors].map(([key, { data }]) => [key, data])) };
}

onBackends('convolution', () => {
  test('conv2d is what loops compute, in every window', () => {
    fc.assert(
      fc.property(windows, size, size, fc.boolean(), (window, height, width, bias) => {
        const axes = axesOf(window.kernel, window.strides, window.padding, window);
        fc.pre(windowStarts(height, axes[0]).length > 0 && windowStarts(width, axes[1]).length > 0);
        const x = values('map', [height, width, 3]);
        const { graph, tensors, state } = layer(x.shape, (g, input) =>
          g.conv2d(input, { filters: 2, ...window, bias, name: 'c' }),
        );
        const [y] = runGraph(graph, x, state);
        const expected = conv2d(x, tensors.get('c.weight')!, window, 1, state.get('c.bias'));
        expect(y!.shape).toEqual(expected.shape);
        expect([...y!.data]).toEqual(Array.from(expected.data, (value) => expect.closeTo(value, 4)));
      }),
      { numRuns: 250, seed: 31 },
    );
  });

  test('depthwiseConv2d is what loops compute, with multipliers', () => {
    fc.assert(
      fc.property(windows, size, size, fc.integer({ min: 1, max: 2 }), (window, height, width, multiplier) => {
        const axes = axesOf(window.kernel, window.strides, window.padding, window);
        fc.pre(windowStarts(height, axes[0]).length > 0 && windowStarts(width, axes[1]).length > 0);
        const x = values('map', [height, width, 3]);
        const { graph, tensors, state } = layer(x.shape, (g, input) =>
          g.depthwiseConv2d(input, { ...window, multiplier, name: 'd' }),
        );
        const [y] = runGraph(graph, x, state);
        const weight = { shape: [...window.kernel, 1, 3 * multiplier], data: tensors.get('d.weight')!.data };
        const expected = conv2d(x, weight, window, 3, state.get('d.bias'));
        expect(y!.shape).toEqual(expected.shape);
        expect([...y!.data]).toEqual(Array.from(expected.data, (value) => expect.closeTo(value, 4)));
      }),
      { numRuns: 250, seed: 32 },
    );
  });

  test("explicit padding on maps of unknown size: torch's, not TensorFlow's", () => {
    const window = { kernel: [3, 3], strides: [2, 2], dilation: [1, 1], padding: [1, 1, 1, 1] } as const;
    const { graph, tensors, state } = layer([null, null, 2], (g, x) =>
      g.conv2d(x, { filters: 1, ...window, name: 'c' }),
    );
    for (const along of [6, 7]) {
      const x = values('map', [along, along, 2]);
      const expected = conv2d(x, tensors.get('c.weight')!, window, 1, state.get('c.bias'));
      const [y] = runGraph(graph, x, state);
      expect([...y!.data]).toEqual(Array.from(expected.data, (value) => expect.closeTo(value, 5)));
      const same = conv2d(x, tensors.get('c.weight')!, { ...window, padding: 'same' }, 1, state.get('c.bias'));
      if (along === 6) expect(same.data[0]).not.toBeCloseTo(y!.data[0]!, 3);
    }
  });

  test("refuses 'same' with a stride above the kernel where sizes are unknown: wasm computes it wrong", () => {
    const window = { kernel: [1, 3], strides: [1, 4], padding: 'same' } as const;
    const open = layer([null, null, 2], (g, x) => g.conv2d(x, { filters: 1, ...window, name: 'c' }));
    expect(() => runGraph(open.graph, values('map', [4, 4, 2]))).toThrowError(
      expect.objectContaining({ code: 'UnmappedOp', path: 'c', expected: 'an input of known height and width' }),
    );
  });

  test('conv1d keeps its steps and sums over its neighbours', () => {
    const { graph, state } = layer([5, 1], (g, x) => g.conv1d(x, { filters: 1, kernel: 3, bias: false, name: 'c' }));
    const w = state.get('c.weight')!;
    const data = Float32Array.from([1, 2, 3, 4, 5]);
    const [y] = runGraph(graph, { shape: [5, 1], data }, state);
    const expected = [...data].map((v, i) => w[0]! * (data[i - 1] ?? 0) + w[1]! * v + w[2]! * (data[i + 1] ?? 0));
    expect([...y!.data]).toEqual(expected.map((value) => expect.closeTo(value, 5)));
  });
});
