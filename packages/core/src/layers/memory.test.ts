import { createAssembler } from '@senet/core';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { onBackends, runGraph, values } from '../../../../test/support/run.js';
import { tinyAttentions, tinyBackbones } from '../../../../test/support/tiny.js';

const assembler = createAssembler(tinyAttentions, tinyBackbones);
const config = {
  extends: 'tiny',
  attach: [{ type: 'gate' }, { type: 'mix', at: 'output', label: 'mix' }],
} as const;

onBackends('memory', () => {
  test('assembling, planning and drawing values allocate no tensor', () => {
    const { numTensors } = tf.memory();
    const net = assembler.assemble(config);
    expect(net.plan.params.total).toBeGreaterThan(0);
    expect(net.initialState().size).toBe(net.graph.parameters.size);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  test('a model holds its weights and no more, and dispose() frees them', () => {
    const { numTensors, numBytes } = tf.memory();
    const net = assembler.assemble(config);
    const model = net.toLayersModel();
    expect(tf.memory().numTensors - numTensors).toBe(net.graph.parameters.size);
    expect(tf.memory().numBytes - numBytes).toBe(4 * net.plan.params.total);
    model.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  test('a hundred times assembled, run and disposed, memory is as it was', () => {
    const x = values('input', [16, 16, 3]);
    const once = () => {
      const net = assembler.assemble(config);
      return runGraph(net.graph, x, net.initialState())[0]!.data;
    };
    const first = once();
    const { numTensors, numBytes, numDataBuffers } = tf.memory();
    for (let i = 0; i < 100; i++) expect(once()).toEqual(first);
    expect(tf.memory()).toMatchObject({ numTensors, numBytes, numDataBuffers });
  });
});
