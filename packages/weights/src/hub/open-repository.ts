import type { Assembler } from '@senet/core/graph';
import { CONFIG_FILE, ownConfig, parseObject, refuseOtherConfig, WEIGHTS_FILE } from '../folder/open-folder.js';
import { configFromTimm } from '../folder/timm-model.js';
import { readWeights } from '../formats/formats.js';
import { dialectOf, loadWeights } from '../load.js';
import type { OpenOptions, Pretrained, Repository } from './options.js';

/** The files of weights that folders have, the ones to take first first. */
const WEIGHTS_FILES = [WEIGHTS_FILE, 'pytorch_model.bin'];

/** Opens a folder of this library or of timm through whatever finds its files. */
export async function openRepository(
  assembler: Assembler,
  repository: Repository,
  options: OpenOptions,
): Promise<Pretrained> {
  const { config, hash, dialect } = await modelOf(assembler, repository, options);
  // Before the weights are fetched: what is wrong with the config is said at once.
  const assembly = assembler.assemble(config, { inputShape: options.inputShape });
  const { file, bytes } = await firstOf(repository, WEIGHTS_FILES);
  const path = repository.locate(file);
  const sibling = async (name: string) => (await firstOf(repository, [name])).bytes;
  const weights = await readWeights({ bytes, path, sibling }, { formats: options.formats });
  refuseOtherConfig(weights, hash, path);
  const { dialects, adapt } = options;
  const spoken = dialectOf(assembly, weights, options.dialect ?? dialect, dialects).name;
  const state = loadWeights(assembly, weights, { dialect: spoken, dialects, adapt, path });
  return { assembly, state, source: { ...repository.source, weights: path, dialect: spoken } };
}

interface Model {
  readonly config: unknown;
  readonly hash?: string;
  readonly dialect?: string;
}

/** What the options say, else what `config.json` says: this library's has a `format`, timm's an `architecture`. */
async function modelOf(assembler: Assembler, repository: Repository, { model }: OpenOptions): Promise<Model> {
  if (model !== undefined) return { config: model };
  const { file, bytes } = await firstOf(repository, [CONFIG_FILE]);
  const path = repository.locate(file);
  const all = parseObject(bytes, path);
  if (all.format !== undefined) return { ...(await ownConfig(all, path)), dialect: 'timm' };
  return { config: configFromTimm(assembler, all, path), dialect: 'timm' };
}

async function firstOf(repository: Repository, files: readonly string[]): Promise<{ file: string; bytes: Uint8Array }> {
  for (const file of files) {
    const bytes = await repository.find(file);
    if (bytes) return { file, bytes };
  }
  throw repository.missing(files);
}
