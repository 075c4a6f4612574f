import { basename } from 'node:path';
import type { Assembler } from '@senet/core/graph';
import { usageError } from '../arguments.js';
import { createSenetAssembler } from '../assembler.js';
import { COMMON, defineCommand } from '../command.js';
import { assembleModel, openModel } from '../models.js';
import { DIALECT } from '../network.js';
import { printInspection } from '../print/inspection.js';

/** `senet inspect`: what a file of weights holds, and which networks it fits. */
export const inspect = defineCommand({
  meta: { name: 'inspect', description: 'what a file of weights holds, and which recipes it fits' },
  args: {
    file: {
      type: 'positional',
      required: true,
      description: 'weights: safetensors, PyTorch, Keras, ONNX, NumPy, TensorFlow.js',
    },
    model: {
      type: 'string',
      valueHint: 'MODEL',
      description: 'say what differs from this recipe, config or saved folder',
    },
    dialect: DIALECT,
    ...COMMON,
  },
  async run({ file: path, model: reference, dialect }, output) {
    if (dialect !== undefined && reference === undefined) {
      throw usageError('says how to compare with a network, and none is given', {
        path: '--dialect',
        expected: '--model MODEL',
      });
    }
    const { compareWeights, describeWeights, identifyWeights } = await import('@senet/weights');
    const { readWeightsFile } = await import('@senet/weights/node');
    const assembler = createSenetAssembler();
    const file = await readWeightsFile(path);
    const compared = reference === undefined ? undefined : await openModel(assembler, reference);
    const answer = {
      file: basename(path),
      ...describeWeights(file),
      fits: identifyWeights(assembler as Assembler, file).map(({ config: _, ...fit }) => fit),
      ...(compared && {
        compared: { model: reference, ...compareWeights(assembleModel(assembler, compared), file, { dialect }) },
      }),
    };
    output.answer(answer, () => printInspection(answer));
  },
});
