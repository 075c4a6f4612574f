import type { Assembler } from '@senet/core/graph';
import type { FloatDType, TensorFile } from '@senet/weights';
import { usageError } from '../arguments.js';
import { createSenetAssembler, type SenetConfig } from '../assembler.js';
import { COMMON, defineCommand } from '../command.js';
import { assembleModel, openModel } from '../models.js';
import { DIALECT } from '../network.js';
import { count } from '../print/numbers.js';

/** What people call a format → its name. */
const FORMATS = { safetensors: 'safetensors', h5: 'hdf5', npz: 'npz' } as const;
const DTYPES = ['F32', 'F16', 'BF16', 'F64'] as const satisfies readonly FloatDType[];

/** `senet convert`: weights in another dialect, another format, or both. */
export const convert = defineCommand({
  meta: { name: 'convert', description: 'weights in another dialect, another format, or both' },
  args: {
    file: {
      type: 'positional',
      required: true,
      description: 'weights: safetensors, PyTorch, Keras, ONNX, NumPy, TensorFlow.js',
    },
    out: { type: 'string', required: true, valueHint: 'FILE', description: 'where to write it' },
    format: { type: 'enum', options: Object.keys(FORMATS), default: 'safetensors', description: 'to write' },
    from: { ...DIALECT, description: 'how the file names its weights; by default the one that fits' },
    to: { ...DIALECT, description: 'how they are to be named; without it and --from, names stay as they are' },
    model: {
      type: 'string',
      valueHint: 'MODEL',
      description: 'the recipe, config or saved folder they are for, where the file does not tell',
    },
    dtype: { type: 'enum', options: [...DTYPES], description: 'of the values; F32 by default. Needs --to' },
    ...COMMON,
  },
  async run({ file: path, out, format, from, to, model, dtype }, output) {
    const { readWeightsFile, writeFileAtomic } = await import('@senet/weights/node');
    const { formatRegistry } = await import('@senet/weights');
    if (to === undefined && (from ?? model ?? dtype) !== undefined) {
      throw usageError('is missing', { path: '--to', expected: 'the dialect to write; without --from, names stay' });
    }
    const file = await readWeightsFile(path);
    const network = to === undefined ? undefined : await networkOf(createSenetAssembler(), file, { model, from, path });
    const content = network === undefined ? file : await network.inDialect(to!, dtype as FloatDType | undefined);
    const writer = formatRegistry().get(FORMATS[format as keyof typeof FORMATS], 'format');
    await writeFileAtomic(out, await writer.write!(content));
    const answer = { file: out, format, tensors: content.tensors.size, ...network?.described, to: to ?? null };
    output.answer(answer, () => {
      const names = network ? `${network.described.model}, ${network.described.from} → ${to}` : 'names as they were';
      return `written: ${out}, ${count(content.tensors.size)} tensors (${names})`;
    });
  },
});

/** The network that a file's weights are for: the one that was named, else the one that the file fits. */
async function networkOf(
  assembler: Assembler<SenetConfig>,
  file: TensorFile,
  { model, from, path }: { model: string | undefined; from: string | undefined; path: string },
) {
  const { dialectOf, identified, loadWeights, toTensors } = await import('@senet/weights');
  const assembly =
    model === undefined
      ? assembler.assemble(identified(assembler as Assembler, file, { dialect: from, path }).config as SenetConfig)
      : assembleModel(assembler, await openModel(assembler, model));
  const dialect = dialectOf(assembly, file, from).name;
  const state = loadWeights(assembly, file, { dialect, path });
  return {
    described: { model: assembly.name, from: dialect },
    async inDialect(to: string, dtype: FloatDType = 'F32') {
      const { tensors, metadata = {} } = toTensors(assembly, state, { dialect: to, dtype });
      return { tensors, metadata };
    },
  };
}
