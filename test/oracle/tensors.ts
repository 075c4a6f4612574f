/** Tensors on their way to Python and back, and how near they must be. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Shape, type State, staticSize } from '@senet/core/graph';
import { fromFloat32, readSafetensors, type TensorFile, toFloat32, writeSafetensors } from '@senet/weights';
import { expect } from 'vitest';
import { relativeL2 } from '../support/formula.js';
import type { Value } from '../support/models.js';
import { randomFor, uniform } from './random.js';

/**
 * How far two frameworks may be apart, as relative L2: they add in different orders, and what a network makes of that
 * is what it makes of float32 itself. At least 1e-4, where wrong semantics are off by 0.5 % and more.
 *
 * @param noise how far the other framework's float32 is from its float64
 */
export function toleranceOf(noise: number): number {
  return Math.max(1e-4, 10 * noise);
}

/** Pictures in a batch. */
export const BATCH = 2;

export interface Picture {
  readonly file: string;
  /** `[height, width, channels]` */
  readonly shape: readonly number[];
  /** `[BATCH, height, width, channels]` */
  readonly data: Float32Array;
}

/** A batch of random pictures as a file that Python reads: each has a colour of its own, and noise. */
export function randomPictures(
  folder: string,
  purpose: string,
  shape: readonly number[],
  { size: scale = 1, centre = 0 } = {},
): Picture {
  const all = [BATCH, ...shape];
  const random = randomFor(`pictures of ${purpose}`);
  const [size, channels] = [staticSize(shape), shape.at(-1)!];
  const data = uniform(random, BATCH * size, -0.5, 0.5);
  const colours = uniform(random, BATCH * channels, -1.5, 1.5);
  data.forEach((noise, i) => {
    const colour = colours[Math.floor(i / size) * channels + (i % channels)]!;
    data[i] = (noise + colour) * scale + centre;
  });
  const file = join(folder, 'image.safetensors');
  writeFileSync(file, writeSafetensors({ tensors: new Map([['image', fromFloat32(data, all)]]) }));
  return { file, shape, data };
}

export function readTensors(file: string): TensorFile {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  return readSafetensors(new Uint8Array(buffer, byteOffset, byteLength), file);
}

/** One of the tensors that Python wrote. */
export function readValue(file: string, name: string): Value {
  const tensor = readTensors(file).tensors.get(name)!;
  return { shape: tensor.shape, data: toFloat32(tensor, `${file}: ${name}`) };
}

export function expectEqual(actual: Value, expected: Value, noise: number, what: string): void {
  expect(actual.shape, what).toEqual(expected.shape);
  expect(relativeL2(actual.data, expected.data), what).toBeLessThan(toleranceOf(noise));
}

/** That a comparison means something: two pictures are a hundred times as far apart as two frameworks may be. */
export function expectWellConditioned({ shape, data }: Value, noise: number, what: string): void {
  const [first, second] = [data.subarray(0, shape[1]!), data.subarray(shape[1]!)];
  expect(relativeL2(first, second), `${what}: two pictures differ`).toBeGreaterThan(100 * toleranceOf(noise));
  const size = Math.sqrt(data.reduce((sum, value) => sum + value ** 2, 0) / data.length);
  expect(size, `${what}: size of the logits`).toBeGreaterThan(0.01);
  expect(size, `${what}: size of the logits`).toBeLessThan(1000);
}

/** Keys whose values are not the same bits in two states. */
export function differingKeys(a: State, b: State): string[] {
  const keys = new Set([...a.keys(), ...b.keys()]);
  return [...keys].filter((key) => !sameBits(a.get(key), b.get(key)));
}

function sameBits(a: Float32Array | undefined, b: Float32Array | undefined): boolean {
  if (!a || !b) return false;
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);
  return Buffer.compare(bytes(a), bytes(b)) === 0;
}

/** `[height, width, channels]` of a shape that is known. */
export function sizesOf(shape: Shape): number[] {
  return shape as number[];
}
