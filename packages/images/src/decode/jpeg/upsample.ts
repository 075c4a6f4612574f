import type { Component, Frame } from './frame.js';

/** Gives a row of the picture, whose samples are valid until the next one is asked for. */
export type RowReader = (y: number) => Uint8Array;

/**
 * The rows of a component at the picture's size. Halves are interpolated as a triangle filter does it, with libjpeg's
 * roundings (jdsample.c, "fancy upsampling"); other ratios repeat samples.
 */
export function rowsOf(component: Component, { maxAcross, maxDown }: Frame): RowReader {
  const { across, down, width, height, samples } = component;
  const stride = component.blocksAcross * 8;
  const wide = maxAcross / across;
  const tall = maxDown / down;
  if (!Number.isInteger(wide) || !Number.isInteger(tall)) throw new Error('sampling factors that do not divide');
  const row = (y: number) => samples.subarray(y * stride, y * stride + width);
  if (wide === 1 && tall === 1) return row;

  const target = new Uint8Array(width * wide);
  /** The row that a sample between two rows leans to, and the other one, which at the edge is the same. */
  const neighbours = (y: number) => {
    const near = y >> 1;
    const far = y % 2 === 0 ? Math.max(near - 1, 0) : Math.min(near + 1, height - 1);
    return [row(near), row(far)] as const;
  };
  if (wide === 2 && tall === 1 && width > 2) return (y) => doubleAcross(row(y), target);
  if (wide === 1 && tall === 2) return (y) => betweenRows(...neighbours(y), y % 2 === 0 ? 1 : 2, target);
  if (wide === 2 && tall === 2 && width > 2) return (y) => doubleBoth(...neighbours(y), target);
  return (y) => repeat(row(Math.floor(y / tall)), wide, target);
}

function doubleAcross(row: Uint8Array, target: Uint8Array): Uint8Array {
  const last = row.length - 1;
  for (let x = 0; x <= last; x++) {
    const near = row[x]! * 3;
    target[2 * x] = x === 0 ? row[0]! : (near + row[x - 1]! + 1) >> 2;
    target[2 * x + 1] = x === last ? row[last]! : (near + row[x + 1]! + 2) >> 2;
  }
  return target;
}

function betweenRows(near: Uint8Array, far: Uint8Array, bias: number, target: Uint8Array): Uint8Array {
  for (let x = 0; x < near.length; x++) target[x] = (near[x]! * 3 + far[x]! + bias) >> 2;
  return target;
}

function doubleBoth(near: Uint8Array, far: Uint8Array, target: Uint8Array): Uint8Array {
  const last = near.length - 1;
  let here = near[0]! * 3 + far[0]!;
  let before = here; // at the edges a column is its own neighbour
  for (let x = 0; x <= last; x++) {
    const after = x === last ? here : near[x + 1]! * 3 + far[x + 1]!;
    target[2 * x] = (here * 3 + before + 8) >> 4;
    target[2 * x + 1] = (here * 3 + after + 7) >> 4;
    before = here;
    here = after;
  }
  return target;
}

function repeat(row: Uint8Array, times: number, target: Uint8Array): Uint8Array {
  for (let x = 0; x < row.length; x++) target.fill(row[x]!, x * times, (x + 1) * times);
  return target;
}
