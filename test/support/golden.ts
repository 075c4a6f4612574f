import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { relativeL2 } from './formula.js';
import { toNchw, type Value } from './models.js';

/** How the golden files describe a tensor: by its moments and its ends. */
export interface Summary {
  readonly shape: readonly number[];
  readonly mean: number;
  readonly std: number;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

export interface AttentionGolden {
  readonly module: string;
  readonly input: Summary;
  readonly output: Summary;
  readonly [gate: `gate:${string}`]: Summary;
}

export interface TimmGolden {
  readonly gain: number;
  readonly input: { readonly shape: readonly number[] };
  readonly params: number;
  readonly buffers_float: number;
  readonly state_dict_entries: number;
  readonly logits: readonly number[];
  readonly forward_features: Summary;
  readonly features_only: readonly Summary[];
  readonly other_input_sizes: readonly { readonly size: number; readonly logits: Summary }[];
  readonly attention_modules: number;
  readonly attention_params: number;
  readonly attention_keys?: readonly string[];
  readonly attention_first?: AttentionGolden;
  readonly attention_last?: AttentionGolden;
}

export function readGolden<Golden>(name: string): Golden {
  return JSON.parse(readFileSync(new URL(`../goldens/${name}.json`, import.meta.url), 'utf8')) as Golden;
}

/** Holds a value to a summary: shape, moments, and its ends within a relative L2 of 1e-4. */
export function expectSummary(value: Value, summary: Summary, what: string): void {
  const { shape, data } = toNchw(value);
  expect(sizes(shape), what).toEqual(sizes(summary.shape));
  const mean = data.reduce((sum, v) => sum + v, 0) / data.length;
  const std = Math.sqrt(data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / data.length);
  const scale = Math.abs(summary.mean) + summary.std;
  expect(Math.abs(mean - summary.mean), `${what}: mean`).toBeLessThan(1e-4 * scale);
  expect(Math.abs(std - summary.std), `${what}: std`).toBeLessThan(1e-4 * scale);
  const ends = [...data.slice(0, summary.first.length), ...data.slice(-summary.last.length)];
  const expected = [...summary.first, ...summary.last];
  expect(difference(ends, expected), `${what}: values`).toBeLessThan(1e-4 * Math.sqrt(expected.length) * scale);
}

/** Axes of size 1 stand in different places: ECA's gate is [1, 1, c] in torch. */
function sizes(shape: readonly number[]): number[] {
  return shape.filter((size) => size !== 1);
}

function difference(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]!) ** 2, 0));
}

export function expectLogits(data: Float32Array, expected: readonly number[] | Summary, what: string): void {
  if ('shape' in expected) {
    const ends = [...data.slice(0, expected.first.length), ...data.slice(-expected.last.length)];
    expect(relativeL2(ends, [...expected.first, ...expected.last]), what).toBeLessThan(1e-4);
    expectSummary({ shape: [1, data.length], data }, expected, what);
  } else {
    expect(data.length, what).toBe(expected.length);
    expect(relativeL2(data, expected), what).toBeLessThan(1e-4);
  }
}
