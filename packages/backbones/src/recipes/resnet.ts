import { defineRecipe } from '@senet/core/graph';

const TRUNKS = [
  'resnet18',
  'resnet34',
  'resnet50',
  'resnet101',
  'resnet152',
  'resnext50_32x4d',
  'resnext101_32x4d',
] as const;
const SE_TRUNKS = [...TRUNKS, 'senet154'] as const;

const D_STEM = { type: 'deep', width: 32 } as const;
const T_STEM = { type: 'deep-tiered', width: 32 } as const;

/** seresnet50, seresnext50_32x4d; SENet-154 has its name already. */
function withSe<Name extends string>(trunk: Name): string {
  return trunk === 'senet154' ? trunk : `se${trunk}`;
}

/** Named as in timm, which builds the same networks from these names. */
export const resnetRecipes = [
  ...TRUNKS.map((name) => defineRecipe({ name, timm: true, config: { backbone: name } })),
  ...SE_TRUNKS.map((trunk) =>
    defineRecipe({ name: withSe(trunk), timm: true, config: { backbone: trunk, attach: [{ type: 'se' }] } }),
  ),
  ...SE_TRUNKS.map((trunk) =>
    defineRecipe({
      name: `legacy_${withSe(trunk)}`,
      summary: "the paper's Caffe network",
      timm: true,
      config: { backbone: { type: trunk, style: 'caffe' }, attach: [{ type: 'se', rounding: 'floor' }] },
    }),
  ),
  defineRecipe({
    name: 'resnet50_keras',
    summary: 'ResNet-50 of keras.applications; its images are BGR with the means subtracted',
    config: { backbone: { type: 'resnet50', style: 'keras' } },
  }),
  defineRecipe({
    name: 'se_resnet50_seed',
    summary: 'the Keras program this project started from',
    config: { backbone: { type: 'resnet50', style: 'seed' }, attach: [{ type: 'se', rounding: 'floor' }] },
  }),
  defineRecipe({
    name: 'ecaresnet50d',
    timm: true,
    config: { backbone: { type: 'resnet50', stem: D_STEM, downsample: 'avg' }, attach: [{ type: 'eca' }] },
  }),
  defineRecipe({
    name: 'ecaresnet50t',
    timm: true,
    config: { backbone: { type: 'resnet50', stem: T_STEM, downsample: 'avg' }, attach: [{ type: 'eca' }] },
  }),
  defineRecipe({
    name: 'resnetrs50',
    summary: 'ResNet-RS-50 (Bello et al. 2021)',
    timm: true,
    config: {
      backbone: { type: 'resnet50', stem: { ...D_STEM, pool: 'conv' }, downsample: 'avg' },
      attach: [{ type: 'se', ratio: 4 }],
    },
  }),
];
