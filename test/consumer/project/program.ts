/** What a TypeScript user writes; only its types are looked at. */
import { backbones } from '@senet/backbones';
import { type Assembly, createAssembler, defineAttention, SenetError } from '@senet/core';
import { type Plan, planGraph } from '@senet/core/graph';
import { importLayersModel } from '@senet/core/layers';
import { fileConfigSource } from '@senet/core/node';
import { openRunner, type Runner, wasmFrom } from '@senet/run';
import { attentions, se } from '@senet/se';
import { fetchFolder, readSafetensors } from '@senet/weights';
import { saveFolder } from '@senet/weights/node';
import * as tf from '@tensorflow/tfjs';

const assembler = createAssembler(attentions, backbones);
export const net: Assembly = assembler.assemble({ backbone: 'resnet50', attach: [{ type: 'se', ratio: 16 }] });
export const plan: Plan = net.plan;
export const model: tf.LayersModel = net.toLayersModel();
export const macs: number | null = planGraph(importLayersModel(model).graph).macs;

const image = tf.input({ shape: [32, 32, 3] });
export const gated: tf.SymbolicTensor = se({ ratio: 4 }).apply(image);

export async function run(address: string): Promise<Float32Array> {
  const runner: Runner = await openRunner(address, { assembler, backends: [wasmFrom('/wasm/')] });
  const { assembly, state } = await fetchFolder(assembler, address);
  await saveFolder(assembler, assembly, state, 'out');
  const [logits] = await runner.run({ data: new Float32Array(3), shape: [1, 1, 1, 3] });
  return logits!.data;
}

export const others = [defineAttention, fileConfigSource, readSafetensors, SenetError];

// @ts-expect-error a backbone that is not registered
assembler.assemble({ backbone: 'resnet5000' });
// @ts-expect-error an option that SE does not have
assembler.assemble({ backbone: 'resnet50', attach: [{ type: 'se', ratios: 16 }] });
