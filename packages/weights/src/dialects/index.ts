import { Registry } from '@senet/core/graph';
import { caffe } from './caffe.js';
import type { Dialect } from './dialect.js';
import { keras } from './keras.js';
import { lukemelas } from './lukemelas.js';
import { paddle } from './paddle.js';
import { seed } from './seed.js';
import { timm } from './timm.js';
import { torchvision } from './torchvision.js';

export { caffe } from './caffe.js';
export { type Dialect, type Entry, entriesOf, type FileLayout } from './dialect.js';
export { keras } from './keras.js';
export { kerasLayout, torchLayout } from './layout.js';
export { lukemelas } from './lukemelas.js';
export { paddle } from './paddle.js';
export { seed } from './seed.js';
export { timm } from './timm.js';
export { torchvision } from './torchvision.js';

/** The dialects of this package. Add your own to a registry and pass that to `loadWeights`. */
export function dialectRegistry(...more: readonly Dialect[]): Registry<Dialect> {
  const registry = new Registry<Dialect>('dialect');
  for (const dialect of [timm, torchvision, caffe, keras, seed, lukemelas, paddle, ...more])
    registry.add(dialect.name, dialect);
  return registry;
}
