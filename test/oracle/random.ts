/** Everything random in this suite follows from the seed that the runner prints. */
import { type Assembly, type Generator, generatorFor, type Parameter, type State, staticSize } from '@senet/core/graph';

function readSeed(): number {
  const seed = Number(process.env.SENET_ORACLE_SEED ?? Number.NaN);
  if (Number.isInteger(seed)) return seed;
  throw new Error('SENET_ORACLE_SEED is no whole number; npm run test:oracle chooses one');
}

export const SEED = readSeed();

/** Streams of different purposes do not depend on each other. */
export function randomFor(purpose: string): Generator {
  return generatorFor(purpose, SEED);
}

export function integer(random: Generator, low: number, high: number): number {
  return low + Math.floor(random.uniform() * (high - low + 1));
}

export function pick<Item>(random: Generator, items: readonly Item[]): Item {
  return items[integer(random, 0, items.length - 1)]!;
}

/** `count` different items, in their order. */
export function sample<Item>(random: Generator, items: readonly Item[], count: number): Item[] {
  const ranked = items.map((item, at) => ({ item, at, rank: random.uniform() }));
  const chosen = ranked.sort((a, b) => a.rank - b.rank).slice(0, count);
  return chosen.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/** Values in [low, high). */
export function uniform(random: Generator, size: number, low: number, high: number): Float32Array {
  return Float32Array.from({ length: size }, () => low + random.uniform() * (high - low));
}

/** Every parameter and every statistic at random: kernels of He's variance, normalisations around 1. */
export function randomState({ graph }: Assembly, purpose: string): State {
  const random = randomFor(purpose);
  return new Map([...graph.parameters.values()].map((parameter) => [parameter.key, valuesOf(parameter, random)]));
}

function valuesOf(parameter: Parameter, random: Generator): Float32Array {
  const { role, shape } = parameter;
  const size = staticSize(shape);
  if (role === 'gamma' || role === 'movingVariance') return uniform(random, size, 0.5, 1.5);
  if (role !== 'kernel') return uniform(random, size, -0.1, 0.1);
  const deviation = Math.sqrt(2 / fanIn(parameter));
  return Float32Array.from({ length: size }, () => random.normal() * deviation);
}

/** How many values one output reads. */
function fanIn({ layout, shape }: Parameter): number {
  return staticSize(layout === 'HWCM' ? shape.slice(0, 2) : shape.slice(0, -1));
}
