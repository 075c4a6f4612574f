/**
 * To the nearest multiple of `divisor`, at least `min`, and one multiple more where that falls below `limit` times the
 * value: how mobile networks round their channels (TensorFlow slim's mobilenet.py; timm's make_divisible).
 */
export function makeDivisible(value: number, divisor = 8, limit = 0.9, min = divisor): number {
  const rounded = Math.max(min, Math.floor((value + divisor / 2) / divisor) * divisor);
  return rounded < limit * value ? rounded + divisor : rounded;
}
