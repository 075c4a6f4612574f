import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Assembly } from '@senet/core/graph';
import { type Assembler, nearest, SenetError, type Shape } from '@senet/core/graph';
import { readConfigFile } from '@senet/core/node';
import { CONFIG_FILE, WEIGHTS_FILE } from '@senet/weights/node';
import type { SenetConfig } from './assembler.js';

/** What MODEL on the command line turned out to be. */
export interface Model {
  readonly kind: 'recipe' | 'config' | 'folder';
  /** As it was given. */
  readonly reference: string;
  readonly config: SenetConfig;
  /** File of the config, for relative paths in `extends`. */
  readonly location?: string;
}

/** How MODEL is described in `--help`. */
export const MODEL = {
  type: 'positional',
  required: true,
  description: 'a recipe, a config file, or a saved folder',
} as const;

/**
 * Finds out what a name is: a recipe, else a saved folder (`config.json` and `model.safetensors`), else a config file.
 * A recipe's name wins; `./resnet50` is the file.
 *
 * @throws SenetError `UnknownName`, `ConfigNotFound`, `ConfigInvalid`, `FileInvalid`
 */
export async function openModel({ registries }: Assembler<SenetConfig>, reference: string): Promise<Model> {
  if (registries.recipes.has(reference)) return { kind: 'recipe', reference, config: reference };
  const found = await stat(reference).catch(() => undefined);
  if (found?.isDirectory()) return openFolder(reference);
  if (found || /[/\\]|\.json$/i.test(reference)) {
    const { config, location } = readConfigFile(reference);
    if (isSavedConfig(config)) throw folderWanted(reference);
    return { kind: 'config', reference, config: config as SenetConfig, location };
  }
  throw new SenetError('UnknownName', `there is no recipe, config file or folder '${reference.slice(0, 80)}'`, {
    suggestions: nearest(reference, registries.recipes.names()),
    expected: 'a recipe (`senet list recipes`), a config (.json), or a saved folder',
  });
}

/** Assembles a model, at another input shape where one is given. */
export function assembleModel(assembler: Assembler<SenetConfig>, model: Model, inputShape?: Shape): Assembly {
  const { config, location } = model;
  return assembler.assemble(config, { location, ...(inputShape && { inputShape }) });
}

async function openFolder(folder: string): Promise<Model> {
  const { readFolderConfig } = await import('@senet/weights/node');
  for (const file of [CONFIG_FILE, WEIGHTS_FILE]) {
    if ((await stat(join(folder, file)).catch(() => undefined))?.isFile()) continue;
    throw new SenetError('FileInvalid', `is no saved folder: it has no ${file}`, {
      path: folder,
      expected: `a folder with ${CONFIG_FILE} and ${WEIGHTS_FILE}, as \`senet assemble --out\` writes it`,
    });
  }
  const { config } = await readFolderConfig(folder);
  return { kind: 'folder', reference: folder, config: config as SenetConfig };
}

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
