import '@senet/core/layers';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { scaled, seGates } from '../../../test/support/attention.js';
import type { Tensor } from '../../../test/support/reference.js';
import { onBackends, values } from '../../../test/support/run.js';
import { cbam, eca, se } from './index.js';

const SHAPE = [4, 5, 8];

function modelOf(apply: (x: tf.SymbolicTensor) => tf.SymbolicTensor, shape: (number | null)[] = SHAPE): tf.LayersModel {
  const x = tf.input({ shape });
  return tf.model({ inputs: x, outputs: apply(x) });
}

const names = (model: tf.LayersModel) => model.layers.slice(1).map(({ name }) => name);

function predict(model: tf.LayersModel, shape: readonly number[] = SHAPE): number[] {
  return tf.tidy(() => [...(model.predict(tf.tensor(values('x', shape).data, [1, ...shape])) as tf.Tensor).dataSync()]);
}

onBackends('apply', () => {
  test('is the attention, on weights of its own', () => {
    const model = modelOf((x) => se({ ratio: 4, rounding: 'floor' }).apply(x, { name: 'mine' }));
    expect(model.outputs[0]!.shape).toEqual([null, ...SHAPE]);
    const weights = (layer: string) =>
      model
        .getLayer(`mine.${layer}`)
        .getWeights()
        .map((w) => w.dataSync());
    const [[fc1, fc1Bias], [fc2, fc2Bias]] = [weights('fc1'), weights('fc2')];
    const gates = seGates(values('x', SHAPE), { fc1: fc1!, fc1Bias: fc1Bias!, fc2: fc2!, fc2Bias: fc2Bias! });
    expect(new Set(gates).size).toBe(8);
    const expected = scaled(values('x', SHAPE), gates);
    expect(predict(model)).toEqual([...expected.data].map((v) => expect.closeTo(v, 5)));
    model.dispose();
  });

  test.each([
    ['se', se({ ratio: 4 })],
    ['eca', eca()],
    ['cbam', cbam({ ratio: 4 })],
  ])('%s works on maps of any size', (_, attention) => {
    const model = modelOf((x) => attention.apply(x), [null, null, 8]);
    for (const shape of [
      [3, 3, 8],
      [6, 2, 8],
    ]) {
      expect(predict(model, shape).every(Number.isFinite)).toBe(true);
      expect(predict(model, shape)).toHaveLength(shape[0]! * shape[1]! * 8);
    }
    model.dispose();
  });

  test('leaves nothing behind but the weights, and those until dispose()', () => {
    const { numTensors } = tf.memory();
    const model = modelOf((x) => cbam({ ratio: 4 }).apply(x));
    expect(tf.memory().numTensors - numTensors).toBe(7);
    predict(model);
    expect(tf.memory().numTensors - numTensors).toBe(7);
    model.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  test('trains', async () => {
    const model = modelOf((x) => se({ ratio: 4, rounding: 'floor' }).apply(x));
    const before = predict(model);
    model.compile({ optimizer: tf.train.sgd(0.5), loss: 'meanSquaredError' });
    const x = tf.tensor(values('x', SHAPE).data, [1, ...SHAPE]);
    const first = await model.trainOnBatch(x, tf.zerosLike(x)).catch((error: Error) => error);
    // Stock wasm has no gradient of a convolution's filter: that is what @senet/wasm is for.
    if (first instanceof Error) return expect(tf.getBackend()).toBe('wasm');
    expect(await model.trainOnBatch(x, tf.zerosLike(x))).toBeLessThan(first as number);
    expect(predict(model)).not.toEqual(before);
  });
});

test('names are numbered through the program, or start with the given one', () => {
  const [one, two] = [1, 2].map(() => names(modelOf((x) => eca().apply(x)))) as [string[], string[]];
  const number = Number(/^eca(?:_(\d+))?\./.exec(one[0]!)?.[1] ?? 0);
  expect(one.every((name) => name.startsWith(number === 0 ? 'eca.' : `eca_${number}.`))).toBe(true);
  expect(two.every((name) => name.startsWith(`eca_${number + 1}.`))).toBe(true);
  expect(names(modelOf((x) => se().apply(x, { name: 'block1.se' })))).toEqual(
    expect.arrayContaining(['block1.se.fc1', 'block1.se.fc2', 'block1.se.gate']),
  );
});

test('weights follow from the name: the same name starts with the same values', () => {
  const kernel = (name: string) => {
    const model = modelOf((x) => se().apply(x, { name }));
    return [...model.getLayer(`${name}.fc1`).getWeights()[0]!.dataSync()];
  };
  expect(kernel('a')).toEqual(kernel('a'));
  expect(kernel('a')).not.toEqual(kernel('b'));
});

test('shared() has one set of weights for all of its calls', () => {
  const shared = se({ ratio: 4, rounding: 'floor' }).shared({ name: 'both' });
  const model = modelOf((x) => shared.apply(shared.apply(x)));
  expect(model.countParams()).toBe(2 * 8 * 2 + 2 + 8);
  expect(names(model).filter((name) => /\.fc\d$/.test(name))).toEqual(['both.fc1', 'both.fc2']);
  const x = values('x', SHAPE);
  const weights = (layer: string) =>
    model
      .getLayer(`both.${layer}`)
      .getWeights()
      .map((w) => w.dataSync());
  const [[fc1, fc1Bias], [fc2, fc2Bias]] = [weights('fc1'), weights('fc2')];
  const once = (value: Tensor) =>
    scaled(value, seGates(value, { fc1: fc1!, fc1Bias: fc1Bias!, fc2: fc2!, fc2Bias: fc2Bias! }));
  expect(predict(model)).toEqual([...once(once(x)).data].map((v) => expect.closeTo(v, 5)));
  expect(modelOf((v) => se().apply(se().apply(v))).countParams()).toBe(2 * (2 * 8 * 8 + 16));
});

test('keeps its weights where two models share it', () => {
  const shared = eca().shared();
  const one = modelOf((x) => shared.apply(x));
  const before = predict(one);
  const other = modelOf((x) => shared.apply(x));
  expect(predict(one)).toEqual(before);
  expect(predict(other)).toEqual(before);
});

test('refuses what is no map', () => {
  const vector = tf.input({ shape: [8] });
  expect(() => se().apply(vector)).toThrowError(expect.objectContaining({ code: 'ShapeMismatch' }));
});
