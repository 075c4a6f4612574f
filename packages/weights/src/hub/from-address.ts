import { type Assembler, SenetError } from '@senet/core/graph';
import { formatRegistry } from '../formats/formats.js';
import { addressRepository, fetchFile, uncachedHubRepository } from './address-repository.js';
import { isHubName, parseHubName } from './name.js';
import { openFile } from './open-file.js';
import { openRepository } from './open-repository.js';
import type { DownloadOptions, OpenOptions, Pretrained } from './options.js';

export interface FromAddressOptions extends DownloadOptions, OpenOptions {}

/**
 * Opens a trained network over HTTP: from the hub, from the address of a folder, or of a file of weights. Needs nothing
 * of Node; what is kept between calls is up to the browser. `@senet/weights/node` has one that also reads disks, keeps a
 * cache and resumes.
 *
 * A folder is one that `saveFolder` wrote, or timm's `save_for_hf`: its `config.json` says the network, `model.safetensors`
 * or else `pytorch_model.bin` has the weights.
 *
 * @param name `hf:owner/repository`, `hf:owner/repository@revision`, or an http address; one without a host is the page's
 * @throws SenetError `UnknownName` where timm's architecture has no recipe; `FileInvalid`, `FileUnreadable`,
 *   `WeightsMismatch`; `InputInvalid` for a name that is none; `Aborted`
 * @example
 * const { assembly, state } = await fromPretrained(assembler, 'hf:timm/seresnet50.a1_in1k', {
 *   onProgress: (loaded, total, file) => console.log(`${file}: ${loaded} of ${total}`),
 * });
 */
export async function fromPretrained(
  assembler: Assembler<never> | Assembler,
  name: string,
  options: FromAddressOptions = {},
): Promise<Pretrained> {
  const all = assembler as Assembler;
  if (isHubName(name))
    return openRepository(all, uncachedHubRepository(parseHubName(name, options.revision), options), options);
  return openAddress(all, name, options);
}

/** A file of weights has an ending that says so; every other address is a folder. */
export async function openAddress(
  assembler: Assembler,
  address: string,
  options: FromAddressOptions,
): Promise<Pretrained> {
  const [path = ''] = address.split(/[?#]/);
  const endings = (options.formats ?? formatRegistry()).all().flatMap(({ extensions }) => extensions);
  if (!endings.some((ending) => path.endsWith(ending))) {
    return openRepository(assembler, addressRepository(address, options), options);
  }
  const fetched = async (at: string, file: string) => {
    const bytes = await fetchFile(at, file, options);
    if (bytes) return bytes;
    throw new SenetError('FileUnreadable', 'the server has no such file', { path: at, expected: 'a file of weights' });
  };
  const [folder, file] = [path.slice(0, path.lastIndexOf('/') + 1), path.slice(path.lastIndexOf('/') + 1)];
  const sibling = (other: string) => fetched(`${folder}${other}`, other);
  return openFile(assembler, { bytes: await fetched(address, file), path: address, sibling }, options);
}
