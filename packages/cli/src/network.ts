import type { Assembler, Assembly, Shape, State } from '@senet/core/graph';
import type { Adaptation } from '@senet/weights';
import { usageError, wholeNumber } from './arguments.js';
import type { SenetConfig } from './assembler.js';
import type { Argument, Arguments } from './command.js';
import { assembleModel, type Model } from './models.js';

/** Where the values of a network came from. */
export type WeightsOrigin = { readonly file: string; readonly dialect: string } | `random (seed ${number})`;

/** A network with its values. */
export interface Network {
  readonly assembly: Assembly;
  readonly state: State;
  readonly weights: WeightsOrigin;
}

/** How a file names its weights. */
export const DIALECT = {
  type: 'string',
  valueHint: 'NAME',
  description:
    'how the file names its weights: timm, torchvision, keras, caffe …; auto, the default: the one that fits',
} as const satisfies Argument;

/** The flags that say where weights come from. */
export const WEIGHTS_FLAGS = {
  weights: {
    type: 'string',
    valueHint: 'FILE',
    description: 'weights: safetensors, PyTorch, Keras, ONNX, NumPy, TensorFlow.js',
  },
  dialect: DIALECT,
  adapt: {
    type: 'string',
    valueHint: 'LIST',
    description: 'load though these differ in shape, as timm does it: head (other classes), stem (other channels)',
  },
  seed: { type: 'string', valueHint: 'N', description: 'of random weights, where none are loaded; 0 by default' },
} as const satisfies Arguments;

/** What `WEIGHTS_FLAGS` were given. */
export interface WeightsChoice {
  readonly weights?: string | undefined;
  readonly dialect?: string | undefined;
  readonly adapt?: string | undefined;
  readonly seed?: string | undefined;
}

/** Builds a network with its values, at an input shape. */
export type NetworkBuilder = (inputShape?: Shape) => Promise<Network>;

/**
 * Decides where a model's values come from: `--weights`, else the saved folder's own, else drawn with `--seed`.
 *
 * @throws SenetError `UsageInvalid` for flags that would have no effect; what reading the file throws
 */
export async function networkBuilder(
  assembler: Assembler<SenetConfig>,
  model: Model,
  { weights, dialect, adapt, seed }: WeightsChoice,
): Promise<NetworkBuilder> {
  const adaptations = parseAdaptations(adapt);
  if (adapt !== undefined && weights === undefined) {
    throw usageError('says what of a file may differ, and none is given', {
      path: '--adapt',
      expected: '--weights FILE',
    });
  }
  if (dialect !== undefined && weights === undefined) {
    throw usageError('says how a file names its weights, and none is given', {
      path: '--dialect',
      expected: '--weights FILE',
    });
  }
  if (seed !== undefined && (weights !== undefined || model.open)) {
    throw usageError('is for random weights, and these are loaded', { path: '--seed', expected: 'no --seed' });
  }
  if (weights !== undefined) return fromFile(assembler, model, weights, { dialect, adapt: adaptations });
  if (model.open) return trained(model.open);
  const number = wholeNumber(seed, '--seed', { min: 0, max: 2 ** 32 - 1 }) ?? 0;
  return async (inputShape) => {
    const assembly = assembleModel(assembler, model, inputShape);
    return { assembly, state: assembly.initialState(number), weights: `random (seed ${number})` };
  };
}

function parseAdaptations(list: string | undefined): Adaptation[] {
  if (list === undefined) return [];
  return list.split(',').map((part) => {
    const name = part.trim();
    if (name === 'head' || name === 'stem') return name;
    throw usageError(`'${name.slice(0, 80)}' cannot be adapted`, {
      path: '--adapt',
      expected: 'head, stem or both: head,stem',
    });
  });
}

async function fromFile(
  assembler: Assembler<SenetConfig>,
  model: Model,
  path: string,
  { dialect: wanted, adapt }: { dialect: string | undefined; adapt: readonly Adaptation[] },
): Promise<NetworkBuilder> {
  const { dialectOf, loadWeights } = await import('@senet/weights');
  const { readWeightsFile } = await import('@senet/weights/node');
  const file = await readWeightsFile(path);
  return async (inputShape) => {
    const assembly = assembleModel(assembler, model, inputShape);
    const dialect = dialectOf(assembly, file, wanted).name;
    return { assembly, state: loadWeights(assembly, file, { dialect, adapt, path }), weights: { file: path, dialect } };
  };
}

function trained(open: NonNullable<Model['open']>): NetworkBuilder {
  return async (inputShape) => {
    const { assembly, state, source } = await open(inputShape);
    return { assembly, state, weights: { file: source.weights, dialect: source.dialect } };
  };
}

/** Origin in words: `model.safetensors (timm)`. */
export function describeOrigin(weights: WeightsOrigin): string {
  return typeof weights === 'string' ? weights : `${weights.file} (${weights.dialect})`;
}
