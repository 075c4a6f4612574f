import type { Gradient, Kernel } from '../backend/contracts.js';
import type { Tensor, TensorInfo } from '../backend/tfjs-internals.js';
import { callForAll, isSameShape, takes } from '../elementwise/shared.js';
import { gateLayout, type Layout } from './layout.js';
import { sumsOf } from './reductions.js';

const GATE_ADD_RELU = 'SenetGateAddRelu';
const GATE_ADD_RELU_GRAD = 'SenetGateAddReluGrad';

/**
 * The end of an SE-ResNet block (Hu et al. 2018, figure 3): max(x·gate + shortcut, 0), of x and shortcut `[n, h, w, c]` and
 * gate `[n, 1, 1, c]`, in one pass. For whoever builds layers; nothing of tfjs calls it.
 */
export const gateAddRelu: Kernel = {
  name: GATE_ADD_RELU,
  run(runtime, { x, gate, shortcut }) {
    const layout = layoutOf(x!, gate!, shortcut!);
    if (!layout) return undefined;
    const { memory, native } = runtime;
    const y = memory.output(x!.shape);
    const [xAt, gateAt, shortcutAt, yAt] = [x!, gate!, shortcut!, y].map((t) => memory.address(t)) as Four;
    native.gateAddRelu(layout.images, layout.pixels, layout.channels, xAt, gateAt, shortcutAt, yAt);
    return y;
  },
};

type Four = [number, number, number, number];

function layoutOf(x: TensorInfo, gate: TensorInfo, ...like: TensorInfo[]): Layout | undefined {
  const fits = takes(x, gate, ...like) && like.every(({ shape }) => isSameShape(shape, x.shape));
  return fits ? gateLayout(x.shape, gate.shape) : undefined;
}

/** dx, dgate and dshortcut of {@link gateAddRelu}, from x, gate, its result y, and dy. */
export const gateAddReluGrad: Kernel = {
  name: GATE_ADD_RELU_GRAD,
  run(runtime, { x, gate, y, dy }) {
    const layout = layoutOf(x!, gate!, y!, dy!);
    if (!layout) return undefined;
    const { memory, native } = runtime;
    const outputs = [x!, gate!, x!].map(({ shape }) => memory.output(shape));
    const sums = sumsOf(runtime, layout.channels);
    const [xAt, gateAt, yAt, dyAt] = [x!, gate!, y!, dy!].map((t) => memory.address(t)) as Four;
    const [dx, dgate, dshortcut] = outputs.map((t) => memory.address(t)) as [number, number, number];
    native.gateAddReluGradient(
      ...([layout.images, layout.pixels, layout.channels] as const),
      ...([xAt, gateAt, yAt, dyAt, dx, dgate, dshortcut, sums] as const),
    );
    return outputs;
  },
};

export const gateAddReluGradient: Gradient = {
  kernel: GATE_ADD_RELU,
  inputs: ['x', 'gate'],
  outputs: [true],
  run(runtime, dy, { inputs, outputs }) {
    const tensors = { x: inputs.x!, gate: inputs.gate!, y: outputs[0]!, dy: dy as Tensor };
    const [dx, dgate, dshortcut] = callForAll(runtime, GATE_ADD_RELU_GRAD, tensors);
    return { x: () => dx!, gate: () => dgate!, shortcut: () => dshortcut! };
  },
};
