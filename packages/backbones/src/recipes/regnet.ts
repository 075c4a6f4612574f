import { timmRecipes } from './timm.js';

/** SE of RegNetY: a quarter of the channels that the unit reads, rounded as Python does. */
const SE = [{ type: 'se', ratio: 4, rounding: 'round', reduceFrom: 'blockInput' }] as const;

/** Radosavovic et al. 2020, tables 8 and 9. */
const regnet = (depth: number, w0: number, wa: number, wm: number, groupSize: number) => ({
  type: 'regnet',
  depth,
  w0,
  wa,
  wm,
  groupSize,
});

/** Numbered by their cost in 100 MFLOP. */
export const regnetRecipes = timmRecipes({
  regnetx_002: { backbone: regnet(13, 24, 36.44, 2.49, 8) },
  regnetx_004: { backbone: regnet(22, 24, 24.48, 2.54, 16) },
  regnetx_006: { backbone: regnet(16, 48, 36.97, 2.24, 24) },
  regnetx_008: { backbone: regnet(16, 56, 35.73, 2.28, 16) },
  regnetx_016: { backbone: regnet(18, 80, 34.01, 2.25, 24) },
  regnetx_032: { backbone: regnet(25, 88, 26.31, 2.25, 48) },
  regnetx_040: { backbone: regnet(23, 96, 38.65, 2.43, 40) },
  regnetx_064: { backbone: regnet(17, 184, 60.83, 2.07, 56) },
  regnetx_080: { backbone: regnet(23, 80, 49.56, 2.88, 120) },
  regnetx_120: { backbone: regnet(19, 168, 73.36, 2.37, 112) },
  regnetx_160: { backbone: regnet(22, 216, 55.59, 2.1, 128) },
  regnetx_320: { backbone: regnet(23, 320, 69.86, 2, 168) },
  regnety_002: { backbone: regnet(13, 24, 36.44, 2.49, 8), attach: SE },
  regnety_004: { summary: 'RegNetY-400MF', backbone: 'regnet', attach: SE },
  regnety_006: { backbone: regnet(15, 48, 32.54, 2.32, 16), attach: SE },
  regnety_008: { backbone: regnet(14, 56, 38.84, 2.4, 16), attach: SE },
  regnety_016: { backbone: regnet(27, 48, 20.71, 2.65, 24), attach: SE },
  regnety_032: { backbone: regnet(21, 80, 42.63, 2.66, 24), attach: SE },
  regnety_040: { backbone: regnet(22, 96, 31.41, 2.24, 64), attach: SE },
  regnety_064: { backbone: regnet(25, 112, 33.22, 2.27, 72), attach: SE },
  regnety_080: { backbone: regnet(17, 192, 76.82, 2.19, 56), attach: SE },
  regnety_120: { backbone: regnet(19, 168, 73.36, 2.37, 112), attach: SE },
  regnety_160: { backbone: regnet(18, 200, 106.23, 2.48, 112), attach: SE },
  regnety_320: { backbone: regnet(20, 232, 115.89, 2.53, 232), attach: SE },
});
