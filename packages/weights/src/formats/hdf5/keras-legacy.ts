import { invalid, shortName } from '../bytes.js';
import type { RawTensor } from '../tensor.js';
import type { Hdf5Node } from './node.js';
import { addTensor } from './tensors.js';

/** Keras splits lists of names that no attribute holds into `layer_names0`, `layer_names1`, …. */
export function namesIn(group: Hdf5Node, attribute: string): readonly string[] | undefined {
  const whole = group.texts.get(attribute);
  if (whole) return whole;
  const names: string[] = [];
  for (let i = 0; ; i++) {
    const part = group.texts.get(`${attribute}${i}`);
    if (!part) return i === 0 ? undefined : names;
    names.push(...part);
  }
}

/**
 * The weights of a Keras 2 file, which Keras 3 writes too: a group per layer, and in attributes the names of the layers
 * and of their weights, in the model's order. `conv1/conv1/kernel:0` is `conv1/kernel` here.
 *
 * @param group the root of a file of weights, `model_weights` of a whole model's
 * @throws SenetError `FileInvalid` where a name is given whose values are not there
 */
export function readLegacy(group: Hdf5Node): { tensors: Map<string, RawTensor>; layers: string[] } {
  const tensors = new Map<string, RawTensor>();
  const layers: string[] = [];
  // Weights of the model itself, beside those of its layers, stand in a group that the list leaves out.
  for (const layer of [...(namesIn(group, 'layer_names') ?? []), 'top_level_model_weights']) {
    const members = group.at(layer);
    if (!members && layer === 'top_level_model_weights') continue;
    const names = members && namesIn(members, 'weight_names');
    if (!names) throw invalid(group.place, `layer '${shortName(layer)}' has no weight_names`, 'its group with them');
    if (names.length > 0) layers.push(layer);
    for (const name of names) {
      const weight = members.at(name);
      if (!weight) throw invalid(members.place, `'${shortName(name)}' is not there`, 'all of its weight_names');
      addTensor(tensors, keyOf(layer, name), weight);
    }
  }
  return { tensors, layers };
}

function keyOf(layer: string, weight: string): string {
  const name = weight.replace(/:\d+$/, '');
  return name.startsWith(`${layer}/`) ? name : `${layer}/${name}`;
}
