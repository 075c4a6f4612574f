import type { InputConfig } from '@senet/core/graph';

interface Pictures extends Partial<Omit<InputConfig, 'shape'>> {
  /** Height and width. */
  readonly size?: number;
}

/** 0.5 for each channel: pixels from −1 to 1. */
const HALVES = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

/**
 * How the pictures of timm's networks are made, of the weights that a name without a tag stands for (timm 1.0,
 * `default_cfg`): where they are not 224×224 with ImageNet's mean and deviation, resized bicubically, of which the
 * centre crop keeps 0.875.
 */
const PICTURES: readonly (readonly [Pictures, string])[] = [
  [
    { cropPct: 0.95 },
    'resnet18 resnet34 resnet50 resnet101 resnet152 resnext50_32x4d resnext101_64x4d seresnet50 seresnext101_32x8d ' +
      'seresnext101d_32x8d regnety_032 regnety_040 regnety_064 regnety_080 regnety_120 regnety_160',
  ],
  [
    { cropPct: 0.965 },
    'regnetx_008 regnetx_016 regnetx_032 regnetx_080 regnetx_160 regnetx_320 regnety_004 regnety_016 regnety_320',
  ],
  [{ size: 176 }, 'resnet10t resnet14t'],
  [{ size: 256 }, 'seresnet200d seresnet269d ecaresnet26t ecaresnet50t efficientnet_b2'],
  [{ size: 256, cropPct: 0.94 }, 'resnet26t'],
  [{ size: 256, cropPct: 0.95 }, 'resnet101d resnet152d resnet200d seresnet152d ecaresnet200d'],
  [{ size: 320, cropPct: 0.95 }, 'ecaresnet269d'],
  [{ size: 160, cropPct: 0.91 }, 'resnetrs50'],
  [{ size: 192, cropPct: 0.94 }, 'resnetrs101'],
  [{ size: 256, cropPct: 1 }, 'resnetrs152 resnetrs200 resnetrs270'],
  [{ size: 288, cropPct: 1 }, 'resnetrs350'],
  [{ size: 320, cropPct: 1 }, 'resnetrs420'],
  [
    { interpolation: 'bilinear' },
    'wide_resnet101_2 resnext101_32x4d resnext101_32x8d resnext101_32x16d resnext101_32x32d legacy_seresnet34 ' +
      'legacy_seresnet50 legacy_seresnet101 legacy_seresnet152 legacy_seresnext50_32x4d legacy_seresnext101_32x4d ' +
      'legacy_senet154 mobilenetv3_large_075',
  ],
  [HALVES, 'mobilenetv1_100 mobilenetv1_100h tf_efficientnet_lite0'],
  [{ ...HALVES, cropPct: 0.9 }, 'mobilenetv1_125'],
  [
    { ...HALVES, interpolation: 'bilinear' },
    'tf_mobilenetv3_small_075 tf_mobilenetv3_small_100 tf_mobilenetv3_small_minimal_100 tf_mobilenetv3_large_075 ' +
      'tf_mobilenetv3_large_100 tf_mobilenetv3_large_minimal_100',
  ],
  [{ size: 256, ...HALVES, interpolation: 'bilinear', cropPct: 0.95 }, 'mobilenetv3_large_150d'],
  [{ size: 240, ...HALVES, cropPct: 0.9 }, 'efficientnet_b1'],
  [{ size: 288 }, 'efficientnet_b3'],
  [{ size: 320 }, 'efficientnet_b4'],
  [{ size: 448, cropPct: 1, cropMode: 'squash' }, 'efficientnet_b5'],
  [{ size: 528, cropPct: 0.942 }, 'efficientnet_b6 tf_efficientnet_b6'],
  [{ size: 600, cropPct: 0.949 }, 'efficientnet_b7 tf_efficientnet_b7'],
  [{ size: 672, cropPct: 0.954 }, 'efficientnet_b8'],
  [{ size: 240, cropPct: 0.882 }, 'tf_efficientnet_b1 efficientnet_lite1'],
  [{ size: 260, cropPct: 0.89 }, 'tf_efficientnet_b2 efficientnet_lite2'],
  [{ size: 300, cropPct: 0.904 }, 'tf_efficientnet_b3 efficientnet_lite3'],
  [{ size: 380, cropPct: 0.922 }, 'tf_efficientnet_b4 efficientnet_lite4'],
  [{ size: 456, cropPct: 0.934 }, 'tf_efficientnet_b5'],
  [{ size: 672, ...HALVES, cropPct: 0.954 }, 'tf_efficientnet_b8'],
  [{ size: 240, ...HALVES, cropPct: 0.882 }, 'tf_efficientnet_lite1'],
  [{ size: 260, ...HALVES, cropPct: 0.89 }, 'tf_efficientnet_lite2'],
  [{ size: 300, ...HALVES, interpolation: 'bilinear', cropPct: 0.904 }, 'tf_efficientnet_lite3'],
  [{ size: 380, ...HALVES, interpolation: 'bilinear', cropPct: 0.92 }, 'tf_efficientnet_lite4'],
];

const byName = new Map(PICTURES.flatMap(([pictures, names]) => names.split(' ').map((name) => [name, pictures])));

/** A recipe's `input`, or `undefined` where the backbone's own is right. */
export function picturesOf(name: string): InputConfig | undefined {
  const pictures = byName.get(name);
  if (!pictures) return undefined;
  const { size = 224, ...preparation } = pictures;
  return { shape: [size, size, 3], ...preparation };
}
