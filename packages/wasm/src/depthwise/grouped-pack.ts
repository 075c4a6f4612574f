import type { NativeRuntime } from '../backend/contracts.js';
import type { TensorInfo } from '../backend/tfjs-internals.js';
import type { Geometry } from './geometry.js';
import type { Plan, tapsOf } from './sweep.js';

/** Bytes of the values of four groups. */
export const VECTOR = 16;

/** How the inputs or the outputs of a group lie in a pixel, and in a tap of the filter, in bytes. */
export interface Values {
  readonly side: 'inputs' | 'outputs';
  readonly count: number;
  readonly groupStep: number;
  readonly valueStep: number;
  readonly filterStep: number;
}

type Frame = Pick<Plan, 'source' | 'top' | 'left' | 'height' | 'width'>;

/**
 * Images as `[block of four groups][pixel][value]` vectors, with zeros around.
 *
 * @param room vectors a pixel takes, at least as many as it has values
 * @returns the address of the n-th image; the next call overwrites it
 */
export function packedImages(
  { memory, native }: NativeRuntime,
  name: string,
  tensor: TensorInfo,
  { source, top, left, height, width }: Frame,
  groups: number,
  { count, groupStep, valueStep }: Values,
  room = count,
): (n: number) => number {
  const pixel = room * VECTOR;
  const block = height * width * pixel;
  const bytes = Math.ceil(groups / 4) * block;
  const to = memory.scratch(`grouped ${name}`, bytes);
  native.zero(to, bytes); // what is not written below stays so for all images
  const image = source.rows * source.columns * groups * count * 4;
  return (n) => {
    native.packImage(
      ...([source.rows, source.columns, groups, count, groupStep, valueStep, groups * count * 4] as const),
      ...([
        memory.address(tensor) + n * image,
        to + (top * width + left) * pixel,
        width * pixel,
        pixel,
        block,
      ] as const),
    );
    return to;
  };
}

/** The filter in the order of `groupedRows`, for some of its taps; kept as long as the tensor. */
export function packedFilter(
  { memory, native }: NativeRuntime,
  filter: TensorInfo,
  { groups, ins, outs, rows, columns }: Geometry,
  taps: ReturnType<typeof tapsOf>,
  { from, to }: { from: Values; to: Values },
): number {
  const numbers = taps.map(({ tap }) => tap);
  const shape = [rows.kernel, columns.kernel, ins, groups, outs];
  const key = `grouped [${shape}] ${from.side} ${numbers}`;
  const bytes = Math.ceil(groups / 4) * taps.length * from.count * to.count * VECTOR;
  const offsets = numbers.map((tap) => tap * ins * groups * outs * 4);
  return memory.packed(filter, key, bytes, (address) => {
    const table = memory.table('grouped taps', offsets);
    native.packGroups(
      ...([groups, taps.length, table, from.count, to.count] as const),
      ...([4 * outs, from.filterStep, to.filterStep, memory.address(filter), address] as const),
    );
  });
}

/** A bias `[groups · outs]` as `[block of four groups][out]` vectors; without one, zeros. */
export function packedBias(
  { memory }: NativeRuntime,
  bias: TensorInfo | undefined,
  groups: number,
  outs: number,
): number {
  const blocks = Math.ceil(groups / 4);
  if (!bias) return memory.zeros(blocks * outs * VECTOR);
  const address = memory.scratch('grouped bias', blocks * outs * VECTOR);
  const { floats } = memory;
  const from = memory.address(bias) >>> 2;
  for (let g = 0; g < 4 * blocks; g++) {
    for (let o = 0; o < outs; o++) {
      const to = (address >>> 2) + ((g >> 2) * outs + o) * 4 + (g & 3);
      floats[to] = g < groups ? floats[from + g * outs + o]! : 0;
    }
  }
  return address;
}
