/** What an ESM user writes, run in Node. */
import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core';
import { openRunner } from '@senet/run';
import { attentions } from '@senet/se';
import { loadFolder, saveFolder } from '@senet/weights/node';

const assembler = createAssembler(attentions, backbones);
const net = assembler.assemble({
  backbone: { type: 'resnet18', widths: [8, 8, 16, 16] },
  attach: [{ type: 'se' }],
  input: { shape: [32, 32, 3] },
});
await saveFolder(assembler, net, net.initialState(1), 'saved');
const { assembly } = await loadFolder(assembler, 'saved');
const runner = await openRunner('saved', { assembler, backend: 'wasm' });
const [logits] = await runner.run({ data: new Float32Array(32 * 32 * 3), shape: [1, 32, 32, 3] });
console.log(JSON.stringify({ total: assembly.plan.params.total, backend: runner.backend, logits: logits.data.length }));
runner.dispose();
