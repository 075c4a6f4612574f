import '../testing/relaxed.js';
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, test } from 'vitest';
import { install, uninstall } from '../install.js';
import { difference, random, randomValues, resultsOn } from '../testing/compare.js';

afterAll(uninstall);

describe.each(['plain', 'relaxed'] as const)('tf.layers.depthwiseConv2d, %s SIMD', (simd) => {
  test.each(
    (['relu', 'relu6', 'sigmoid', undefined] as const).flatMap((activation) =>
      [true, false].map((useBias) => [activation, useBias] as const),
    ),
  )(
    'activation %s, bias %s: the outputs of the cpu backend, in one kernel where it can',
    async (activation, useBias) => {
      await tf.setBackend('wasm');
      await install(tf, { simd });
      const layer = tf.layers.depthwiseConv2d({
        ...{ kernelSize: 3, strides: 2, padding: 'same', inputShape: [9, 7, 6], useBias, activation },
        biasInitializer: tf.initializers.randomNormal({ stddev: 2, seed: 1 }),
        depthwiseInitializer: tf.initializers.randomNormal({ stddev: 2, seed: 2 }),
      });
      const model = tf.sequential({ layers: [layer] });
      const x = randomValues(random(1), [2, 9, 7, 6]);
      const run = (x: tf.Tensor) => model.predict(x) as tf.Tensor;
      const [expected] = await resultsOn('cpu', run, [x]);
      const [found] = await resultsOn('wasm', run, [x]);
      expect(difference(found!, expected!)).toBeLessThan(1e-5);
      if (useBias || activation) expect(kernelsOf(() => run(tf.zeros(x.shape)))).toContain('FusedDepthwiseConv2D');
      model.dispose();
    },
  );
});

/** Names of the kernels that a piece of work runs. */
function kernelsOf(work: () => unknown): string[] {
  const names: string[] = [];
  const engine = tf.engine();
  const { runKernel } = engine;
  engine.runKernel = (name, ...rest) => {
    names.push(name);
    return runKernel.call(engine, name, ...rest) as never;
  };
  tf.tidy(() => void work());
  engine.runKernel = runKernel;
  return names;
}
