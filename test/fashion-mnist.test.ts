/** Real weights on real images: two networks that timm trained on Fashion-MNIST predict here what they predict there. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { backbones } from '@senet/backbones';
import { type Assembler, createAssembler, TOKENS } from '@senet/core';
import { fileConfigSource, readConfigFile } from '@senet/core/node';
import { attentions } from '@senet/se';
import { loadWeights } from '@senet/weights';
import { Container } from 'inversify';
import { beforeAll, describe, expect, test } from 'vitest';
import { EXAMPLE, shippedImages, testImages } from './support/fashion.js';
import { relativeL2 } from './support/formula.js';
import { readGolden } from './support/golden.js';
import { runNodes, setTestBackend } from './support/models.js';

interface FashionGolden {
  readonly params: number;
  readonly accuracy: number;
  /** One digit for each of the 10,000 images. */
  readonly predictions: string;
  /** Of the first 20 images. */
  readonly logits: readonly (readonly number[])[];
  readonly gates?: Readonly<Record<string, { readonly mean: number; readonly min: number; readonly max: number }>>;
}

const goldens = new URL('./goldens/fashion/', import.meta.url);
const NETWORKS = [
  ['se', new URL('se-resnet-fashion.json', EXAMPLE), new URL('model.safetensors', EXAMPLE)],
  ['plain', new URL('plain.config.json', goldens), new URL('plain.safetensors', goldens)],
] as const;

const images = testImages();
const container = new Container();
const root = fileURLToPath(new URL('..', import.meta.url));
container.bind(TOKENS.ConfigSource).toConstantValue(fileConfigSource(root));
const assembler: Assembler = createAssembler(attentions, backbones, { container });

beforeAll(setTestBackend);

describe.each(NETWORKS)('%s ResNet on Fashion-MNIST', (name, configFile, weightsFile) => {
  const golden = readGolden<FashionGolden>(`fashion/${name}`);
  const { config, location } = readConfigFile(fileURLToPath(configFile));
  const net = assembler.assemble(config, { location });
  const gateNodes = net.receipt.attachments.map(({ node }) => `${node}.gate`);
  let logits: Float32Array;
  let gates: Float32Array[];

  beforeAll(() => {
    const state = loadWeights(net, readFileSync(weightsFile), { dialect: 'timm', path: fileURLToPath(weightsFile) });
    const batches = batchesOf(images.pixels, 500).map((batch) =>
      runNodes(net, state, normalized(batch), [...net.graph.outputs, ...gateNodes], batch.length / 784),
    );
    [logits, ...gates] = batches[0]!.map((_, i) => joined(batches.map((values) => values[i]!.data))) as [Float32Array];
  });

  test('has its parameters', () => {
    expect(net.plan.params).toEqual({ trainable: golden.params, nonTrainable: 1120, total: golden.params + 1120 });
  });

  test('gives the logits of the first 20 images', () => {
    expect(relativeL2(logits.subarray(0, 200), golden.logits.flat())).toBeLessThan(1e-4);
  });

  test(`predicts the same: ${images.what}`, () => {
    const rows = Array.from(images.labels, (_, i) => logits.subarray(10 * i, 10 * i + 10));
    const differing = rows.flatMap((row, image) =>
      indexOfMax(row) === Number(golden.predictions[image]) ? [] : [{ image, margin: margin(row) }],
    );
    if (differing.length > 0) console.warn('images that differ from timm:', differing);
    expect(differing.filter(({ margin }) => margin >= 1e-4)).toEqual([]);
    const right = rows.filter((row, i) => indexOfMax(row) === images.labels[i]).length / rows.length;
    if (images.whole) expect(Math.abs(right - golden.accuracy)).toBeLessThanOrEqual(differing.length / 10_000);
    else expect(right).toBe(0.926);
  });

  test('has gates where timm has them', () => expect(gateNodes).toEqual(Object.keys(golden.gates ?? {})));

  test.skipIf(!images.whole).each(gateNodes)('opens %s as far, over all 10,000 test images', (node) => {
    const { mean, min, max } = summary(gates[gateNodes.indexOf(node)]!);
    const expected = golden.gates![node]!;
    expect(Math.abs(mean - expected.mean), 'mean').toBeLessThan(1e-5);
    expect(Math.abs(min - expected.min), 'min').toBeLessThan(1e-5);
    expect(Math.abs(max - expected.max), 'max').toBeLessThan(1e-5);
  });

  function normalized(pixels: Uint8Array): Float32Array {
    const { mean, std } = net.config.input;
    return Float32Array.from(pixels, (pixel) => (pixel / 255 - mean![0]!) / std![0]!);
  }
});

test.skipIf(!images.whole)('the example ships the first 500 of them, and their part of the reference', () => {
  const shipped = shippedImages();
  expect(Buffer.compare(shipped.pixels, images.pixels.subarray(0, 500 * 784))).toBe(0);
  expect(Buffer.compare(shipped.labels, images.labels.subarray(0, 500))).toBe(0);
});

test("the example's reference is the golden's beginning", () => {
  const reference = JSON.parse(readFileSync(new URL('reference.json', EXAMPLE), 'utf8')) as FashionGolden;
  const { predictions, logits } = readGolden<FashionGolden>('fashion/se');
  expect(reference.predictions).toBe(predictions.slice(0, 500));
  expect(reference.logits).toEqual(logits);
});

function batchesOf(pixels: Uint8Array, size: number): Uint8Array[] {
  const count = pixels.length / 784 / size;
  return Array.from({ length: count }, (_, i) => pixels.subarray(i * size * 784, (i + 1) * size * 784));
}

function joined(parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

function indexOfMax(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}

/** How far the largest value is above the next. */
function margin(values: Float32Array): number {
  const [first, second] = [...values].sort((a, b) => b - a) as [number, number];
  return first - second;
}

function summary(values: Float32Array) {
  let [sum, min, max] = [0, 1, 0];
  for (const value of values) {
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { mean: sum / values.length, min, max };
}
