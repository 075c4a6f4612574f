/** Parameter counts that papers and timm state: from plans, which allocate no tensor, and again from built models. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { assembler, setTestBackend } from './support/models.js';

/** timm's name, trainable parameters, batch normalization statistics. */
const TIMM: readonly (readonly [string, number, number])[] = [
  ['resnet18', 11_689_512, 9_600],
  ['resnet34', 21_797_672, 17_024],
  ['resnet50', 25_557_032, 53_120],
  ['resnet101', 44_549_160, 105_344],
  ['resnet152', 60_192_808, 151_424],
  ['resnext50_32x4d', 25_028_904, 68_224],
  ['seresnet18', 11_779_624, 9_600],
  ['seresnet34', 21_960_416, 17_024],
  ['seresnet50', 28_088_024, 53_120],
  ['legacy_seresnet50', 28_088_024, 53_120],
  ['seresnet101', 49_326_872, 105_344],
  ['legacy_seresnet101', 49_326_872, 105_344],
  ['seresnet152', 66_821_848, 151_424],
  ['legacy_seresnet152', 66_821_848, 151_424],
  ['legacy_seresnet18', 11_778_592, 9_600],
  ['legacy_seresnet34', 21_958_868, 17_024],
  ['seresnext50_32x4d', 27_559_896, 68_224],
  ['legacy_seresnext50_32x4d', 27_559_896, 68_224],
  ['seresnext101_32x4d', 48_955_416, 137_856],
  ['legacy_seresnext101_32x4d', 48_955_416, 137_856],
  ['senet154', 115_088_984, 247_552],
  ['legacy_senet154', 115_088_984, 247_552],
  ['ecaresnet50d', 25_576_350, 53_248],
  ['ecaresnet50t', 25_573_814, 53_232],
  ['resnetrs50', 35_691_912, 53_376],
  ['mobilenetv1_100', 4_231_976, 21_888],
  ['ghostnet_050', 2_587_292, 10_984],
  ['ghostnet_100', 5_182_508, 21_968],
  ['ghostnet_130', 7_358_820, 28_536],
  ['mobilenetv2_100', 3_504_872, 34_112],
  ['mobilenetv2_140', 6_108_776, 47_936],
  ['mobilenetv3_large_100', 5_483_032, 24_400],
  ['tf_mobilenetv3_large_100', 5_483_032, 24_400],
  ['mobilenetv3_large_075', 3_993_528, 19_088],
  ['mobilenetv3_small_050', 1_593_224, 6_496],
  ['mobilenetv3_small_075', 2_041_872, 9_680],
  ['mobilenetv3_small_100', 2_542_856, 12_112],
  ['tf_mobilenetv3_small_100', 2_542_856, 12_112],
  ['efficientnet_b0', 5_288_548, 42_016],
  ['tf_efficientnet_b0', 5_288_548, 42_016],
  ['efficientnet_b1', 7_794_184, 62_048],
  ['regnety_004', 4_344_144, 27_152],
  ['inception_v3', 23_834_568, 34_432],
];

beforeAll(setTestBackend);

test.each(TIMM)('%s', (name, trainable, nonTrainable) => {
  const tensors = tf.memory().numTensors;
  const net = assembler.assemble(name);
  expect(net.plan.params).toEqual({ total: trainable + nonTrainable, trainable, nonTrainable });
  expect(tf.memory().numTensors, 'a plan allocates nothing').toBe(tensors);
  const model = net.toLayersModel({ init: 'zeros' });
  expect(model.countParams()).toBe(net.plan.params.total);
  model.dispose();
  expect(tf.memory().numTensors).toBe(tensors);
});

test('the seed: 28,152,344 = 28,106,904 + 45,440', () => {
  const { params } = assembler.assemble('se_resnet50_seed').plan;
  expect(params).toEqual({ total: 28_152_344, trainable: 28_106_904, nonTrainable: 45_440 });
});

test('SE-ResNet50 by config, as the README has it', () => {
  const net = assembler.assemble({ backbone: 'resnet50', attach: [{ type: 'se', ratio: 16 }] });
  expect(net.plan.params.total).toBe(28_141_144);
});

test.each([
  ['se', 2_530_992],
  ['eca', 86],
  ['cbam', 2_516_544],
] as const)('%s adds %d to resnet50', (type, added) => {
  expect(assembler.assemble({ backbone: 'resnet50', attach: [{ type }] }).plan.params.trainable - 25_557_032).toBe(
    added,
  );
});

describe("the paper's ablations on ResNet-50, in millions", () => {
  type Entry = { ratio?: number; bias?: boolean; at?: string; where?: { stages: number[] } };
  const millions = (entry: Entry) => {
    const { params } = assembler.assemble({
      backbone: 'resnet50',
      attach: [{ type: 'se', rounding: 'floor', ...entry }],
    }).plan;
    return Math.round(params.trainable / 1e4) / 100;
  };

  test.each([
    [2, 45.7],
    [4, 35.64],
    [8, 30.6],
    [16, 28.09],
    [32, 26.83],
  ])('ratio %d (table 10): %d', (ratio, expected) => expect(millions({ ratio })).toBe(expected));

  test.each([
    [1, true, 25.58],
    [2, true, 25.69],
    [3, true, 26.35],
    [3, false, 26.34],
  ])('stage %d only, biases %s (table 13): %d', (stage, bias, expected) => {
    expect(millions({ bias, where: { stages: [stage] } })).toBe(expected);
  });

  test.each([
    [true, 25.72],
    [false, 25.71],
  ])('after the 3×3, biases %s (table 14): %d', (bias, expected) => {
    expect(Math.abs(millions({ at: 'hidden', bias }) - expected)).toBeLessThanOrEqual(0.01 + 1e-9); // 25.7158 where the paper has 25.71
  });

  test('SE-PRE without biases: 27.55', () => expect(millions({ at: 'input', bias: false })).toBe(27.55));
});
