import type { Assembler, Shape } from '@senet/core/graph';
import { usageError, wholeNumber } from '../arguments.js';
import { createSenetAssembler, type SenetConfig } from '../assembler.js';
import { COMMON, defineCommand } from '../command.js';
import { assembleModel, MODEL, type Model, openModel } from '../models.js';
import { printPlan } from '../print/plan.js';

const LARGEST = 16384;

/** `senet plan`: what a network has and costs, without a tensor. */
export const plan = defineCommand({
  meta: { name: 'plan', description: 'shapes, parameters, MACs and activations, by stage and by attachment' },
  args: {
    model: MODEL,
    input: { type: 'string', valueHint: 'HxWxC', description: 'another input shape' },
    size: { type: 'string', valueHint: 'N', description: 'another input size: N×N, with the same channels' },
    ...COMMON,
  },
  async run({ model: reference, input, size }, output) {
    const assembler = createSenetAssembler();
    const model = await openModel(assembler, reference);
    const assembly = assembleModel(assembler, model, inputShape(assembler, model, input, size));
    output.answer({ ...assembly.plan, receipt: assembly.receipt }, () => printPlan(assembly.plan));
  },
});

function inputShape(
  assembler: Assembler<SenetConfig>,
  { config, location }: Model,
  input: string | undefined,
  size: string | undefined,
): Shape | undefined {
  if (input !== undefined && size !== undefined) throw usageError('--input and --size exclude each other');
  const side = wholeNumber(size, '--size', { min: 1, max: LARGEST });
  if (side !== undefined) return [side, side, assembler.resolve(config, { location }).input.shape[2]];
  return input === undefined ? undefined : parseShape(input);
}

function parseShape(text: string): Shape {
  const shape = /^\d+[x×]\d+[x×]\d+$/i.test(text) ? text.split(/[x×]/i).map(Number) : [];
  if (shape.length === 3 && shape.every((dimension) => dimension >= 1 && dimension <= LARGEST)) return shape;
  throw usageError(`'${text.slice(0, 80)}' is no shape`, { path: '--input', expected: 'HxWxC, as 224x224x3' });
}
