/**
 * The one source of randomness: small, fast and the same on every backend, with a state that can be saved.
 * Uniform bits: xoshiro128** (Blackman and Vigna 2018), seeded through splitmix32. Normal deviates: the ziggurat
 * method (Marsaglia and Tsang 2000) with 128 layers.
 */
export type GeneratorState = readonly [number, number, number, number];

const LAYERS = 128;
const TAIL = 3.442619855899;
const AREA = 9.91256303526217e-3;
const SCALE = 2 ** 31;

export class Generator {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** `seed` is any number (its lower 32 bits count) or a saved state. */
  constructor(seed: number | GeneratorState) {
    if (typeof seed !== 'number') {
      [this.a, this.b, this.c, this.d] = seed;
      return;
    }
    let position = seed >>> 0;
    const next = () => {
      position = (position + 0x9e3779b9) >>> 0;
      let z = position;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return (z ^ (z >>> 15)) >>> 0;
    };
    this.a = next();
    this.b = next();
    this.c = next();
    this.d = next();
  }

  /** Where the stream stands; `new Generator(state)` goes on from there. */
  get state(): GeneratorState {
    return [this.a, this.b, this.c, this.d];
  }

  set state([a, b, c, d]: GeneratorState) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const product = Math.imul(this.b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.bits() / 2 ** 32;
  }

  /** Standard normal. */
  normal(): number {
    for (;;) {
      const bits = this.bits() | 0;
      const layer = bits & (LAYERS - 1);
      if (Math.abs(bits) < ZIGGURAT.inside[layer]!) return bits * ZIGGURAT.width[layer]!;
      const x = bits * ZIGGURAT.width[layer]!;
      if (layer === 0) return this.tail(bits < 0);
      const height = ZIGGURAT.height[layer]!;
      if (height + this.uniform() * (ZIGGURAT.height[layer - 1]! - height) < Math.exp(-0.5 * x * x)) return x;
    }
  }

  private tail(negative: boolean): number {
    for (;;) {
      const x = -Math.log(1 - this.uniform()) / TAIL;
      const y = -Math.log(1 - this.uniform());
      if (y + y >= x * x) return negative ? -TAIL - x : TAIL + x;
    }
  }
}

/** A generator for one name: streams of different names do not depend on the order in which they are drawn. */
export function generatorFor(name: string, seed: number): Generator {
  return new Generator(fnv1a(name) ^ Math.imul(seed, 0x85ebca6b));
}

/** FNV-1a, 32 bits, of the UTF-8 bytes. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

const ZIGGURAT = zigguratTables();

function zigguratTables() {
  const inside = new Float64Array(LAYERS);
  const width = new Float64Array(LAYERS);
  const height = new Float64Array(LAYERS);
  let edge = TAIL;
  let previous = TAIL;
  const base = AREA / Math.exp(-0.5 * edge * edge);
  inside[0] = (edge / base) * SCALE;
  inside[1] = 0;
  width[0] = base / SCALE;
  width[LAYERS - 1] = edge / SCALE;
  height[0] = 1;
  height[LAYERS - 1] = Math.exp(-0.5 * edge * edge);
  for (let i = LAYERS - 2; i >= 1; i--) {
    edge = Math.sqrt(-2 * Math.log(AREA / edge + Math.exp(-0.5 * edge * edge)));
    inside[i + 1] = (edge / previous) * SCALE;
    previous = edge;
    height[i] = Math.exp(-0.5 * edge * edge);
    width[i] = edge / SCALE;
  }
  return { inside, width, height };
}
