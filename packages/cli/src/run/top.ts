/** One class of a result. */
export interface Ranked {
  readonly index: number;
  readonly logit: number;
  /** By softmax over all classes, or each by itself where the head ends in sigmoids. */
  readonly probability: number;
}

/** The `k` classes with the largest logits, largest first. */
export function topOf(logits: Float32Array, k: number, activation: 'softmax' | 'sigmoid' = 'softmax'): Ranked[] {
  const probability = activation === 'sigmoid' ? sigmoid : softmaxOf(logits);
  return Array.from(logits, (logit, index) => ({ index, logit }))
    .sort((a, b) => b.logit - a.logit || a.index - b.index)
    .slice(0, k)
    .map(({ index, logit }) => ({ index, logit, probability: probability(logit) }));
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

function softmaxOf(logits: Float32Array): (logit: number) => number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) largest = Math.max(largest, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  return (logit) => Math.exp(logit - largest) / sum;
}
