import { SenetError } from '@senet/core/graph';
import { concatenated, invalid, shortName } from './bytes.js';
import type { FormatSource, WeightFormat } from './format.js';
import type { RawTensor, TensorFile } from './tensor.js';
import { readManifest, record, type WeightGroup } from './tfjs/manifest.js';
import { tensorOf } from './tfjs/values.js';

/** TensorFlow.js' models: a model.json that lists the weights, and files of values beside it. */
export const tfjs: WeightFormat = {
  name: 'tfjs',
  summary: 'TensorFlow.js: model.json and its files of weights',
  extensions: ['.json'],
  recognizes: looksLikeManifest,
  read: readTfjs,
};

/**
 * Reads the weights of a TensorFlow.js model: a layers model, a graph model, or a bare weights_manifest.json. The values
 * are in files that are asked from `source.sibling`, each once. Names are the manifest's, `<layer>/<weight>` in layers
 * models, in its order. Half floats stay F16; weights quantized to integers become float32 again.
 *
 * Metadata: `tfjs.format` (`layers-model`, `graph-model`), `tfjs.generatedBy`, `tfjs.convertedBy` where the file has them.
 *
 * @throws SenetError `FileInvalid` for what is no such model, or where the files hold more or fewer bytes than the
 *   weights need; `FileUnreadable`, naming the file, where one cannot be read
 * @example
 * const { tensors } = await readWeightsFile('model.json');
 */
export async function readTfjs({ bytes, path, sibling }: FormatSource): Promise<TensorFile> {
  const model = parse(bytes, path);
  const groups = readManifest(Array.isArray(model) ? model : record(model).weightsManifest, path);
  const metadata: Record<string, string> = {};
  for (const key of ['format', 'generatedBy', 'convertedBy']) {
    const text = record(model)[key];
    if (typeof text === 'string') metadata[`tfjs.${key}`] = text;
  }
  const tensors = new Map<string, RawTensor>();
  for (const group of groups) {
    const values = await readShards(group, path, sibling);
    let at = 0;
    for (const entry of group.weights) {
      const stored = new Uint8Array(values.buffer, values.byteOffset + at, entry.bytes);
      tensors.set(entry.name, tensorOf(entry, stored, `${path}: ${shortName(entry.name)}`));
      at += entry.bytes;
    }
  }
  return { metadata, tensors };
}

function parse(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SenetError('FileInvalid', 'this is no JSON', { path, expected: 'a model.json', cause });
  }
}

/** The values of a group in one piece: as many bytes as its weights need. */
async function readShards(
  { paths, weights }: WeightGroup,
  path: string,
  sibling: FormatSource['sibling'],
): Promise<Uint8Array> {
  const needed = weights.reduce((sum, { bytes }) => sum + bytes, 0);
  const shards: Uint8Array[] = [];
  let held = 0;
  for (const name of paths) {
    const shard = await readShard(name, path, sibling);
    shards.push(shard);
    held += shard.length;
    if (held > needed)
      throw invalid(`${path}: ${shortName(name)}`, `it ends at byte ${held} of its group`, `${needed}`);
  }
  if (held !== needed) {
    const last = paths.at(-1);
    const place = last === undefined ? path : `${path}: ${shortName(last)}`;
    throw invalid(place, `the group's files end after ${held} bytes`, `${needed} for its weights`);
  }
  return shards.length === 1 ? shards[0]! : concatenated(shards);
}

async function readShard(name: string, path: string, sibling: FormatSource['sibling']): Promise<Uint8Array> {
  const place = `${path}: ${shortName(name)}`;
  const expected = 'the file beside the model';
  if (!sibling)
    throw new SenetError('FileUnreadable', 'files beside this one are not at hand', { path: place, expected });
  try {
    return await sibling(name);
  } catch (cause) {
    if (cause instanceof SenetError && cause.code === 'Aborted') throw cause;
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new SenetError('FileUnreadable', problem, { path: place, expected, cause });
  }
}

/** JSON in which a manifest is: `weightsManifest`, or groups with `paths` and `weights`. */
function looksLikeManifest(bytes: Uint8Array): boolean {
  const start = bytes.find((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
  if (start !== 0x7b && start !== 0x5b) return false;
  const text = new TextDecoder().decode(bytes);
  return start === 0x7b ? text.includes('"weightsManifest"') : text.includes('"paths"') && text.includes('"weights"');
}
