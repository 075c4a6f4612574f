import { type Shape, shapeError, showShape, sizeOf } from '../shape.js';
import { NONE, ONE, type OpDefinition } from './op.js';

export interface ReshapeAttributes {
  /** The new shape, without the batch dimension; every dimension known. */
  readonly shape: readonly number[];
}

export const reshape: OpDefinition<ReshapeAttributes> = {
  summary: 'the same values in another shape',
  inputs: ONE,
  shape({ shape }, [input]) {
    const size = sizeOf(input!);
    if (size !== null && size !== sizeOf(shape)) {
      throw shapeError(`${showShape(input!)} has ${size} values, ${showShape(shape)} has ${sizeOf(shape)}`);
    }
    return shape;
  },
};

export interface InputAttributes {
  readonly shape: Shape;
}

export const input: OpDefinition<InputAttributes> = {
  summary: 'what the model is given',
  inputs: NONE,
  shape: ({ shape }) => shape,
};
