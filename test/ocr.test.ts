/** A network that was never written for this library, built from a JSON file alone: PaddleOCR's text direction classifier. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { State } from '@senet/core/graph';
import { loadWeights } from '@senet/weights';
import { readWeightsFile } from '@senet/weights/node';
import { PNG } from 'pngjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { spread, toNhwc } from './support/formula.js';
import { isValid } from './support/json-schema.js';
import { assembler, runNodes, setTestBackend, toNchw, type Value } from './support/models.js';

interface Tap {
  readonly shape: readonly number[];
  readonly mean: number;
  readonly std: number;
  readonly first: readonly number[];
}

interface Expected {
  readonly params: number;
  readonly bn_stats: number;
  readonly cases: readonly {
    readonly name: string;
    readonly shape: readonly [number, number, number, number];
    readonly probs: readonly (readonly number[])[];
    readonly taps: Readonly<Record<string, Tap>>;
  }[];
  readonly crops: readonly { readonly file: string; readonly probs: readonly number[] }[];
}

const golden = (name: string) => fileURLToPath(new URL(`./goldens/ocr/${name}`, import.meta.url));
const expected = JSON.parse(readFileSync(golden('expected.json'), 'utf8')) as Expected;
const config = JSON.parse(readFileSync(new URL('../examples/ocr/ppocr_cls.json', import.meta.url), 'utf8'));
const net = assembler.assemble(config);

let state: State;
beforeAll(async () => {
  await setTestBackend();
  const file = await readWeightsFile(golden('ch_ppocr_mobile_v2.0_cls_infer.onnx'));
  state = loadWeights(net, file, { path: 'ch_ppocr_mobile_v2.0_cls_infer.onnx' });
});

test('has its parameters, and SE in nine units', () => {
  expect(net.plan.params).toMatchObject({ trainable: expected.params, nonTrainable: expected.bn_stats });
  expect(net.receipt.attachments.map(({ channels, reduced }) => [channels, reduced])).toEqual(
    [8, 32, 88, 88, 40, 48, 104, 200, 200].map((channels) => [channels, channels / 4]),
  );
});

test('is valid by the JSON Schema', () => expect(isValid(config, assembler.jsonSchema())).toBe(true));

/** Names in the file of expectations → nodes here. */
function nodeOf(tap: string): string {
  if (tap === 'stem') return 'act1';
  if (tap === 'head_conv') return 'act2';
  const unit = net.units[Number(/\d+/.exec(tap))]!;
  return tap.endsWith('.gate') ? `${unit.name}.se.gate` : unit.output;
}

describe.each(expected.cases)('given $name, $shape', ({ name, shape, probs, taps }) => {
  const [batch, channels, height, width] = shape;
  const input = nhwc(spread(name, batch * channels * height * width, 1), shape);
  const sized = () => assembler.assemble(config, { inputShape: [height, width, channels] });

  test('gives the probabilities of onnxruntime', () => {
    const [value] = runNodes(sized(), state, input, net.graph.outputs, batch);
    expect(worst(value!.data, probs.flat())).toBeLessThan(2e-5);
  });

  test('gives its values on the way: stem, gates, units, head', () => {
    const values = runNodes(sized(), state, input, Object.keys(taps).map(nodeOf), batch);
    for (const [i, [tap, summary]] of Object.entries(taps).entries()) expectTap(values[i]!, summary, tap);
  });
});

test.each(expected.crops)('reads $file as onnxruntime does', ({ file, probs }) => {
  const { data, width, height } = PNG.sync.read(readFileSync(golden(file)));
  const { mean, std } = net.config.input as { mean: number[]; std: number[] };
  const input = Float32Array.from({ length: height * width * 3 }, (_, i) => {
    const channel = i % 3;
    return (data[Math.floor(i / 3) * 4 + channel]! / 255 - mean[channel]!) / std[channel]!;
  });
  const [value] = runNodes(net, state, input, net.graph.outputs);
  expect(worst(value!.data, probs)).toBeLessThan(2e-5);
  expect(value!.data.indexOf(Math.max(...value!.data))).toBe(file.endsWith('_180.png') ? 1 : 0);
});

function nhwc(values: Float32Array, [batch, channels, height, width]: readonly number[]): Float32Array {
  const size = values.length / batch!;
  const images = Array.from({ length: batch! }, (_, i) => values.subarray(i * size, (i + 1) * size));
  return Float32Array.from(images.flatMap((image) => [...toNhwc(image, channels!, height!, width!)]));
}

function worst(values: ArrayLike<number>, wanted: readonly number[]): number {
  expect(values.length).toBe(wanted.length);
  return Math.max(...wanted.map((value, i) => Math.abs(values[i]! - value)));
}

function expectTap(value: Value, { shape, mean, std, first }: Tap, what: string): void {
  const found = toNchw(value);
  expect(found.shape, what).toEqual(shape);
  const average = found.data.reduce((sum, v) => sum + v, 0) / found.data.length;
  const deviation = Math.sqrt(found.data.reduce((sum, v) => sum + (v - average) ** 2, 0) / found.data.length);
  expect(worst([average, deviation, ...found.data.slice(0, first.length)], [mean, std, ...first]), what).toBeLessThan(
    2e-5 * Math.max(1, std),
  );
}
