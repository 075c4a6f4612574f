import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axesOf, windowStarts } from '../../../../test/support/reference.js';
import { arbitraryPoolWindow, arbitraryWindow } from '../../../../test/support/windows.js';
import { slide } from '../graph/shape.js';
import { fullPadding, stockPadding } from './padding.js';

const size = fc.integer({ min: 1, max: 17 });
const window = fc.oneof(arbitraryWindow(), arbitraryWindow({ dilated: true }), arbitraryPoolWindow());

describe('stockPadding', () => {
  test('names a padding of TensorFlow.js only where its windows are the stated ones', () => {
    let [valid, same] = [0, 0];
    fc.assert(
      fc.property(window, size, size, (window, height, width) => {
        const axes = axesOf(window.kernel, window.strides, window.padding, window);
        const starts = axes.map((axis, i) => windowStarts([height, width][i]!, axis));
        fc.pre(starts.every((windows) => windows.length > 0));
        const padding = stockPadding(window, [height, width]);
        if (padding === 'explicit') return;
        if (padding === 'valid') valid++;
        else same++;
        const stock = axes.map((axis, i) => windowStarts([height, width][i]!, { ...axis, padding, ceil: false }));
        expect(stock).toEqual(starts);
      }),
      { numRuns: 2000, seed: 11 },
    );
    expect(valid).toBeGreaterThan(200);
    expect(same).toBeGreaterThan(200);
  });

  test('on maps of unknown size names only what is right for every size', () => {
    fc.assert(
      fc.property(window, size, size, (window, height, width) => {
        const padding = stockPadding(window, [null, null]);
        fc.pre(padding !== 'explicit');
        const axes = axesOf(window.kernel, window.strides, window.padding, window);
        for (const [i, axis] of axes.entries()) {
          const along = [height, width][i]!;
          expect(windowStarts(along, { ...axis, padding, ceil: false })).toEqual(windowStarts(along, axis));
        }
      }),
      { numRuns: 1000, seed: 12 },
    );
  });

  test.each([
    ['torch at stride 2 on an even map is not same', [2, 2], [1, 1, 1, 1], 32, 'explicit'],
    ['torch at stride 2 on an odd map is', [2, 2], [1, 1, 1, 1], 33, 'same'],
    ['torch at stride 1 is', [1, 1], [1, 1, 1, 1], 32, 'same'],
    ['no padding', [2, 2], [0, 0, 0, 0], 32, 'valid'],
  ] as const)('%s', (_, strides, padding, along, expected) => {
    expect(stockPadding({ kernel: [3, 3], strides, padding }, [along, along])).toBe(expected);
  });

  test("Caffe's ceil pool is same on even maps and valid on odd ones", () => {
    const window = { kernel: [3, 3], strides: [2, 2], padding: 'valid', ceil: true } as const;
    expect(stockPadding(window, [112, 112])).toBe('same');
    expect(stockPadding(window, [113, 113])).toBe('valid');
    expect(stockPadding(window, [112, 113])).toBe('explicit');
  });
});

test('fullPadding reaches from the first window to the last, and covers what is stated', () => {
  fc.assert(
    fc.property(window, size, size, (window, height, width) => {
      const axes = axesOf(window.kernel, window.strides, window.padding, window);
      const starts = axes.map((axis, i) => windowStarts([height, width][i]!, axis));
      fc.pre(starts.every((windows) => windows.length > 0));
      const full = fullPadding(window, [height, width]);
      const asValid = { ...window, padding: 'valid', ceil: false } as const;
      const padded = [height + full[0] + full[1], width + full[2] + full[3]] as const;
      expect(slide(...padded, asValid)).toEqual(starts.map((windows) => windows.length));
      expect([-full[0], -full[2]]).toEqual(starts.map(([first]) => (first === 0 ? -0 : first)));
    }),
    { numRuns: 1000, seed: 13 },
  );
});
