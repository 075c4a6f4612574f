/** A stage's stride, and the dilations of its first unit and of the others. */
interface Traded {
  readonly stride: number;
  readonly before: number;
  readonly dilation: number;
}

/**
 * Strides of stages beyond the output stride become dilations; the first unit of a stage keeps the dilation before it
 * (timm's resnet.py and regnet.py). `reduction` is the stem's.
 */
export function tradeStrides(
  strides: readonly number[],
  reduction: number,
  outputStride: number | undefined,
): Traded[] {
  let reached = reduction;
  let dilation = 1;
  return strides.map((stride) => {
    const before = dilation;
    if (stride > 1 && outputStride !== undefined && reached >= outputStride) {
      dilation *= stride;
      return { stride: 1, dilation, before };
    }
    reached *= stride;
    return { stride, dilation, before };
  });
}
