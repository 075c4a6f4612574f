/** The residual units of the backbones as plain loops, with a hook at each of their sites. */
import type { State } from '@senet/core/graph';
import { conv2d, FORMULAS, type Tensor } from './reference.js';

/** Called with what stands at a site; gives back what its readers get. */
export type Hook = (site: string, x: Tensor) => Tensor;

interface Conv {
  readonly kernel?: number;
  readonly stride?: number;
  readonly depthwise?: boolean;
}

/** The layers under one scope of a state, with timm's names. */
export class Layers {
  constructor(
    private readonly state: State,
    private readonly prefix: string,
    private readonly epsilon = 1e-5,
  ) {}

  has(name: string): boolean {
    return this.state.has(`${this.prefix}.${name}.weight`);
  }

  /** Padded as PyTorch pads, without bias. */
  conv(x: Tensor, name: string, { kernel = 1, stride = 1, depthwise = false }: Conv = {}): Tensor {
    const p = (kernel - 1) / 2;
    const data = this.get(name, 'weight');
    const inputs = depthwise ? 1 : x.shape[2]!;
    const weight = { shape: [kernel, kernel, inputs, data.length / (kernel * kernel * inputs)], data };
    const window = { kernel: [kernel, kernel], strides: [stride, stride], dilation: [1, 1], padding: [p, p, p, p] };
    return conv2d(x, weight, window as never, depthwise ? x.shape[2]! : 1);
  }

  norm(x: Tensor, name: string): Tensor {
    const [gamma, beta, mean, variance] = (['weight', 'bias', 'running_mean', 'running_var'] as const).map((role) =>
      this.get(name, role),
    );
    return map(x, (v, c) => (gamma![c]! * (v - mean![c]!)) / Math.sqrt(variance![c]! + this.epsilon) + beta![c]!);
  }

  private get(name: string, role: string): ArrayLike<number> {
    return this.state.get(`${this.prefix}.${name}.${role}`)!;
  }
}

export function map(x: Tensor, of: (value: number, channel: number) => number): Tensor {
  const channels = x.shape.at(-1)!;
  return { shape: x.shape, data: Array.from(x.data, (v, i) => of(v, i % channels)) };
}

const relu = (x: Tensor) => map(x, FORMULAS.relu);
const add = (a: Tensor, b: Tensor): Tensor => ({ shape: a.shape, data: Array.from(a.data, (v, i) => v + b.data[i]!) });

function shortcut(x: Tensor, l: Layers, stride: number): Tensor {
  return l.has('downsample.0') ? l.norm(l.conv(x, 'downsample.0', { stride }), 'downsample.1') : x;
}

export type UnitReference = (x: Tensor, l: Layers, stride: number, hook: Hook) => Tensor;

export const basic: UnitReference = (x, l, stride, hook) => {
  const norm = l.norm(l.conv(hook('input', x), 'conv1', { kernel: 3, stride }), 'bn1');
  const hidden = hook('hidden', relu(hook('hidden-preact', norm)));
  const branch = hook('branch', l.norm(l.conv(hidden, 'conv2', { kernel: 3 }), 'bn2'));
  return hook('output', relu(add(branch, hook('shortcut', shortcut(x, l, stride)))));
};

export const bottleneck: UnitReference = (x, l, stride, hook) => {
  const first = relu(l.norm(l.conv(hook('input', x), 'conv1'), 'bn1'));
  const norm = l.norm(l.conv(first, 'conv2', { kernel: 3, stride }), 'bn2');
  const hidden = hook('hidden', relu(hook('hidden-preact', norm)));
  const branch = hook('branch', l.norm(l.conv(hidden, 'conv3'), 'bn3'));
  return hook('output', relu(add(branch, hook('shortcut', shortcut(x, l, stride)))));
};

/** Of MobileNetV3-Small's second stage: kernel 3, ReLU. */
export const invertedResidual: UnitReference = (x, l, stride, hook) => {
  const wide = relu(l.norm(l.conv(hook('input', x), 'conv_pw'), 'bn1'));
  const norm = l.norm(l.conv(wide, 'conv_dw', { kernel: 3, stride, depthwise: true }), 'bn2');
  const hidden = hook('hidden', relu(hook('hidden-preact', norm)));
  const branch = hook('branch', l.norm(l.conv(hidden, 'conv_pwl'), 'bn3'));
  const skips = stride === 1 && branch.shape[2] === x.shape[2];
  return hook('output', skips ? add(branch, hook('shortcut', x)) : branch);
};
