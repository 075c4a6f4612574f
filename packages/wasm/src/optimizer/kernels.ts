import type { Attributes, Inputs, Kernel, NativeRuntime } from '../backend/contracts.js';
import { sizeOf } from '../backend/tensors.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';

/** Addresses of a kernel's inputs, and of as many new tensors as its optimizer keeps. */
interface Step {
  readonly count: number;
  readonly from: Readonly<Record<string, number>>;
  readonly to: readonly number[];
}

/**
 * A kernel for one step of one variable: inputs `value`, `gradient` and states of one shape, outputs the new value and the
 * new states in the order of `states`.
 */
function update(
  name: string,
  states: (attributes: Attributes) => readonly string[],
  run: (runtime: NativeRuntime, step: Step, attributes: Attributes) => void,
): Kernel {
  return {
    name,
    run(runtime, inputs: Inputs, attributes) {
      const { memory } = runtime;
      const kept = ['value', ...states(attributes)];
      const { shape } = inputs.value!;
      const outputs: TensorInfo[] = kept.map(() => memory.output(shape));
      const addresses = ['gradient', ...kept].map((key) => [key, memory.address(inputs[key]!)] as const);
      const count = sizeOf(shape);
      const to = outputs.map((output) => memory.address(output));
      run(runtime, { count, from: Object.fromEntries(addresses), to }, attributes);
      return outputs;
    },
  };
}

const sgd = update(
  'SenetSGD',
  () => [],
  ({ native }, { count, from, to: [value] }, { learningRate }) =>
    native.sgd(count, -(learningRate as number), from.value!, from.gradient!, value!),
);

const momentum = update(
  'SenetMomentum',
  () => ['accumulation'],
  ({ native }, { count, from, to: [value, accumulation] }, attributes) => {
    const { learningRate, momentum } = attributes as { [name: string]: number };
    native.momentum(
      ...([count, -learningRate!, momentum!, attributes.useNesterov as boolean, from.value!, from.gradient!] as const),
      ...([from.accumulation!, value!, accumulation!] as const),
    );
  },
);

/** Attributes of `SenetAdam` and `SenetAdamW`. */
interface AdamAttributes {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

const adam = update(
  'SenetAdam',
  () => ['first', 'second'],
  (runtime, step, attributes) => {
    // oneMinusPower: 1 - βᵗ, as tfjs' optimizer keeps it
    const { oneMinusPower1, oneMinusPower2 } = attributes as { [name: string]: number };
    adamStep(runtime, step, attributes as unknown as AdamAttributes, [oneMinusPower1!, oneMinusPower2!], 1);
  },
);

/**
 * AdamW (Loshchilov and Hutter 2019, as torch.optim.AdamW does it): the value decays by learningRate · weightDecay, apart
 * from the gradient. `step` counts from 1.
 */
const adamW = update(
  'SenetAdamW',
  () => ['first', 'second'],
  (runtime, step, attributes) => {
    const adam = attributes as unknown as AdamAttributes;
    const { weightDecay, step: t } = attributes as { weightDecay: number; step: number };
    const corrections = [1 - adam.beta1 ** t, 1 - adam.beta2 ** t] as const;
    adamStep(runtime, step, adam, corrections, 1 - adam.learningRate * weightDecay);
  },
);

function adamStep(
  { native }: NativeRuntime,
  { count, from, to: [value, first, second] }: Step,
  { learningRate, beta1, beta2, epsilon }: AdamAttributes,
  corrections: readonly [number, number],
  keep: number,
): void {
  native.adam(
    ...([count, -learningRate, beta1, beta2, 1 - beta1, 1 - beta2, ...corrections, epsilon, keep] as const),
    ...([from.value!, from.gradient!, from.first!, from.second!, value!, first!, second!] as const),
  );
}

const adamax = update(
  'SenetAdamax',
  () => ['first', 'norm'],
  ({ native }, { count, from, to: [value, first, norm] }, attributes) => {
    const { rate, beta1, beta2, epsilon } = attributes as { [name: string]: number };
    native.adamax(
      ...([count, rate!, beta1!, beta2!, 1 - beta1!, epsilon!] as const),
      ...([from.value!, from.gradient!, from.first!, from.norm!, value!, first!, norm!] as const),
    );
  },
);

const rmsprop = update(
  'SenetRMSProp',
  ({ centered }) => (centered ? ['square', 'moment', 'mean'] : ['square', 'moment']),
  ({ native }, { count, from, to: [value, square, moment, mean] }, attributes) => {
    const { learningRate, decay, momentum, epsilon } = attributes as { [name: string]: number };
    native.rmsprop(
      ...([count, attributes.centered as boolean, learningRate!, decay!, 1 - decay!, momentum!, epsilon!] as const),
      ...([from.value!, from.gradient!, from.square!, from.moment!, from.mean ?? 0] as const),
      ...([value!, square!, moment!, mean ?? 0] as const),
    );
  },
);

export const kernels: readonly Kernel[] = [sgd, momentum, adam, adamW, adamax, rmsprop];
