import type { Feature, Kernel, Runtime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';

/**
 * Another tensor of the same data, as `Reshape` makes one; tfjs' own copy. tfjs saves a clone of everything a gradient
 * needs, so this is a copy less for every saved tensor. Data never changes in place, and lives until its last tensor goes.
 */
function share({ backend }: Runtime, { dataId, shape, dtype }: TensorInfo): TensorInfo {
  backend.incRef(dataId);
  return { dataId, shape, dtype };
}

const identity: Kernel<Runtime> = {
  name: 'Identity',
  run: (runtime, { x }) => (x!.dtype === 'string' ? undefined : share(runtime, x!)),
};

const cast: Kernel<Runtime> = {
  name: 'Cast',
  run: (runtime, { x }, { dtype }) => (x!.dtype !== dtype || dtype === 'string' ? undefined : share(runtime, x!)),
};

/** Clones, and casts to the same type, without a copy. Needs no SIMD. */
export const sharing: Feature<Runtime> = { kernels: [identity, cast] };
