import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Assembler, SenetError } from '@senet/core/graph';
import { readFileBytes } from '../formats/files.js';
import { type FromAddressOptions, openAddress } from './from-address.js';
import { type CachedDownloadOptions, hubRepository } from './hub-repository.js';
import { isHubName, parseHubName } from './name.js';
import { openFile } from './open-file.js';
import { openRepository } from './open-repository.js';
import type { Pretrained, Repository } from './options.js';

export interface FromPretrainedOptions extends FromAddressOptions, CachedDownloadOptions {}

/**
 * Opens a trained network: from the Hugging Face hub, a folder, or a file of weights. Node only; browsers have the one
 * of `@senet/weights`.
 *
 * A folder or repository is one that `saveFolder` wrote, or timm's `save_for_hf`: its `config.json` says the network and
 * what is done to images, `model.safetensors` or else `pytorch_model.bin` has the weights. A file of weights, of any
 * format, is the network that its keys and shapes tell; where they leave it open, `model` has to say.
 *
 * The hub's files are kept where Python's huggingface_hub keeps them, so that either finds what the other downloaded.
 * `HF_ENDPOINT`, `HF_TOKEN`, `HF_HOME`, `HF_HUB_CACHE` and `HF_HUB_OFFLINE` hold; options win over them. A download goes
 * on where it broke off, and is checked against the hub's SHA-256 before anybody sees it. Needs `@huggingface/hub`.
 *
 * @param name `hf:owner/repository`, `hf:owner/repository@revision`, a path, or an http address
 * @throws SenetError `MissingPart` without the package; `UnknownName` where timm's architecture has no recipe;
 *   `FileUnreadable` where there is nothing, no permission, or no connection; `FileInvalid` where a file is not what it
 *   should be; `WeightsMismatch` where the weights are of another network; `DialectMismatch` where they are of several;
 *   `InputInvalid` for a malformed name; `Aborted`
 * @example
 * const { assembly, state } = await fromPretrained(assembler, 'hf:timm/seresnet50.a1_in1k');
 * const model = assembly.toLayersModel({ state });
 * @example
 * // another number of classes: the classifier starts afresh
 * await fromPretrained(assembler, 'hf:timm/resnet18.a1_in1k@main', {
 *   model: { extends: 'resnet18', head: { type: 'classifier', classes: 10 } },
 *   adapt: ['head'],
 * });
 */
export async function fromPretrained(
  assembler: Assembler<never> | Assembler,
  name: string,
  options: FromPretrainedOptions = {},
): Promise<Pretrained> {
  const all = assembler as Assembler;
  if (isHubName(name)) {
    return openRepository(all, await hubRepository(parseHubName(name, options.revision), options), options);
  }
  if (/^https?:/.test(name)) return openAddress(all, name, options);
  return (await isFolder(name))
    ? openRepository(all, diskRepository(name), options)
    : openFile(all, { bytes: await readFileBytes(name), path: name, sibling: beside(name) }, options);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    const suggestions = /^[\w.-]+\/[\w.-]+(?:@[\w./-]+)?$/.test(path) ? [`hf:${path}`] : [];
    const expected = 'a folder, a file of weights, or hf:owner/repository';
    throw new SenetError('FileUnreadable', 'there is no such file or folder', { path, expected, suggestions, cause });
  }
}

const beside = (path: string) => (file: string) => readFileBytes(join(dirname(path), file));

function diskRepository(folder: string): Repository {
  const locate = (file: string) => join(folder, file);
  return {
    source: { from: 'folder' },
    locate,
    find: async (file) => ((await isThere(locate(file))) ? readFileBytes(locate(file)) : undefined),
    missing: (files) =>
      new SenetError('FileUnreadable', `has no ${files.join(' and no ')}`, { path: folder, expected: 'one of them' }),
  };
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
