import type { Attributes, Gradient, Kernel } from '../backend/contracts.js';
import { sizeOf } from '../backend/tensors.js';
import type { Tensor } from '../backend/tfjs-internals.js';
import type { NativeKernels } from '../generated/modules.js';
import { call, isSameShape, takes } from './shared.js';

type Unary = (native: NativeKernels, count: number, x: number, y: number, attributes: Attributes) => void;
type UnaryGradient = (
  native: NativeKernels,
  count: number,
  x: number,
  dy: number,
  dx: number,
  attributes: Attributes,
) => void;

function unary(name: string, compute: Unary): Kernel {
  return {
    name,
    run(runtime, { x }, attributes) {
      if (!takes(x)) return undefined;
      const { memory, native } = runtime;
      const y = memory.output(x!.shape);
      compute(native, sizeOf(x!.shape), memory.address(x!), memory.address(y), attributes);
      return y;
    },
  };
}

/** dx of x (or, where the gradient is simpler so, of the activation's result) and dy. */
function unaryGradient(name: string, compute: UnaryGradient): Kernel {
  return {
    name,
    run(runtime, { x, dy }, attributes) {
      if (!takes(x, dy) || !isSameShape(x!.shape, dy!.shape)) return undefined;
      const { memory, native } = runtime;
      const dx = memory.output(x!.shape);
      compute(native, sizeOf(x!.shape), memory.address(x!), memory.address(dy!), memory.address(dx), attributes);
      return dx;
    },
  };
}

/** Of a hard sigmoid: 0.2 and 0.5 in Keras 2 and tfjs, 1/6 and 0.5 in PyTorch and Keras 3. */
const slopeOf = ({ slope }: Attributes) => slope as number;
const offsetOf = ({ offset }: Attributes) => offset as number;

export const activationKernels: readonly Kernel[] = [
  unary('LeakyRelu', (native, count, x, y, { alpha }) => native.leakyRelu(count, alpha as number, x, y)),
  unary('SenetSwish', (native, count, x, y) => native.swish(count, x, y)),
  unary('SenetHardSwish', (native, count, x, y) => native.hardSwish(count, x, y)),
  unary('SenetHardSigmoid', (native, count, x, y, attributes) =>
    native.hardSigmoid(count, slopeOf(attributes), offsetOf(attributes), x, y),
  ),
  unaryGradient('SenetReluGrad', (native, count, x, dy, dx, { high, outside, nan }) =>
    native.reluGradient(count, high as number, outside as number, nan as number, x, dy, dx),
  ),
  unaryGradient('SenetSigmoidGrad', (native, count, y, dy, dx) => native.sigmoidGradient(count, y, dy, dx)),
  unaryGradient('SenetSwishGrad', (native, count, x, dy, dx) => native.swishGradient(count, x, dy, dx)),
  unaryGradient('SenetHardSwishGrad', (native, count, x, dy, dx) => native.hardSwishGradient(count, x, dy, dx)),
  unaryGradient('SenetHardSigmoidGrad', (native, count, x, dy, dx, attributes) =>
    native.hardSigmoidGradient(count, slopeOf(attributes), offsetOf(attributes), x, dy, dx),
  ),
];

/** The gradient of `kernel` by one kernel of ours, of x or of the activation's result. */
function gradient(
  kernel: string,
  by: string,
  of: 'input' | 'output',
  attributesFor: (attributes: Attributes) => object = () => ({}),
): Gradient {
  return {
    kernel,
    ...(of === 'input' ? { inputs: ['x'] } : { outputs: [true] }),
    run(runtime, dy, { inputs, outputs }, attributes) {
      const tensors = { x: of === 'input' ? inputs.x! : outputs[0]!, dy: dy as Tensor };
      if (!takes(tensors.x, tensors.dy)) return undefined;
      return { x: () => call(runtime, by, tensors, attributesFor(attributes)) };
    },
  };
}

const itself = (attributes: Attributes) => attributes;

export const activationGradients: readonly Gradient[] = [
  gradient('Relu', 'SenetReluGrad', 'input', () => ({ high: Number.POSITIVE_INFINITY, outside: 0, nan: Number.NaN })),
  gradient('Relu6', 'SenetReluGrad', 'input', () => ({ high: 6, outside: 0, nan: Number.NaN })),
  gradient('LeakyRelu', 'SenetReluGrad', 'input', leaky),
  gradient('Sigmoid', 'SenetSigmoidGrad', 'output'),
  gradient('SenetSwish', 'SenetSwishGrad', 'input'),
  gradient('SenetHardSwish', 'SenetHardSwishGrad', 'input'),
  gradient('SenetHardSigmoid', 'SenetHardSigmoidGrad', 'input', itself),
];

function leaky({ alpha }: Attributes): object {
  return { high: Number.POSITIVE_INFINITY, outside: alpha, nan: alpha };
}
