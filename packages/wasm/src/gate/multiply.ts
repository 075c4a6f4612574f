import type { Gradient, Kernel } from '../backend/contracts.js';
import { sizeOf } from '../backend/tensors.js';
import type { Tensor, TensorInfo } from '../backend/tfjs-internals.js';
import { callForAll, isSameShape, takes } from '../elementwise/shared.js';
import { gateLayout, MIN_CHANNELS } from './layout.js';
import { sumsOf } from './reductions.js';

const GATE_GRAD = 'SenetGateGrad';

/** tfjs' `Multiply` of a map and a gate of its channels (gateLayout says which shapes), in either order. */
export const multiplyByGate: Kernel = {
  name: 'Multiply',
  run(runtime, inputs) {
    const [x, gate] = mapFirst(inputs.a!, inputs.b!);
    const layout = gateLayout(x.shape, gate.shape);
    if (!layout || layout.channels < MIN_CHANNELS || !takes(x, gate)) return undefined;
    const { memory, native } = runtime;
    const { images, pixels, channels } = layout;
    const y = memory.output(x.shape);
    native.gate(images, pixels, channels, memory.address(x), memory.address(gate), memory.address(y));
    return y;
  },
};

/** The larger of the two is the map. */
function mapFirst<T extends TensorInfo>(a: T, b: T): [T, T] {
  return sizeOf(a.shape) >= sizeOf(b.shape) ? [a, b] : [b, a];
}

/** dx and dgate, from x, gate and dy. */
export const gateGrad: Kernel = {
  name: GATE_GRAD,
  run(runtime, { x, gate, dy }) {
    const layout = gateLayout(x!.shape, gate!.shape);
    if (!layout || !takes(x, gate, dy) || !isSameShape(x!.shape, dy!.shape)) return undefined;
    const { memory, native } = runtime;
    const { images, pixels, channels } = layout;
    const [dx, dgate] = [memory.output(x!.shape), memory.output(gate!.shape)] as const;
    const sums = sumsOf(runtime, channels);
    const [xAt, gateAt, dyAt, dxAt, dgateAt] = [x!, gate!, dy!, dx, dgate].map((tensor) =>
      memory.address(tensor),
    ) as Five;
    native.gateGradient(images, pixels, channels, xAt, gateAt, dyAt, dxAt, dgateAt, sums);
    return [dx, dgate];
  },
};

type Five = [number, number, number, number, number];

export const multiplyByGateGradient: Gradient = {
  kernel: 'Multiply',
  inputs: ['a', 'b'],
  run(runtime, dy, { inputs }) {
    const [x, gate] = mapFirst(inputs.a!, inputs.b!);
    const tensors = { x, gate, dy: dy as Tensor };
    const layout = gateLayout(x.shape, gate.shape);
    if (!layout || layout.channels < MIN_CHANNELS || !takes(...Object.values(tensors))) return undefined;
    const [dx, dgate] = callForAll(runtime, GATE_GRAD, tensors);
    return x === inputs.a ? { a: () => dx!, b: () => dgate! } : { a: () => dgate!, b: () => dx! };
  },
};
