import { invalid, shortName } from '../bytes.js';
import { describeValue, type PickleDict, type PickleValue, TensorRef } from './values.js';

const AVERAGES = ['state_dict_ema', 'model_ema'];
const PLAIN = ['state_dict', 'model', 'model_state_dict', 'net'];

/**
 * Where training checkpoints keep their weights, in the order of preference: as timm's `load_state_dict` has it
 * (timm/models/_helpers.py: averaged weights before those of the last step), then what others use. An average with
 * fewer tensors than the weights beside it is not all of a network and is passed over.
 */
export const CHECKPOINT_ENTRIES: readonly string[] = [...AVERAGES, ...PLAIN];

/** What wrappers put before every name: DistributedDataParallel, torch.compile. timm strips them from any name. */
const WRAPPERS = ['_orig_mod.', 'module.', '_orig_mod.'];
/** What Lightning's and others' modules put there; a network may have a part of that name, so only if all names have it. */
const OUTER = 'model.';

/** The weights in what a checkpoint holds. */
export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, TensorRef>;
  /** `checkpoint.entry`: where they were; `checkpoint.prefix`: what was stripped from their names. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Finds the weights in an unpickled object: a state_dict, or a dict that holds one under a name of
 * {@link CHECKPOINT_ENTRIES}. What is no tensor is left out.
 *
 * @param entry the name to take instead
 * @throws SenetError `FileInvalid` where there are none
 */
export function unwrapCheckpoint(object: PickleValue, path: string, entry?: string): Checkpoint {
  if (!(object instanceof Map)) throw invalid(path, `the file holds ${describeValue(object)}`, 'a dict of tensors');
  const chosen = entry ?? preferred(object);
  const stateDict = chosen === undefined ? object : object.get(chosen);
  const place = chosen === undefined ? path : `${path}: ${shortName(chosen)}`;
  if (!(stateDict instanceof Map)) {
    throw invalid(place, `the checkpoint has ${describeValue(stateDict)} of that name`, `one of ${listed(object)}`);
  }
  const named = tensorsOf(stateDict, place);
  if (named.size === 0) {
    throw invalid(
      place,
      `no tensor in a dict of ${listed(stateDict)}`,
      `a state_dict, or one under ${CHECKPOINT_ENTRIES.join(', ')}`,
    );
  }
  const { tensors, prefix } = withoutPrefixes(named, place);
  const metadata = {
    ...(chosen === undefined ? {} : { 'checkpoint.entry': chosen }),
    ...(prefix === '' ? {} : { 'checkpoint.prefix': prefix }),
  };
  return { tensors, metadata };
}

function preferred(object: PickleDict): string | undefined {
  const tensors = (name: string) => countTensors(object.get(name));
  const plain = PLAIN.find((name) => tensors(name) > 0);
  const average = AVERAGES.find((name) => tensors(name) > 0);
  if (plain === undefined || average === undefined) return average ?? plain;
  return tensors(average) < tensors(plain) ? plain : average;
}

function countTensors(value: PickleValue | undefined): number {
  if (!(value instanceof Map)) return 0;
  let count = 0;
  for (const item of value.values()) if (item instanceof TensorRef) count++;
  return count;
}

function tensorsOf(dict: PickleDict, place: string): Map<string, TensorRef> {
  const tensors = new Map<string, TensorRef>();
  for (const [key, value] of dict) {
    if (!(value instanceof TensorRef)) continue;
    if (typeof key !== 'string') throw invalid(place, `a tensor has ${describeValue(key)} for a name`, 'text');
    if (/\p{Surrogate}/u.test(key)) throw invalid(place, 'a tensor has half a character in its name', 'whole ones');
    tensors.set(key, value);
  }
  return tensors;
}

function withoutPrefixes(named: ReadonlyMap<string, TensorRef>, place: string) {
  const outer = [...named.keys()].every((name) => unwrapped(name).startsWith(OUTER)) ? OUTER : '';
  const tensors = new Map<string, TensorRef>();
  let prefix = '';
  for (const [name, tensor] of named) {
    const short = unwrapped(name).slice(outer.length);
    if (tensors.has(short)) throw invalid(place, `'${shortName(short)}' is there with and without prefix`, 'it once');
    tensors.set(short, tensor);
    if (short !== name) prefix = name.slice(0, name.length - short.length);
  }
  return { tensors, prefix };
}

function unwrapped(name: string): string {
  return WRAPPERS.reduce((rest, prefix) => (rest.startsWith(prefix) ? rest.slice(prefix.length) : rest), name);
}

const LISTED = 8;

function listed(dict: PickleDict): string {
  const keys: string[] = [];
  for (const key of dict.keys()) {
    if (keys.length === LISTED) return `${keys.join(', ')}, …`;
    keys.push(typeof key === 'string' ? JSON.stringify(key.slice(0, 40)) : describeValue(key));
  }
  return keys.join(', ') || 'nothing';
}
