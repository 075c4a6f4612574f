import { type Assembly, type Parameter, staticSize } from '@senet/core/graph';
import { classifier, stem } from '../adapt.js';
import { type Dialect, entriesOf, readAs, shapeIn } from '../dialects/dialect.js';
import { diffWeights, type WeightsDiff } from '../diff.js';
import type { TensorFile } from '../formats/tensor.js';

/** How a file fits a network, whatever the number of its classes and of its input channels. */
export interface Fit {
  /** Of the file, or where it does not tell, of the network; `undefined` where that has no classifier. */
  readonly classes: number | undefined;
  readonly inputChannels: number;
  /** What differs beside those. */
  readonly diff: WeightsDiff;
}

export function fitOf(assembly: Assembly, file: TensorFile, dialect: Dialect): Fit {
  const read = readAs(dialect, file, assembly);
  const keys = new Map(entriesOf(assembly, dialect).map(({ parameter, key }) => [parameter.key, key]));
  const found = (parameter: Parameter) => read.tensors.get(keys.get(parameter.key)!)?.shape;

  /** What stands at an axis in the file, where all these parameters agree on it and on all other axes. */
  const sizeAt = (axis: number, parameters: readonly Parameter[]): number | undefined => {
    const sizes = parameters.map((parameter) => {
      const shape = found(parameter);
      if (shape === undefined) return undefined;
      const size = staticSize(shape) / staticSize(parameter.shape.toSpliced(axis, 1));
      const expected = shapeIn(dialect, { ...parameter, shape: parameter.shape.with(axis, size) }, assembly);
      return shape.join() === expected.join() ? size : undefined;
    });
    return new Set(sizes).size === 1 ? sizes[0] : undefined;
  };

  const [head, stems] = [classifier(assembly.graph), stem(assembly.graph)];
  const [classes, channels] = [sizeAt(-1, head), sizeAt(-2, stems)];
  const settled = [...(classes === undefined ? [] : head), ...(channels === undefined ? [] : stems)];
  const allowed = new Set(settled.map(({ key }) => keys.get(key)!));
  const diff = diffWeights(assembly, read, dialect);
  return {
    classes: classes ?? head.at(-1)?.shape.at(-1),
    inputChannels: channels ?? assembly.config.input.shape[2],
    diff: { ...diff, misshapen: diff.misshapen.filter(({ key }) => !allowed.has(key)) },
  };
}
