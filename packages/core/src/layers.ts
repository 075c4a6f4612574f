/**
 * The TensorFlow.js target of `@senet/core`: graph → `tf.LayersModel` and back. Importing it registers the custom
 * layers, so that `tf.loadLayersModel` opens saved models that have them.
 */
import { provideLayersTarget } from './blocks/layers-target.js';
import { applyBlock } from './layers/apply.js';
import { compile } from './layers/compile.js';
import { copiesOfTfjs } from './layers/copies.js';

export { compile } from './layers/compile.js';
export { copiesOfTfjs } from './layers/copies.js';
export { DropLayer } from './layers/drop-layer.js';
export { GroupedConv2D } from './layers/grouped-conv2d.js';
export { groupedConv2d } from './layers/grouped-conv2d-math.js';
export { type ImportedModel, importLayersModel } from './layers/import.js';
export { OpLayer } from './layers/op-layer.js';
export { readState, writeState } from './layers/state.js';

for (const warning of copiesOfTfjs()) console.warn(`@senet: ${warning}`);

provideLayersTarget({ compile, applyBlock: applyBlock as never });
