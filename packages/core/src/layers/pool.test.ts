import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pool, type Tensor } from '../../../../test/support/reference.js';
import { onBackends, runGraph, values } from '../../../../test/support/run.js';
import { arbitraryPoolWindow } from '../../../../test/support/windows.js';
import { GraphBuilder } from '../graph/builder.js';
import type { OpAttributes } from '../graph/ops/index.js';
import { slide } from '../graph/shape.js';

type Attributes = OpAttributes['pool'];

const attributes: fc.Arbitrary<Attributes> = fc
  .tuple(arbitraryPoolWindow(), fc.constantFrom('max' as const, 'average' as const), fc.boolean())
  .map(([{ kernel, strides, padding, ceil }, kind, counted]) => {
    return { kind, size: kernel, strides, padding, ceil, countPadding: kind === 'average' && counted };
  });

/** A pool over `x`, or over relu(x): then zeros may stand for −∞. */
function poolGraph(of: Attributes, shape: readonly (number | null)[], relu = false) {
  const g = new GraphBuilder();
  const x = g.input(shape);
  return g.finish([g.node('pool', [relu ? g.relu(x) : x], of)]);
}

const close = (tensor: Tensor) => Array.from(tensor.data, (value) => expect.closeTo(value, 5));

function fits({ size, ...window }: Attributes, height: number, width: number): boolean {
  try {
    slide(height, width, { kernel: size, ...window });
    return true;
  } catch {
    return false;
  }
}

onBackends('pool', () => {
  test.each([
    ['of any values', false],
    ['after a ReLU', true],
  ])('%s is what loops compute, in every window', (_, relu) => {
    fc.assert(
      fc.property(attributes, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (of, height, width) => {
        fc.pre(fits(of, height, width));
        const x = values('pool', [height, width, 2]);
        const [y] = runGraph(poolGraph(of, x.shape, relu), x);
        const expected = pool(relu ? { ...x, data: x.data.map((v) => Math.max(v, 0)) } : x, of);
        expect(y!.shape).toEqual(expected.shape);
        expect([...y!.data]).toEqual(close(expected));
      }),
      { numRuns: 250, seed: 21 },
    );
  });

  test.each(['max', 'average'] as const)('%s on maps of unknown size', (kind) => {
    fc.assert(
      fc.property(attributes, fc.integer({ min: 5, max: 9 }), fc.integer({ min: 5, max: 9 }), (of, height, width) => {
        const chosen = { ...of, kind, countPadding: kind === 'average' && of.countPadding };
        const x = values('open', [height, width, 2]);
        const [y] = runGraph(poolGraph(chosen, [null, null, 2]), x);
        expect([...y!.data]).toEqual(close(pool(x, chosen)));
      }),
      { numRuns: 100, seed: 22 },
    );
  });

  test('a map of open size that is too small for a window is refused', () => {
    const of = { kind: 'average', size: [2, 2], strides: [3, 3], padding: 'valid', ceil: true } as const;
    expect(() =>
      runGraph(poolGraph({ ...of, countPadding: false }, [null, null, 2]), values('x', [4, 1, 2])),
    ).toThrowError(expect.objectContaining({ code: 'ShapeMismatch', expected: 'at least 2 along width' }));
  });

  test('a max-pool of negative values never sees its padding', () => {
    const negative = { shape: [4, 4, 1], data: new Float32Array(16).fill(-7) };
    const of = { kind: 'max', size: [3, 3], strides: [2, 2], padding: [1, 1, 1, 1], ceil: false } as const;
    const [y] = runGraph(poolGraph({ ...of, countPadding: false }, [4, 4, 1]), negative);
    expect([...y!.data]).toEqual([-7, -7, -7, -7]);
  });

  test('an average that counts its padding is 2.25 times smaller in the corner', () => {
    const ones = { shape: [4, 4, 1], data: new Float32Array(16).fill(1) };
    const of = { kind: 'average', size: [3, 3], strides: [1, 1], padding: [1, 1, 1, 1], ceil: false } as const;
    const [counted] = runGraph(poolGraph({ ...of, countPadding: true }, [4, 4, 1]), ones);
    const [uncounted] = runGraph(poolGraph({ ...of, countPadding: false }, [4, 4, 1]), ones);
    expect(counted!.data[0]).toBeCloseTo(1 / 2.25, 6);
    expect(counted!.data[1]).toBeCloseTo(1 / 1.5, 6);
    expect(counted!.data[5]).toBeCloseTo(1, 6);
    expect([...uncounted!.data].map((v) => v.toFixed(5))).toEqual(Array(16).fill('1.00000'));
  });
});
