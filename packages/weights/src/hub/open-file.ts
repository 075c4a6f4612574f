import type { Assembler } from '@senet/core/graph';
import type { FormatSource } from '../formats/format.js';
import { readWeights } from '../formats/formats.js';
import { identified } from '../identify/identify.js';
import { dialectOf, loadWeights } from '../load.js';
import type { OpenOptions, Pretrained } from './options.js';

/** Opens a file of weights: into the network that the options say, else into the one that its keys and shapes tell. */
export async function openFile(
  assembler: Assembler,
  source: FormatSource,
  { model, inputShape, formats, adapt, ...named }: OpenOptions,
): Promise<Pretrained> {
  const { path } = source;
  const file = await readWeights(source, { formats });
  const load = { ...named, path };
  const { config, dialect } =
    model === undefined ? identified(assembler, file, load) : { config: model, dialect: named.dialect };
  const assembly = assembler.assemble(config, { inputShape });
  const spoken = dialectOf(assembly, file, dialect, named.dialects).name;
  const state = loadWeights(assembly, file, { ...load, dialect: spoken, adapt });
  return { assembly, state, source: { from: 'file', weights: path, dialect: spoken } };
}
