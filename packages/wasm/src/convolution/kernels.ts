import type { Attributes, Kernel, NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import { winogradTile } from './choose.js';
import { type Epilogue, fused, PLAIN } from './epilogue.js';
import { filterGradient } from './filter-gradient.js';
import { convolve } from './forward.js';
import { geometryOf } from './geometry.js';
import { inputGradient } from './input-gradient.js';
import { winogradConvolve, winogradFilterGradient, winogradInputGradient } from './winograd.js';

/** tfjs' `Conv2D`: y `[n, oh, ow, cout]` of x `[n, h, w, cin]` and filter `[kh, kw, cin, cout]`. */
const conv2D: Kernel = {
  name: 'Conv2D',
  run: (runtime, { x, filter }, attributes) => forward(runtime, x!, filter!, attributes, PLAIN),
};

/** tfjs' `FusedConv2D`: as `Conv2D`, with a bias `[cout]` and an activation. */
const fusedConv2D: Kernel = {
  name: 'FusedConv2D',
  run: (runtime, { x, filter, bias }, attributes) =>
    fused(runtime, attributes, bias, filter!.shape[3]!, (epilogue) =>
      forward(runtime, x!, filter!, attributes, epilogue),
    ),
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
  const size = winogradTile('outputs', geometry, geometry.outHeight, geometry.outWidth, runtime.options);
  if (size) return winogradConvolve(runtime, x, filter, geometry, epilogue, size);
  return convolve(runtime, x, filter, geometry, epilogue);
}

/** tfjs' `Conv2DBackpropInput`; takes `dilations`, which tfjs' own gradient never gives. */
const conv2DBackpropInput: Kernel = {
  name: 'Conv2DBackpropInput',
  run(runtime, { dy, filter }, attributes) {
    if (!areFloats(dy!, filter!)) return undefined;
    const geometry = geometryOf(runtime.tf, attributes.inputShape as number[], filter!.shape, attributes);
    if (!geometry) return undefined;
    const size = winogradTile('outputs', geometry, geometry.inHeight, geometry.inWidth, runtime.options);
    if (size) return winogradInputGradient(runtime, dy!, filter!, geometry, size);
    return inputGradient(runtime, dy!, filter!, geometry);
  },
};

/** tfjs' `Conv2DBackpropFilter`, which its wasm backend lacks; takes `dilations`, which tfjs' own gradient never gives. */
const conv2DBackpropFilter: Kernel = {
  name: 'Conv2DBackpropFilter',
  run(runtime, { x, dy }, attributes) {
    if (!areFloats(x!, dy!)) return undefined;
    const geometry = geometryOf(runtime.tf, x!.shape, attributes.filterShape as number[], attributes);
    if (!geometry) return undefined;
    const size = winogradTile('filter', geometry, geometry.outHeight, geometry.outWidth, runtime.options);
    if (size) return winogradFilterGradient(runtime, x!, dy!, geometry, size);
    return filterGradient(runtime, x!, dy!, geometry);
  },
};

function areFloats(...tensors: TensorInfo[]): boolean {
  return tensors.every(({ dtype }) => dtype === 'float32');
}

export const kernels: readonly Kernel[] = [conv2D, fusedConv2D, conv2DBackpropInput, conv2DBackpropFilter];
