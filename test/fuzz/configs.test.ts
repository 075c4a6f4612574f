/**
 * A thousand and more configs, good and hostile: each becomes a network that runs and gives finite values of the
 * planned shapes, or a `SenetError` that says why not. `SENET_FUZZ_SEED` repeats a run.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backbones } from '@senet/backbones';
import { type Assembler, type Assembly, createAssembler, SenetError, TOKENS } from '@senet/core';
import { fileConfigSource } from '@senet/core/node';
import { attentions } from '@senet/se';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { Container } from 'inversify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { config } from '../support/configs.js';
import { spread } from '../support/formula.js';
import { hostile } from '../support/hostile.js';
import { isValid } from '../support/json-schema.js';
import { setTestBackend } from '../support/models.js';

const SEED = Number(process.env.SENET_FUZZ_SEED ?? 20_251_124);
const GOOD = 1500;
const HOSTILE = 600;
/** Beyond these a network is planned, not run. */
const MOST = { params: 3e7, macs: 5e8, nodes: 1500 };

/** Pixels of a side that a config leaves open. */
const OPEN_SIZE = 29;

type Outcome = 'ran' | 'planned' | 'refused';

const counts: Record<Outcome, number> = { ran: 0, planned: 0, refused: 0 };
const codes = new Map<string, number>();
const prototype = Object.getOwnPropertyNames(Object.prototype).join();

let folder: string;
let assembler: Assembler;
let options: { location: string };
let schema: Record<string, unknown>;

beforeAll(async () => {
  await setTestBackend();
  folder = mkdtempSync(join(tmpdir(), 'senet-fuzz-'));
  options = { location: join(folder, 'project', 'config.json') };
  mkdirSync(join(folder, 'project', 'folder.json'), { recursive: true });
  writeFileSync(join(folder, 'outside.json'), '{ "backbone": "resnet18" }');
  writeFileSync(join(folder, 'project', 'circle.json'), '{ "extends": "./circle.json" }');
  writeFileSync(join(folder, 'project', 'broken.json'), '{ "backbone": ');
  const container = new Container();
  container.bind(TOKENS.ConfigSource).toConstantValue(fileConfigSource(join(folder, 'project')));
  const loops = [
    { name: 'loop_a', config: { extends: 'loop_b' } },
    { name: 'loop_b', config: { extends: 'loop_a' } },
    { name: 'loop_self', config: { extends: 'loop_self' } },
  ];
  assembler = createAssembler(attentions, backbones, { recipes: loops }, { container }) as Assembler;
  schema = assembler.jsonSchema();
});
afterAll(() => rmSync(folder, { recursive: true }));

function judge(given: unknown): Outcome {
  let net: Assembly;
  try {
    net = assembler.assemble(given, options);
  } catch (error) {
    return refused(error);
  }
  const { params, macs } = net.plan;
  expect(Number.isSafeInteger(params.total)).toBe(true);
  expect(net.receipt.attachments.every(({ onPath }) => onPath)).toBe(true);
  const saved = JSON.parse(JSON.stringify(net)) as Record<string, unknown>;
  expect(assembler.resolve(saved), 'a saved config resolves to itself').toEqual(net.config);
  expect(isValid(saved, schema), 'a saved config is valid').toBe(true);
  if (params.total > MOST.params || (macs ?? 0) > MOST.macs || net.graph.nodes.length > MOST.nodes) return 'planned';
  try {
    run(net, given);
    return 'ran';
  } catch (error) {
    return refused(error);
  }
}

interface Output {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** One forward pass; nothing stays allocated. */
function outputsOf(net: Assembly, shape: readonly number[]): Output[] {
  const { numTensors } = tf.memory();
  const model = net.toLayersModel();
  const outputs = tf.tidy(() => {
    const x = tf.tensor(
      spread(
        'fuzz',
        shape.reduce((a, b) => a * b, 1),
        1,
      ),
      [1, ...shape],
    );
    return [model.predict(x)].flat().map((y) => ({ shape: y.shape.slice(1), data: y.dataSync() }));
  });
  model.dispose();
  expect(tf.memory().numTensors, 'tensors are freed').toBe(numTensors);
  return outputs;
}

/** Finite values of the planned shapes; where sizes are open, those of the same network with sizes. */
function run(net: Assembly, given: unknown): void {
  const shape = net.config.input.shape.map((size) => size ?? OPEN_SIZE);
  const open = net.config.input.shape.includes(null);
  const known = open ? assembler.assemble(given, { ...options, inputShape: shape }) : net;
  const outputs = outputsOf(known, shape);
  for (const [i, name] of known.graph.outputs.entries()) {
    expect(outputs[i]!.shape, name).toEqual(known.graph.nodes.find((node) => node.name === name)!.shape);
    expect(Array.from(outputs[i]!.data).every(Number.isFinite), `${name} is finite`).toBe(true);
  }
  expect(outputs).toHaveLength(net.graph.outputs.length);
  if (!open) return;
  for (const [i, { shape: got, data }] of outputsOf(net, shape).entries()) {
    expect(got).toEqual(outputs[i]!.shape);
    const known = Array.from(outputs[i]!.data);
    const largest = known.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
    const difference = known.reduce((a, v, j) => Math.max(a, Math.abs(v - data[j]!)), 0);
    expect(difference).toBeLessThanOrEqual(1e-4 * largest);
  }
}

function refused(error: unknown): Outcome {
  if (!(error instanceof SenetError)) throw error;
  expect(error.code).toMatch(/^[A-Z][A-Za-z]+$/);
  expect(error.message.length, error.message.slice(0, 2000)).toBeGreaterThan(0);
  expect(error.message.length, error.message.slice(0, 2000)).toBeLessThan(2000);
  codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
  return 'refused';
}

function fuzz(configs: fc.Arbitrary<unknown>, numRuns: number): void {
  const property = fc.property(configs, (given) => {
    counts[judge(given)]++;
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
  fc.assert(property, { numRuns, seed: SEED, endOnFailure: true });
}

test(`good configs, seed ${SEED}`, () => fuzz(config, GOOD));
test(`hostile configs, seed ${SEED}`, () => fuzz(hostile, HOSTILE));

test('a thousand in all, and two in five run', () => {
  const { ran, planned, refused } = counts;
  const refusals = [...codes].map(([code, count]) => `${count} ${code}`).join(', ');
  console.log(`seed ${SEED}: ${ran} ran, ${planned} planned, ${refused} refused (${refusals})`);
  expect(ran + planned + refused).toBeGreaterThanOrEqual(1000);
  expect(ran / (ran + planned + refused)).toBeGreaterThanOrEqual(0.4);
  expect(codes.size, 'refusals are of many kinds').toBeGreaterThanOrEqual(10);
});
