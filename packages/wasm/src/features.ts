/** What gets installed, in order. A feature that comes later is asked before one that came earlier. */
import type { Feature, Runtime } from './backend/contracts.js';
import { convolution } from './convolution/index.js';
import { depthwise } from './depthwise/index.js';
import { elementwise, sharing } from './elementwise/index.js';
import { gate } from './gate/index.js';
import { jsOnly } from './js-only/index.js';
import { loss } from './loss/index.js';
import { lossWithoutSimd } from './loss/js-only.js';
import { matMul } from './matmul/index.js';
import { misc } from './misc/index.js';
import { normalization } from './normalization/index.js';
import { optimizer } from './optimizer/index.js';
import { optimizerWithoutSimd } from './optimizer/js-only.js';
import { padding } from './padding/index.js';
import { pool } from './pool/index.js';

/** On tfjs' memory, in SIMD. */
export const nativeFeatures: readonly Feature[] = [
  convolution,
  matMul,
  depthwise,
  elementwise,
  gate,
  loss,
  normalization,
  optimizer,
  padding,
  pool,
];

/** From JavaScript, composed of kernels that tfjs' wasm backend has. Installed first: what SIMD kernels leave comes here. */
export const jsFeatures: readonly Feature<Runtime>[] = [jsOnly, lossWithoutSimd, misc, optimizerWithoutSimd, sharing];
