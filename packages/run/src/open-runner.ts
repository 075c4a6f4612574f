import { type Assembler, Assembly, type LayersModel, SenetError, type Shape, type State } from '@senet/core/graph';
import { openFolder } from '#folders';
import { BACKENDS, type Backend, findBackend } from './backends/index.js';
import type { Runner } from './runner.js';

/** A network with its values: what `loadFolder` and `loadWeights` give. */
export interface Network {
  readonly assembly: Assembly;
  readonly state: State;
}

export interface OpenOptions {
  /** `auto` (the default) takes the fastest that is there, and the runner says which. */
  readonly backend?: string;
  /** Builds configs, recipes and folders; needed for those. */
  readonly assembler?: Assembler<never> | Assembler;
  /** Folds and fuses for inference. */
  readonly optimize?: boolean;
  /** `[height, width, channels]` in place of the config's. */
  readonly inputShape?: Shape;
  /** Seed of random values, where a config brings none. */
  readonly seed?: number;
  /** Nodes to give out in place of the network's outputs. */
  readonly outputs?: readonly string[];
  /** Backends to choose from, the fastest first. */
  readonly backends?: readonly Backend[];
  /** Bytes read so far of a folder's weights, and of all where that is known. */
  readonly onProgress?: (loaded: number, total: number | undefined) => void;
  readonly signal?: AbortSignal;
}

/**
 * Opens a model to run: a `tf.LayersModel`, a network with its values, a config or a recipe's name (with random
 * values), or a saved folder (an http address, or a path: on the disk in Node, relative to the page in a browser).
 *
 * @throws SenetError `BackendUnavailable` where the backend is not there, with what to install
 * @example
 * ```ts
 * const runner = await openRunner('./my-model', { assembler, backend: 'auto' });
 * const [logits] = await runner.run({ data, shape: [1, 224, 224, 3] });
 * runner.dispose();
 * ```
 */
export async function openRunner(
  source: LayersModel | Network | Assembly | string | object,
  options: OpenOptions = {},
): Promise<Runner> {
  const { backend, reason } = await chooseBackend(options.backend ?? 'auto', options.backends ?? BACKENDS);
  const network = isModel(source) ? undefined : await networkOf(source, options);
  await backend.activate();
  const opened = network
    ? { model: compile(network, options), owned: true }
    : { model: source as LayersModel, owned: false };
  return backend.open(opened, reason);
}

/** The backend of that name, or for `auto` the first that is there. */
export async function chooseBackend(
  name: string,
  backends: readonly Backend[] = BACKENDS,
): Promise<{ backend: Backend; reason: string }> {
  if (name !== 'auto') {
    const backend = findBackend(name, backends);
    const { available, detail, install } = await backend.check();
    if (available) return { backend, reason: 'asked for' };
    throw new SenetError('BackendUnavailable', `backend ${name} is not there: ${detail}`, {
      path: 'backend',
      expected: install,
    });
  }
  for (const backend of backends) {
    if ((await backend.check()).available) return { backend, reason: 'the fastest that is there' };
  }
  throw new SenetError('BackendUnavailable', 'no backend is there', {
    path: 'backend',
    expected: backends.map((b) => b.name).join(', '),
  });
}

function compile({ assembly, state }: Network, { optimize = false, outputs }: OpenOptions): LayersModel {
  return optimize ? assembly.optimize(state, outputs).toLayersModel() : assembly.toLayersModel({ state, outputs });
}

async function networkOf(source: Network | Assembly | string | object, options: OpenOptions): Promise<Network> {
  if (source instanceof Assembly) return { assembly: source, state: source.initialState(options.seed) };
  if ('assembly' in Object(source)) return source as Network;
  const { assembler, inputShape, seed, signal, onProgress } = options;
  if (!assembler) {
    throw new SenetError('MissingPart', 'configs and folders need an assembler', {
      path: 'assembler',
      expected: 'createAssembler(attentions, backbones)',
    });
  }
  const builder = assembler as Assembler;
  if (typeof source === 'string' && !builder.registries.recipes.has(source)) {
    return openFolder(builder, source, { inputShape, signal, onProgress });
  }
  const assembly = builder.assemble(source, { inputShape });
  return { assembly, state: assembly.initialState(seed) };
}

function isModel(source: unknown): source is LayersModel {
  return typeof source === 'object' && source !== null && 'predict' in source && 'layers' in source;
}
