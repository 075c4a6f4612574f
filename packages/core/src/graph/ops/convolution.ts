import { kaimingNormal, torchUniform, zeros } from '../initializer.js';
import type { ParameterSlot } from '../parameter.js';
import { asMap, type Padding, type Pair, shapeError, showShape, sizeOf, slide } from '../shape.js';
import type { ActivationName } from './elementwise.js';
import { ONE, type OpDefinition } from './op.js';

export interface Conv2dAttributes {
  readonly filters: number;
  /** `[height, width]` */
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilation: Pair;
  readonly padding: Padding;
  readonly groups: number;
  readonly bias: boolean;
  /** Applied to the output; `linear` by default. Builders make a node of their own, passes fuse it. */
  readonly activation?: ActivationName;
}

/** Cross-correlation over `[h, w, c]`, kernel `[kh, kw, c / groups, filters]`. */
export const conv2d: OpDefinition<Conv2dAttributes> = {
  summary: '2-d convolution, grouped where groups > 1',
  inputs: ONE,
  parameters({ filters, kernel, groups, bias }, [input]) {
    const [, , channels] = asMap(input!);
    if (channels % groups !== 0 || filters % groups !== 0) {
      throw shapeError(
        `${groups} groups do not divide ${channels} channels into ${filters} filters`,
        'groups that divide the channels and the filters',
      );
    }
    const shape = [kernel[0], kernel[1], channels / groups, filters];
    return withBias({ ...weight(shape, 'HWIO'), initializer: kaimingNormal(shape, 'HWIO') }, filters, bias);
  },
  shape({ filters, ...window }, [input]) {
    const [height, width] = asMap(input!);
    return [...slide(height, width, window), filters];
  },
  macs({ kernel, groups }, [input], output) {
    const [, , channels] = asMap(input!);
    return times(sizeOf(output), (kernel[0] * kernel[1] * channels) / groups);
  },
};

export interface DepthwiseConv2dAttributes {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilation: Pair;
  readonly padding: Padding;
  readonly multiplier: number;
  readonly bias: boolean;
  /** As for `conv2d`. */
  readonly activation?: ActivationName;
}

/** Every channel on its own: kernel `[kh, kw, c, multiplier]`, output channels `c · multiplier`. */
export const depthwiseConv2d: OpDefinition<DepthwiseConv2dAttributes> = {
  summary: 'depthwise 2-d convolution',
  inputs: ONE,
  parameters({ kernel, multiplier, bias }, [input]) {
    const [, , channels] = asMap(input!);
    const shape = [kernel[0], kernel[1], channels, multiplier];
    const slot = { ...weight(shape, 'HWCM'), initializer: kaimingNormal(shape, 'HWCM') };
    return withBias(slot, channels * multiplier, bias);
  },
  shape({ multiplier, ...window }, [input]) {
    const [height, width, channels] = asMap(input!);
    return [...slide(height, width, window), channels * multiplier];
  },
  macs: ({ kernel }, _inputs, output) => times(sizeOf(output), kernel[0] * kernel[1]),
};

export interface Conv1dAttributes {
  readonly filters: number;
  readonly kernel: number;
  /** `same` keeps the steps. */
  readonly padding: 'valid' | 'same';
  readonly bias: boolean;
}

/** Convolution with stride 1 along the steps of `[steps, c]`, kernel `[k, c, filters]`. */
export const conv1d: OpDefinition<Conv1dAttributes> = {
  summary: '1-d convolution',
  inputs: ONE,
  parameters({ filters, kernel, bias }, [input]) {
    const [, channels] = asSteps(input!);
    const shape = [kernel, channels, filters];
    const slot = { ...weight(shape, 'WIO'), initializer: torchUniform(kernel * channels) };
    return withBias(slot, filters, bias);
  },
  shape({ filters, kernel, padding }, [input]) {
    const [steps] = asSteps(input!);
    const [length] = slide(steps, 1, { kernel: [kernel, 1], strides: [1, 1], padding });
    return [length, filters];
  },
  macs({ kernel }, [input], output) {
    const [, channels] = asSteps(input!);
    return times(sizeOf(output), kernel * channels);
  },
};

function asSteps(shape: readonly (number | null)[]): readonly [number | null, number] {
  const [steps, channels] = shape;
  if (shape.length !== 2 || steps === undefined || typeof channels !== 'number') {
    throw shapeError(`needs [steps, channels], got ${showShape(shape)}`);
  }
  return [steps, channels];
}

function weight(shape: readonly number[], layout: 'HWIO' | 'HWCM' | 'WIO') {
  return { role: 'kernel', suffix: 'weight', shape, layout, trainable: true } as const;
}

function withBias(kernel: ParameterSlot, filters: number, bias: boolean): ParameterSlot[] {
  if (!bias) return [kernel];
  return [kernel, { role: 'bias', suffix: 'bias', shape: [filters], layout: 'C', trainable: true, initializer: zeros }];
}

export function times(size: number | null, factor: number): number | null {
  return size === null ? null : size * factor;
}
