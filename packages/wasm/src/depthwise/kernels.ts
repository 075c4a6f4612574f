import type { Attributes, Kernel, NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import { BOUNDS, type Epilogue, PLAIN } from './epilogue.js';
import { type Geometry, geometryOf } from './geometry.js';
import { groupedFilterGradient, groupedForward, groupedInputGradient } from './grouped.js';
import { isSlower, singleFilterGradient, singleForward, singleInputGradient } from './single.js';

/** tfjs' `DepthwiseConv2dNative`: y `[n, oh, ow, c·multiplier]` of x `[n, h, w, c]`, filter `[kh, kw, c, multiplier]`. */
const depthwiseConv2d: Kernel = {
  name: 'DepthwiseConv2dNative',
  run: (runtime, { x, filter }, attributes) => forward(runtime, x!, filter!, attributes, PLAIN),
};

/** tfjs' `FusedDepthwiseConv2D`: the same with a bias `[c·multiplier]` and an activation. */
const fusedDepthwiseConv2d: Kernel = {
  name: 'FusedDepthwiseConv2D',
  run(runtime, { x, filter, bias }, attributes) {
    const bounds = BOUNDS[(attributes.activation as string | undefined) ?? 'linear'];
    const channels = filter!.shape[2]! * filter!.shape[3]!;
    const fits = !bias || (bias.shape.length === 1 && bias.shape[0] === channels && bias.dtype === 'float32');
    return bounds && fits ? forward(runtime, x!, filter!, attributes, { ...bounds, bias }) : undefined;
  },
};

function forward(
  runtime: NativeRuntime,
  x: TensorInfo,
  filter: TensorInfo,
  attributes: Attributes,
  epilogue: Epilogue,
): TensorInfo | undefined {
  if (!areFloats(x, filter)) return undefined;
  const geometry = geometryOf(runtime.tf, x.shape, filter.shape, attributes);
  if (!geometry) return undefined;
  if (!isSingle(geometry)) return groupedForward(runtime, x, filter, geometry, epilogue);
  return isSlower(geometry) ? undefined : singleForward(runtime, x, filter, geometry, epilogue);
}

/** tfjs' `DepthwiseConv2dNativeBackpropInput`, which its wasm backend lacks. */
const backpropInput: Kernel = {
  name: 'DepthwiseConv2dNativeBackpropInput',
  run(runtime, { dy, filter }, attributes) {
    if (!areFloats(dy!, filter!)) return undefined;
    const geometry = geometryOf(runtime.tf, attributes.inputShape as number[], filter!.shape, attributes);
    const gradient = geometry && (isSingle(geometry) ? singleInputGradient : groupedInputGradient);
    return gradient?.(runtime, dy!, filter!, geometry!);
  },
};

/** tfjs' `DepthwiseConv2dNativeBackpropFilter`, which its wasm backend lacks. */
const backpropFilter: Kernel = {
  name: 'DepthwiseConv2dNativeBackpropFilter',
  run(runtime, { x, dy }, attributes) {
    if (!areFloats(x!, dy!)) return undefined;
    const geometry = geometryOf(runtime.tf, x!.shape, attributes.filterShape as number[], attributes);
    const gradient = geometry && (isSingle(geometry) ? singleFilterGradient : groupedFilterGradient);
    return gradient?.(runtime, x!, dy!, geometry!);
  },
};

function isSingle({ ins, outs }: Geometry): boolean {
  return ins * outs === 1;
}

function areFloats(...tensors: TensorInfo[]): boolean {
  return tensors.every(({ dtype }) => dtype === 'float32');
}

export const kernels: readonly Kernel[] = [depthwiseConv2d, fusedDepthwiseConv2d, backpropInput, backpropFilter];
