import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { onBackends, values } from '../../../../test/support/run.js';
import { GraphBuilder } from '../graph/builder.js';
import { ACTIVATIONS } from '../graph/ops/elementwise.js';
import { compile } from './compile.js';
import { OpLayer } from './op-layer.js';

/** As it comes back from a file: the topology as text, the weights as bytes. */
async function saveAndLoad(model: tf.LayersModel): Promise<tf.LayersModel> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler(async (saved) => {
    const { weightData, ...json } = saved;
    artifacts = { ...JSON.parse(JSON.stringify(json)), weightData };
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  await model.save(handler);
  return tf.loadLayersModel(tf.io.fromMemory(artifacts!));
}

/** Every op that becomes an `OpLayer`, grouped convolution, sharing, and stock layers between them. */
function zoo() {
  const g = new GraphBuilder('zoo');
  const x = g.input([9, 8, 4]);
  const around = { padding: [1, 1, 1, 1] as const, size: 3 };
  const conv = g.conv2d(x, { filters: 8, kernel: 3, groups: 2, padding: around.padding, name: 'layer1.0.conv' });
  const norm = g.batchNormalization(conv, { name: 'layer1.0.bn' });
  const strongest = g.maxPool(norm, { ...around, strides: 2, name: 'max' }); // of any sign, on an even width: no stock layer
  const acts = ACTIVATIONS.map((activation, i) => g.activation(strongest, activation, { name: `act${i}` }));
  const pools = [
    g.averagePool(strongest, { ...around, strides: 1, countPadding: true, name: 'mean' }),
    g.averagePool(strongest, { ...around, strides: 1, ceil: true, name: 'ceil' }),
  ];
  const gate = g.affine(g.reduce(strongest, { kind: 'sum', name: 'total' }), { scale: 0.01, offset: 1, name: 'gate' });
  const spatial = g.reduce(strongest, { over: 'channels', kind: 'max', name: 'spatial' });
  const merged = g.node('gateAddRelu', [g.average([...acts, ...pools]), gate, strongest], {}, { name: 'merged' });
  const y = g.multiply([merged, gate, spatial], { name: 'gated' });
  const pooled = g.reduce(y, { keepDims: false, name: 'pool' });
  const fc = g.dense(pooled, { units: 8, name: 'fc' });
  return g.finish([g.softmax(g.dense(fc, { units: 8, name: 'again', share: fc }))]);
}

onBackends('a saved model', () => {
  test('opens with equal outputs, names and custom layers', async () => {
    const graph = zoo();
    const state = new Map([...graph.parameters.values()].map(({ key, shape }) => [key, values(key, shape, 0.5).data]));
    for (const [key, data] of state) if (key.endsWith('running_var')) data.forEach((v, i) => void (data[i] = v + 1));
    const model = compile(graph, { state });
    const loaded = await saveAndLoad(model);
    expect(loaded.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
    const custom = loaded.layers.filter((layer) => layer instanceof OpLayer) as OpLayer[];
    expect(new Set(custom.map(({ op }) => op))).toEqual(
      new Set(['activation', 'affine', 'gateAddRelu', 'pool', 'reduce']),
    );
    const x = tf.tensor4d(values('x', [9, 8, 4]).data, [1, 9, 8, 4]);
    const run = (m: tf.LayersModel) => tf.tidy(() => [...(m.predict(x) as tf.Tensor).dataSync()]);
    expect(run(model)).toHaveLength(8);
    expect(run(loaded)).toEqual(run(model));
    tf.dispose(x);
    model.dispose();
    loaded.dispose();
  });
});

describe('OpLayer', () => {
  test('is saved as SenetOp with its op and attributes', () => {
    const attributes = { scale: 2, offset: 1 };
    const layer = new OpLayer({ op: 'affine', attributes, name: 'a' });
    expect(layer.getClassName()).toBe('SenetOp');
    expect(layer.getConfig()).toMatchObject({ name: 'a', op: 'affine', attributes });
    expect(layer.computeOutputShape([null, 4, null, 2])).toEqual([null, 4, null, 2]);
  });

  test('refuses an op that it does not know', () => {
    expect(() => new OpLayer({ op: 'conv2d' as never, attributes: {} as never })).toThrowError(
      expect.objectContaining({ code: 'UnmappedOp', expected: 'one of activation, affine, gateAddRelu, pool, reduce' }),
    );
  });
});
