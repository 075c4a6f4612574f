import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Assembly } from '@senet/core/graph';
import { type Assembler, nearest, SenetError, type Shape } from '@senet/core/graph';
import { readConfigFile } from '@senet/core/node';
import type { Pretrained } from '@senet/weights';
import { CONFIG_FILE, WEIGHTS_FILE } from '@senet/weights/node';
import type { SenetConfig } from './assembler.js';

/** What MODEL on the command line turned out to be. */
export interface Model {
  /** As it was given. */
  readonly reference: string;
  readonly config: SenetConfig;
  /** File of the config, for relative paths in `extends`. */
  readonly location?: string;
  /** Opens it with the weights that it has; recipes and configs have none. */
  readonly open?: (inputShape?: Shape) => Promise<Pretrained>;
}

/** How MODEL is described in `--help`. */
export const MODEL = {
  type: 'positional',
  required: true,
  description: 'a recipe, a config file, a saved folder, a file of weights, or hf:owner/repository',
} as const;

/**
 * Finds out what a name is: a recipe, else a repository of the hub, a folder with weights (ours or timm's), a config
 * file, or a file of weights that tell their network. A recipe's name wins; `./resnet50` is the file.
 *
 * @throws SenetError `UnknownName`, `ConfigNotFound`, `ConfigInvalid`, `FileInvalid`; what opening the weights throws
 */
export async function openModel(assembler: Assembler<SenetConfig>, reference: string): Promise<Model> {
  const { recipes } = assembler.registries;
  if (recipes.has(reference)) return { reference, config: reference };
  if (/^(hf(-hub)?|https?):/.test(reference)) return openTrained(assembler, reference);
  const found = await stat(reference).catch(() => undefined);
  if (found?.isDirectory()) return openFolder(assembler, reference);
  if (found && !/\.jsonc?$/i.test(reference)) return openTrained(assembler, reference);
  if (found || /[/\\]|\.json$/i.test(reference)) {
    const { config, location } = readConfigFile(reference);
    if (isSavedConfig(config)) throw folderWanted(reference);
    return { reference, config: config as SenetConfig, location };
  }
  throw new SenetError('UnknownName', `there is no recipe, config file or folder '${reference.slice(0, 80)}'`, {
    suggestions: nearest(reference, recipes.names()),
    expected: 'a recipe (`senet list recipes`), a config (.json), a saved folder, a file of weights, or hf:…',
  });
}

/** Assembles a model, at another input shape where one is given. */
export function assembleModel(assembler: Assembler<SenetConfig>, model: Model, inputShape?: Shape): Assembly {
  const { config, location } = model;
  return assembler.assemble(config, { location, ...(inputShape && { inputShape }) });
}

async function openFolder(assembler: Assembler<SenetConfig>, folder: string): Promise<Model> {
  const isThere = async (file: string) => (await stat(join(folder, file)).catch(() => undefined))?.isFile() === true;
  const missing = (file: string) =>
    new SenetError('FileInvalid', `is no saved folder: it has no ${file}`, {
      path: folder,
      expected: `a folder with ${CONFIG_FILE} and ${WEIGHTS_FILE}, as \`senet assemble --out\` or timm writes it`,
    });
  if (!(await isThere(CONFIG_FILE))) throw missing(CONFIG_FILE);
  if (!(await isThere(WEIGHTS_FILE)) && !(await isThere(TORCH_FILE))) throw missing(WEIGHTS_FILE);
  const { fromPretrained, isOwnFolder, readFolderConfig } = await import('@senet/weights/node');
  if (!(await isOwnFolder(folder))) return openTrained(assembler, folder);
  const { config } = await readFolderConfig(folder); // alone: a plan shall not read the weights
  const open = (inputShape?: Shape) => fromPretrained(assembler as Assembler, folder, { inputShape });
  return { reference: folder, config: config as SenetConfig, open };
}

/** Opens it once at its own size, and again for each other size that is asked for. */
async function openTrained(assembler: Assembler<SenetConfig>, reference: string): Promise<Model> {
  const { fromPretrained } = await import('@senet/weights/node');
  const first = await fromPretrained(assembler as Assembler, reference);
  return {
    reference,
    config: first.assembly.toJSON() as SenetConfig,
    open: async (inputShape) => {
      if (!inputShape || first.assembly.config.input.shape.join() === inputShape.join()) return first;
      return fromPretrained(assembler as Assembler, reference, { inputShape });
    },
  };
}

/** What older repositories have in place of safetensors. */
const TORCH_FILE = 'pytorch_model.bin';

/** A saved folder's config has things beside it that no config has; without its weights it is half a model. */
function isSavedConfig(config: unknown): boolean {
  return typeof config === 'object' && config !== null && 'format' in config && 'hash' in config;
}

function folderWanted(path: string): SenetError {
  return new SenetError('ConfigInvalid', 'belongs to a saved folder', {
    path,
    expected: `the folder: ${dirname(path)}`,
  });
}
