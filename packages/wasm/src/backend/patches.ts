import type { Attributes, Gradient, Inputs, Kernel, Patch, Runtime } from './contracts.js';
import { recordingDepth, type Tensor, type Tf, type WasmBackend } from './tfjs-internals.js';

/** Undoes one change. */
export type Restore = () => void;

/** What differs between kernels in SIMD and those composed by JavaScript. */
export interface Kind {
  /** Calls a kernel with its inputs, as it may read them. */
  call<T>(inputs: Inputs, kernel: (readable: Inputs) => T): T;
  /**
   * Whether gradients consist of kernels that have no gradients again. Gradients of gradients are then left to the gradient
   * that was registered before.
   */
  readonly firstOrder: boolean;
}

/** Puts a kernel before the one that is registered for its name on the wasm backend. */
export function overrideKernel<R extends Runtime>(runtime: R, kernel: Kernel<R>, kind: Kind): Restore {
  const { tf, backend } = runtime;
  const stock = tf.getKernel(kernel.name, 'wasm');
  const ours = {
    ...stock,
    kernelName: kernel.name,
    backendName: 'wasm',
    kernelFunc(call: { inputs: unknown; backend: unknown; attrs?: unknown }) {
      const inputs = call.inputs as Inputs;
      const attributes = (call.attrs ?? {}) as Attributes;
      if (call.backend === backend) {
        const result = kind.call(inputs, (readable) => kernel.run(runtime, readable, attributes));
        if (result) return result;
      }
      if (stock) return stock.kernelFunc(call as Parameters<typeof stock.kernelFunc>[0]);
      throw new Error(`@senet/wasm: ${kernel.name} does not take ${describe(inputs)}, and tfjs' wasm backend has none`);
    },
  };
  if (stock) tf.unregisterKernel(kernel.name, 'wasm');
  tf.registerKernel(ours);
  return () => {
    if (tf.getKernel(kernel.name, 'wasm')?.kernelFunc !== ours.kernelFunc) return; // somebody else's by now
    tf.unregisterKernel(kernel.name, 'wasm');
    if (stock) tf.registerKernel(stock);
  };
}

function describe(inputs: Inputs): string {
  return Object.entries(inputs)
    .map(([name, tensor]) => `${name}: ${tensor?.dtype}[${tensor?.shape}]`)
    .join(', ');
}

/**
 * Puts a gradient before tfjs' own. Gradients belong to no backend, so ours looks which one is active. Inputs and outputs
 * are saved for both; tfjs' own gets those it knows, in its order.
 */
export function overrideGradient<R extends Runtime>(runtime: R, gradient: Gradient<R>, kind: Kind): Restore {
  const { tf, backend } = runtime;
  const stock = tf.getGradient(gradient.kernel);
  if (stock?.saveAllInputs) throw new Error(`@senet/wasm: the gradient of ${gradient.kernel} saves all its inputs`);
  const stockInputs = stock?.inputsToSave ?? [];
  const inputNames = [...stockInputs, ...(gradient.inputs ?? []).filter((name) => !stockInputs.includes(name))];
  const outputFlags = merge(stock?.outputsToSave ?? [], gradient.outputs ?? []);
  const savedOutputs = outputFlags.flatMap((flag, index) => (flag ? [index] : []));
  const ours: NonNullable<ReturnType<Tf['getGradient']>> = {
    kernelName: gradient.kernel,
    inputsToSave: inputNames,
    outputsToSave: outputFlags,
    gradFunc(dy, saved, attributes) {
      const inputs = Object.fromEntries(inputNames.map((name, i) => [name, saved[i]!]));
      const outputs: Tensor[] = [];
      for (const [i, index] of savedOutputs.entries()) outputs[index] = saved[inputNames.length + i]!;
      const isLeftToStock = stock && kind.firstOrder && recordingDepth(tf) > 0;
      if (isActive(tf, backend) && !isLeftToStock) {
        const result = gradient.run(runtime, dy, { inputs, outputs }, attributes);
        if (result) return result;
      }
      if (!stock) throw new Error(`@senet/wasm: ${gradient.kernel} has no gradient on backend '${tf.getBackend()}'`);
      const stockOutputs = outputs.filter((_, index) => stock.outputsToSave?.[index]);
      return stock.gradFunc(dy, [...stockInputs.map((name) => inputs[name]!), ...stockOutputs], attributes);
    },
  };
  if (stock) tf.unregisterGradient(gradient.kernel);
  tf.registerGradient(ours);
  return () => {
    if (tf.getGradient(gradient.kernel)?.gradFunc !== ours.gradFunc) return;
    tf.unregisterGradient(gradient.kernel);
    if (stock) tf.registerGradient(stock);
  };
}

function merge(a: readonly boolean[], b: readonly boolean[]): boolean[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => Boolean(a[i] || b[i]));
}

/** Whether tensors made now are this backend's. */
export function isActive(tf: Tf, backend: WasmBackend): boolean {
  return tf.getBackend() === 'wasm' && (tf.backend() as unknown) === backend;
}

/** Puts a method of ours in the place of a prototype's; on other backends the old one runs. */
export function overrideMethod<R extends Runtime>(runtime: R, patch: Patch<R>): Restore {
  const { prototype, method } = patch.target(runtime.tf);
  const methods = prototype as Record<string, (this: unknown, ...args: unknown[]) => unknown>;
  const stock = methods[method]!;
  const own = Object.hasOwn(prototype, method);
  const ours = patch.replace(runtime, stock as never) as typeof stock;
  const chosen = function (this: unknown, ...args: unknown[]): unknown {
    return (isActive(runtime.tf, runtime.backend) ? ours : stock).apply(this, args);
  };
  methods[method] = chosen;
  return () => {
    if (methods[method] !== chosen) return;
    if (own) methods[method] = stock;
    else delete methods[method];
  };
}
