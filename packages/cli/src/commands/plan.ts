import type { Assembler, Assembly, Shape } from '@senet/core/graph';
import { usageError, wholeNumber } from '../arguments.js';
import { createSenetAssembler, type SenetConfig } from '../assembler.js';
import { COMMON, defineCommand } from '../command.js';
import { assembleModel, MODEL, type Model, openModel } from '../models.js';
import type { Output } from '../output.js';
import { printPlan } from '../print/plan.js';

const LARGEST = 16384;
const FORMATS = ['svg', 'mermaid', 'html', 'md'] as const;
type Format = (typeof FORMATS)[number];

/** `senet plan`: what a network has and costs, without a tensor. */
export const plan = defineCommand({
  meta: { name: 'plan', description: 'shapes, parameters, MACs and activations, by stage and by attachment' },
  args: {
    model: MODEL,
    input: { type: 'string', valueHint: 'HxWxC', description: 'another input shape' },
    size: { type: 'string', valueHint: 'N', description: 'another input size: N×N, with the same channels' },
    format: {
      type: 'enum',
      options: [...FORMATS],
      description: 'a picture in place of the table: svg, mermaid, html or md',
    },
    out: { type: 'string', valueHint: 'FILE', description: 'write the picture there' },
    ...COMMON,
  },
  async run({ model: reference, input, size, format, out, json }, output) {
    if (out !== undefined && format === undefined)
      throw usageError('is for pictures', { path: '--out', expected: '--format' });
    if (json && format !== undefined) throw usageError('--json and --format exclude each other');
    const assembler = createSenetAssembler();
    const model = await openModel(assembler, reference);
    const assembly = assembleModel(assembler, model, inputShape(assembler, model, input, size));
    if (format !== undefined) return draw(assembly, format as Format, out, output);
    output.answer({ ...assembly.plan, receipt: assembly.receipt }, () => printPlan(assembly.plan));
  },
});

async function draw(assembly: Assembly, format: Format, out: string | undefined, output: Output): Promise<void> {
  const { toHtml, toMarkdown, toMermaid, toSvg } = await import('@senet/core/diagram');
  const picture = { svg: toSvg, mermaid: toMermaid, html: toHtml, md: toMarkdown }[format](assembly);
  if (out === undefined) return output.text(picture);
  const { writeFileAtomic } = await import('@senet/weights/node');
  await writeFileAtomic(out, new TextEncoder().encode(picture));
  output.text(`written: ${out}`);
}

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
