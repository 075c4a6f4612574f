import { timmRecipes } from './timm.js';

/** SE of GhostNet: a quarter of the expanded channels, rounded to fours, hard sigmoid; in seven of its units. */
const SE = { type: 'se', ratio: 4, rounding: { divisor: 4, limit: 0.9 }, gate: 'hard-sigmoid' } as const;
const attach = [
  { ...SE, where: { stages: [4, 5, 8] } },
  { ...SE, where: { stages: [7], blocks: [3, 4] } },
  { ...SE, where: { stages: [9], blocks: [1, 3] } },
];

export const ghostnetRecipes = timmRecipes({
  ghostnet_100: { summary: 'GhostNet', backbone: 'ghostnet', attach },
  ghostnet_050: { backbone: { type: 'ghostnet', width: 0.5 }, attach },
  ghostnet_130: { backbone: { type: 'ghostnet', width: 1.3 }, attach },
});
