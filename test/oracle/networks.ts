/** The networks that are compared with timm's. */
import type { Assembly } from '@senet/core/graph';
import { assembler } from '../support/models.js';
import { integer, pick, randomFor } from './random.js';

export type Config = Parameters<typeof assembler.assemble>[0];

/** Every recipe that timm has too. */
export const TIMM_RECIPES = assembler.registries.recipes
  .all()
  .filter(({ timm }) => timm)
  .map(({ name }) => name);

/** One of each kind: these are compared in every run. */
export const REPRESENTATIVES = [
  'resnet18',
  'seresnet50',
  'seresnext50_32x4d',
  'legacy_seresnet18',
  'legacy_seresnext50_32x4d',
  'ecaresnet50t',
  'resnetrs50',
  'mobilenetv1_100',
  'mobilenetv2_050',
  'mobilenetv3_small_100',
  'mobilenetv3_large_100',
  'tf_mobilenetv3_small_100',
  'tf_mobilenetv3_large_minimal_100',
  'efficientnet_b0',
  'tf_efficientnet_b0',
  'efficientnet_lite0',
  'ghostnet_050',
  'regnetx_004',
  'regnety_004',
  'inception_v3',
] as const;

const LARGEST = 50e6;

/** Those and a few of the others, not the largest: which ones, the seed says. */
export function recipesFor(purpose: string, others: number): string[] {
  const random = randomFor(purpose);
  const chosen = new Set<string>(REPRESENTATIVES);
  while (chosen.size < REPRESENTATIVES.length + others) {
    const name = pick(random, TIMM_RECIPES);
    if (!chosen.has(name) && assembler.assemble(name as Config).plan.params.total < LARGEST) chosen.add(name);
  }
  return [...chosen];
}

export function familyOf(config: Config): string {
  const { type, options } = assembler.resolve(config).backbone;
  return assembler.registries.backbones.get(type).spec(options as never, assembler.registries).family;
}

/** A network at a small, odd and oblong size. */
export function atSmallSize(config: Config, purpose: string): Assembly {
  const random = randomFor(`size of ${purpose}`);
  // Inception's convolutions without padding need 75 pixels.
  const smallest = familyOf(config) === 'inception' ? 75 : 33;
  const inputShape = [integer(random, smallest, smallest + 31), integer(random, smallest, smallest + 31), 3];
  return assembler.assemble(config, { inputShape });
}
