import type { NativeRuntime, Patch } from '../backend/contracts.js';
import type { Tensor, Tf } from '../backend/tfjs-internals.js';
import type { Optimizer, Slot, VariableGradients } from './tfjs-optimizers.js';

/** One state of an optimizer: the list that holds it for all variables, and tfjs' suffix for its name. */
export interface State {
  /** The kernel's name of it. */
  readonly input: string;
  readonly slots: Slot[];
  readonly suffix: string;
}

/** What one call of `applyGradients` does: for every variable the kernel, then `finish`. */
export interface Update {
  readonly kernel: string;
  readonly attributes: Record<string, number | boolean>;
  /** In the order of the kernel's outputs, after the new value. */
  readonly states: readonly State[];
  finish?(): void;
}

/** An optimizer's `applyGradients` with a kernel of ours; tfjs' own where a variable is not float32. */
export function updatePatch<O extends Optimizer>(
  name: 'SGD' | 'Momentum' | 'Adam' | 'Adamax' | 'RMSProp',
  prepare: (tf: Tf, optimizer: O) => Update,
): Patch {
  return {
    name: `${name}Optimizer.applyGradients`,
    target: (tf) => ({ prototype: tf[`${name}Optimizer`].prototype, method: 'applyGradients' }),
    replace: (runtime, stock) =>
      function (this: O, gradients: VariableGradients) {
        const pairs = pairsOf(runtime.tf, gradients);
        if (!pairs.every(({ value, gradient }) => !gradient || fits(value, gradient))) {
          return (stock as (gradients: VariableGradients) => void).call(this, gradients);
        }
        runtime.tf.tidy(() => {
          const update = prepare(runtime.tf, this);
          for (const [i, pair] of pairs.entries()) applyTo(runtime, update, i, pair);
          update.finish?.();
        });
        this.incrementIterations();
      } as never,
  };
}

interface Pair {
  readonly name: string;
  readonly value: ReturnType<Tf['variable']>;
  readonly gradient: Tensor | null | undefined;
}

function pairsOf(tf: Tf, gradients: VariableGradients): Pair[] {
  const named = Array.isArray(gradients)
    ? gradients.map(({ name, tensor }) => [name, tensor] as const)
    : Object.entries(gradients);
  return named.map(([name, gradient]) => ({ name, gradient, value: tf.engine().registeredVariables[name]! }));
}

function fits(value: Tensor, gradient: Tensor): boolean {
  return value.dtype === 'float32' && gradient.dtype === 'float32';
}

function applyTo({ tf }: NativeRuntime, update: Update, index: number, { name, value, gradient }: Pair): void {
  const states = update.states.map(({ slots, suffix }) => {
    slots[index] ??= { originalName: `${name}/${suffix}`, variable: tf.zerosLike(value).variable(false) };
    return slots[index].variable;
  });
  if (!gradient) return;
  tf.tidy(() => {
    const inputs: Record<string, Tensor> = { value, gradient };
    for (const [i, { input }] of update.states.entries()) inputs[input] = states[i]!;
    const [newValue, ...newStates] = tf.engine().runKernel(update.kernel, inputs, update.attributes) as Tensor[];
    for (const [i, state] of states.entries()) state.assign(newStates[i]!);
    value.assign(newValue!);
  });
}
