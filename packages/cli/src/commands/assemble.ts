import type { Assembler } from '@senet/core/graph';
import { saveFolder } from '@senet/weights/node';
import { createSenetAssembler, type SenetConfig } from '../assembler.js';
import { COMMON, defineCommand } from '../command.js';
import { saveLayersModel } from '../layers-model.js';
import { MODEL, openModel } from '../models.js';
import { describeOrigin, type Network, networkBuilder, WEIGHTS_FLAGS } from '../network.js';
import { FILES, type Format, refuseForeignFolder } from '../out-folder.js';
import { printReceipt } from '../print/attachments.js';
import { count, size } from '../print/numbers.js';

/** `senet assemble`: a network with its weights, as files. */
export const assemble = defineCommand({
  meta: { name: 'assemble', description: 'write a network with its weights' },
  args: {
    model: MODEL,
    out: { type: 'string', required: true, valueHint: 'FOLDER', description: 'where to write it' },
    format: {
      type: 'enum',
      options: ['folder', 'layers-model'],
      default: 'folder',
      description: 'config.json and model.safetensors, or model.json and weights.bin of TensorFlow.js',
    },
    ...WEIGHTS_FLAGS,
    force: { type: 'boolean', description: 'write into a folder that has other things' },
    ...COMMON,
  },
  async run({ model: reference, out, format: chosen, force, ...flags }, output) {
    const format = chosen as Format;
    const assembler = createSenetAssembler();
    const model = await openModel(assembler, reference);
    const build = await networkBuilder(assembler, model, flags);
    if (!force) await refuseForeignFolder(out, format);
    const network = await build();
    const { saved, notes } = await SAVE[format](assembler, network, out);
    const { assembly, weights } = network;
    const answer = {
      name: assembly.name,
      folder: out,
      format,
      files: FILES[format],
      weights,
      params: assembly.plan.params,
      ...saved,
      receipt: assembly.receipt,
    };
    output.answer(answer, () =>
      [
        `${assembly.name}, input ${size(assembly.config.input.shape)}: ${count(assembly.plan.params.total)} parameters`,
        printReceipt(assembly.receipt),
        `weights: ${describeOrigin(weights)}`,
        `written: ${FILES[format].join(' and ')} in ${out}`,
        ...notes,
      ].join('\n'),
    );
  },
});

interface Saved {
  readonly saved: object;
  readonly notes: readonly string[];
}

const SAVE: Readonly<
  Record<Format, (assembler: Assembler<SenetConfig>, network: Network, out: string) => Promise<Saved>>
> = {
  async folder(assembler, { assembly, state }, out) {
    const { hash, architecture } = await saveFolder(assembler as Assembler, assembly, state, out);
    const note =
      architecture === undefined
        ? 'timm: has no such network; its reader will not open the folder'
        : `timm: opens the folder as ${architecture}`;
    return { saved: { hash, architecture: architecture ?? null }, notes: [note] };
  },

  async 'layers-model'(_, network, out) {
    const { customLayers } = await saveLayersModel(network, out);
    const note =
      customLayers.length === 0
        ? 'only stock layers: plain TensorFlow.js opens it'
        : `${customLayers.join(', ')}: import '@senet/core/layers' before it is loaded`;
    return { saved: { customLayers }, notes: [note] };
  },
};
