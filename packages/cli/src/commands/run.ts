import { SenetError } from '@senet/core/graph';
import { usageError, wholeNumber } from '../arguments.js';
import { createSenetAssembler } from '../assembler.js';
import { BACKEND_FLAGS, useBackend } from '../backend.js';
import { COMMON, defineCommand } from '../command.js';
import type { Batch } from '../inputs/batch.js';
import type { ArrayLayout } from '../inputs/npy.js';
import { readInputs } from '../inputs/read.js';
import { MODEL, openModel } from '../models.js';
import { type NetworkBuilder, networkBuilder, WEIGHTS_FLAGS } from '../network.js';
import type { Output } from '../output.js';
import { printRun } from '../print/run.js';
import { type BatchOptions, runBatch } from '../run/batch.js';
import { tapsOf } from '../run/outputs.js';
import { type Done, makeReport } from '../run/report.js';
import { refuseMissingFolder, writeResults } from '../run/write.js';

/** `senet run`: logits and features of arrays and images. */
export const run = defineCommand({
  meta: { name: 'run', description: 'logits and features of .npy arrays and images' },
  args: {
    model: MODEL,
    files: { type: 'positional', required: false, repeated: true, description: 'inputs, as --input' },
    input: {
      type: 'string',
      repeated: true,
      valueHint: 'FILE',
      description: 'a .npy array [batch, height, width, channels], or a PNG or JPEG image; may be repeated',
    },
    layout: { type: 'enum', options: ['nhwc', 'nchw'], description: 'of arrays; nhwc by default' },
    ...WEIGHTS_FLAGS,
    output: {
      type: 'string',
      valueHint: 'FILE.npy',
      description: 'write logits [batch, classes] there, taps beside it',
    },
    taps: { type: 'string', valueHint: 'LIST', description: "features: numbers and nodes' names, as 1,2,layer3.0.se" },
    top: { type: 'string', valueHint: 'N', description: 'classes for each input; 5 by default' },
    ...BACKEND_FLAGS,
    ...COMMON,
  },
  async run({ model: reference, files, input, ...flags }, output) {
    const inputs = [...input, ...files];
    if (inputs.length === 0) throw usageError('no input is given', { expected: '--input FILE.npy, or images' });
    const top = wholeNumber(flags.top, '--top', { min: 1 });
    const asked = parseTaps(flags.taps);
    const assembler = createSenetAssembler();
    const model = await openModel(assembler, reference);
    const { input: wanted, head } = assembler.resolve(model.config, { location: model.location });
    if (top !== undefined && head.type === 'features') {
      throw usageError('is for classifiers, and this head gives features', { path: '--top', expected: 'no --top' });
    }
    const build = await networkBuilder(assembler, model, flags);
    const { shape, mean, std, channelOrder } = wanted;
    const layout = flags.layout as ArrayLayout | undefined;
    const batches = await readInputs(inputs, { channels: shape[2], mean, std, channelOrder, layout });
    const keep = flags.output !== undefined;
    if (keep) await refuseMissingFolder(flags.output!);
    if (keep && (asked.length > 0 || head.type === 'features')) refuseSizes(batches);
    const { name: backend, reason } = await useBackend(flags.backend);
    output.log.debug(`backend ${backend}: ${reason}`);
    const work = { backend, optimize: flags.optimize, keep };
    const done = await runAll(batches, build, asked, work, output);
    const written = keep ? await writeResults(done, flags.output!) : [];
    const report = makeReport(done, backend, top ?? 5);
    output.answer(report, () =>
      [printRun(report), ...(written.length > 0 ? [`written: ${written.join(', ')}`] : [])].join('\n\n'),
    );
  },
});

/** Builds the network for each batch's size, one after the other, and runs it. */
async function runAll(
  batches: readonly Batch[],
  build: NetworkBuilder,
  asked: readonly (number | string)[],
  work: Pick<BatchOptions, 'backend' | 'optimize' | 'keep'>,
  { log }: Output,
): Promise<Done[]> {
  const done: Done[] = [];
  for (const batch of batches) {
    const network = await build(batch.shape);
    if (done.length === 0 && typeof network.weights === 'string') {
      log.warn(`no weights are loaded: they are ${network.weights}, and results mean nothing`);
    }
    const sizes = `${batch.items.length} inputs of ${batch.shape.join('×')}`;
    const onProgress = (count: number) => log.debug(`${count} of ${sizes}`);
    const taps = tapsOf(network.assembly, asked);
    done.push({ network, batch, result: await runBatch(network, batch, { ...work, taps, onProgress }) });
  }
  return done;
}

function parseTaps(list: string | undefined): (number | string)[] {
  if (list === undefined) return [];
  return list.split(',').map((part) => {
    const tap = part.trim();
    if (tap === '')
      throw usageError(`'${list}' has an empty entry`, { path: '--taps', expected: 'as 1,2,layer3.0.se' });
    return /^\d+$/.test(tap) ? Number(tap) : tap;
  });
}

function refuseSizes(batches: readonly Batch[]): void {
  if (batches.length === 1) return;
  throw new SenetError('InputInvalid', 'taps of inputs of different sizes do not fit into one file', {
    path: '--output',
    expected: `inputs of one size, and not ${batches.map(({ shape }) => shape.join('×')).join(', ')}`,
  });
}
