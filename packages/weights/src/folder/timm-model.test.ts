import { readFileSync } from 'node:fs';
import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core/container';
import { attentions } from '@senet/se';
import { describe, expect, test } from 'vitest';
import { timmConfig } from './timm-config.js';
import { configFromTimm } from './timm-model.js';

const assembler = createAssembler(attentions, backbones) as never as Parameters<typeof configFromTimm>[0];
const golden = (name: string) => {
  const file = new URL(`../../../../test/goldens/hub/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, unknown>>;
};
const read = (all: Record<string, unknown>) => configFromTimm(assembler, all, 'config.json');
const resolved = (all: Record<string, unknown>) => assembler.resolve(read(all));

describe('a config that timm wrote', () => {
  test('is its recipe, with its classes and its images', () => {
    const { name, input, head } = resolved(golden('seresnet50.a1_in1k'));
    expect(name).toBe('seresnet50');
    expect(head).toMatchObject({ type: 'classifier', classes: 1000, pool: 'avg', dropout: 0 });
    expect(input).toEqual({
      shape: [224, 224, 3],
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      interpolation: 'bicubic',
      cropPct: 0.95,
      cropMode: 'center',
    });
  });

  test('has arguments, all of which count', () => {
    const { backbone, attach, head, input } = resolved(golden('resnet18.options'));
    expect(backbone.options).toMatchObject({ outputStride: 16, dropPath: 0.1, zeroInitLast: false });
    expect(attach.map(({ type }) => type)).toEqual(['eca']);
    expect(head).toMatchObject({ classes: 10, pool: 'avg+max', dropout: 0.2 });
    expect(input).toMatchObject({ shape: [224, 224, 1], mean: [0.449], std: [0.226] });
  });

  test.each([
    'seresnet50.a1_in1k',
    'resnet18.options',
    'mobilenetv3_small_100.lamb_in1k',
    'legacy_seresnet50.in1k',
    'tf_efficientnet_b0.ns_jft_in1k',
    'mobilenetv2_050.three',
  ])('%s comes back as timm wrote it', (name) => {
    const timms = golden(name);
    const ours = timmConfig(assembler, assembler.assemble(read(timms)));
    const { architecture, num_classes, num_features, global_pool, model_args = {}, pretrained_cfg = {} } = timms;
    expect(ours).toMatchObject({ architecture, num_classes, num_features, global_pool });
    expect({ num_classes, in_chans: 3, global_pool: 'avg', ...ours?.model_args }).toEqual(model_args);
    expect(pretrained_cfg).toMatchObject(ours!.pretrained_cfg);
    expect(Object.keys(ours!.pretrained_cfg)).toEqual(
      expect.arrayContaining(['crop_pct', 'crop_mode', 'interpolation']),
    );
  });

  test('of older versions has no arguments, or is one level deep', () => {
    const { model_args: _, ...older } = golden('seresnet50.a1_in1k');
    expect(read(older)).toEqual(read(golden('seresnet50.a1_in1k')));
    const { pretrained_cfg, architecture, num_features } = older;
    expect(read({ architecture, num_features, ...pretrained_cfg })).toMatchObject({
      extends: 'seresnet50',
      head: { classes: 1000 },
      input: { cropPct: 0.95 },
    });
  });

  test('may name the weights with the architecture, and give a ResNet another attention or none', () => {
    const of = (attn_layer: unknown) =>
      resolved({ architecture: 'seresnet50.a1_in1k', model_args: { block_args: { attn_layer } } }).attach;
    expect(of('cbam')).toMatchObject([{ type: 'cbam' }]);
    expect(of(null)).toEqual([]);
  });

  test('keeps means that fit no channel out', () => {
    const { architecture, pretrained_cfg } = golden('tf_efficientnet_b0.ns_jft_in1k');
    const { input } = resolved({ architecture, pretrained_cfg, model_args: { in_chans: 1 } });
    expect(input.shape).toEqual([224, 224, 1]);
    expect(input.mean).toBeUndefined();
  });
});

describe('is refused', () => {
  test('where no recipe is that architecture, with the nearest', () => {
    expect(() => read({ ...golden('seresnet50.a1_in1k'), architecture: 'seresnet51.a1_in1k' })).toThrow(
      expect.objectContaining({
        code: 'UnknownName',
        path: 'config.json: architecture',
        suggestions: expect.arrayContaining(['seresnet50']),
      }),
    );
    // A recipe, and no architecture of timm.
    expect(() => read({ architecture: 'resnet50_keras' })).toThrow(expect.objectContaining({ code: 'UnknownName' }));
  });

  test('where an argument changes the network that no config can say', () => {
    expect(() => read(golden('resnet18.silu'))).toThrow(
      expect.objectContaining({ code: 'FileInvalid', message: expect.stringMatching(/'act_layer'.*drop_rate/) }),
    );
  });

  test.each([
    [
      'an option that the network does not have',
      { architecture: 'legacy_seresnet50', model_args: { output_stride: 8 } },
    ],
    [
      'block_args of a family that has none',
      { architecture: 'inception_v3', model_args: { block_args: { attn_layer: 'se' } } },
    ],
    [
      'block_args of another family',
      { architecture: 'efficientnet_b0', model_args: { block_args: { attn_layer: 'se' } } },
    ],
    ['another attention', { architecture: 'resnet18', model_args: { block_args: { attn_layer: 'bam' } } }],
    ['options of an attention', { architecture: 'resnet18', model_args: { block_args: { attn_layer: 'se', rd: 1 } } }],
    ['a pool', { architecture: 'resnet18', model_args: { global_pool: 'catavgmax' } }],
    ['a resizing', { architecture: 'resnet18', pretrained_cfg: { interpolation: 'lanczos' } }],
    ['an input', { architecture: 'resnet18', pretrained_cfg: { input_size: 224 } }],
    ['foreign weights', { architecture: 'resnet18', pretrained_cfg: { custom_load: true } }],
    ['shifted classes', { architecture: 'resnet18', pretrained_cfg: { label_offset: 1 } }],
    ['arguments that are none', { architecture: 'resnet18', model_args: [] }],
    ['a config of something else', { model_type: 'bert' }],
  ])('for %s', (_, config) => {
    expect(() => read(config)).toThrow(expect.objectContaining({ code: 'FileInvalid' }));
  });

  test('for numbers that are none, by the config', () => {
    const config = { architecture: 'resnet18', num_classes: 0 };
    expect(() => resolved(config)).toThrow(expect.objectContaining({ code: 'ConfigInvalid', path: 'head.classes' }));
  });
});
