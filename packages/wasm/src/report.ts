import type { Simd } from './modules.js';

/** What {@link install} did. */
export interface InstallReport {
  /** The release of this package. */
  readonly version: string;
  /** SIMD instructions of the kernels in use; `'none'` where only kernels composed by JavaScript are. */
  readonly simd: Simd | 'none';
  /**
   * Whether our kernels work on tfjs' memory in place (`'shared-view'`, also where no threads share it), or JavaScript
   * composes tfjs' own kernels (`'js-only'`).
   */
  readonly memory: 'shared-view' | 'js-only';
  /** Kernels registered on the wasm backend, by tfjs' names. */
  readonly kernels: readonly string[];
  /** Kernels whose gradient is ours while the wasm backend is active. */
  readonly gradients: readonly string[];
  /** Methods of layers and optimizers that are ours while the wasm backend is active. */
  readonly methods: readonly string[];
  /** Kernels that tfjs' gradients call and that the wasm backend has not: what needs them does not train. */
  readonly missing: readonly string[];
  /** Why something is not as it could be, a line each. */
  readonly notes: readonly string[];
  /** The release of tfjs. */
  readonly tfjs: string;
}

/** Kernels that gradients of tfjs call. */
export const GRADIENT_KERNELS: readonly string[] = [
  'AvgPool3DGrad',
  'AvgPoolGrad',
  'Conv2DBackpropFilter',
  'Conv2DBackpropInput',
  'Conv3DBackpropFilterV2',
  'Conv3DBackpropInputV2',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
  'Einsum',
  'EluGrad',
  'LRNGrad',
  'MaxPool3DGrad',
  'MaxPoolGrad',
  'ResizeBilinearGrad',
  'ResizeNearestNeighborGrad',
  'UnsortedSegmentSum',
];
