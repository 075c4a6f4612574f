// The module's exports: every kernel that JavaScript calls, and nothing else.
export { channelGradientSums, channelStatistics, normalize, normalizeGradient } from './batch-norm';
export { depthwiseFilterGradient, depthwiseRows } from './depthwise';
export {
  hardSigmoid, hardSigmoidGradient, hardSwish, hardSwishGradient, leakyRelu, reluGradient, sigmoidGradient, swish,
  swishGradient,
} from './elementwise';
export { filterGradient } from './filter-gradient';
export { gate, gateAddRelu, gateAddReluGradient, gateGradient, spreadPixels, sumPixels } from './gate';
export { gemm, gemmRows } from './gemm';
export { groupedFilterGradient, groupedRows } from './grouped';
export { packGroups, packImage, unpackGroups } from './grouped-pack';
export { adam, adamax, momentum, rmsprop, sgd } from './optimizer';
export { copyRows, packPanels, packReversed, padRows, transpose } from './pack';
export { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from './pool';
export { zero } from './simd';
export { exp, softmaxCrossEntropy, softmaxCrossEntropyGradient, softmaxGradient } from './softmax';
export { strassen, strassenPanels } from './strassen';
export { gatherWindows, scatterPixels } from './windows';
export { winogradFilter, winogradInput, winogradOutput, winogradProducts } from './winograd';
export { winogradFilterGradient, winogradFilterProducts, winogradOutputGradient } from './winograd-gradient';
export { tallRows } from './tile';

// Exported only so that Binaryen leaves them functions of their own (see `tile.ts`).
export { lowProducts, tallProducts } from './filter-gradient';
export { lowTile, runsTile, tallTile } from './tile';
