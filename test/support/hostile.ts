/** Configs that nobody means well with: right ones with something wrong put in, and wrong ones from the start. */
import fc from 'fast-check';
import { config, type Json } from './configs.js';

class Options {
  readonly ratio = 16;
}

const nested = (depth: number): unknown => {
  let value: unknown = { ratio: 16 };
  for (let i = 0; i < depth; i++) value = i % 2 ? { deeper: value } : [value];
  return value;
};

function circle(): object {
  const value: { type: string; self?: unknown } = { type: 'se' };
  value.self = value;
  return value;
}

const POLLUTING = ['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '{"prototype":1}'];

/** Made anew for each config: none of them is shared. */
const poison: fc.Arbitrary<unknown> = fc
  .constantFrom<() => unknown>(
    ...[0, -1, 0.5, 2 ** 31, 1e9, 1e308, Number.NaN, Number.POSITIVE_INFINITY, -0, 65536, 513, 1e-300].map(
      (n) => () => n,
    ),
    ...[
      '',
      'se',
      'constructor',
      '__proto__',
      'toString',
      'resnet51',
      '../../etc/passwd',
      '\0',
      'a/b',
      'x'.repeat(5000),
    ].map((text) => () => text),
    ...POLLUTING.map((text) => () => JSON.parse(text)),
    () => null,
    () => true,
    () => [],
    () => ({}),
    () => [[]],
    () => [null],
    () => new Array(5),
    () => () => 1,
    () => new Date(0),
    () => new Map([['type', 'se']]),
    () => new Options(),
    () => new Float32Array(3),
    () => /x/,
    () => 10n,
    () => Symbol('se'),
    () => Object.create(null),
    () => Object.create({ type: 'se' }),
    () => nested(20),
    () => nested(200),
    circle,
    () => Array.from({ length: 300 }, () => ({ type: 'se' })),
  )
  .map((make) => make());

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null || path.length > 5) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item, i) => (String(i) === key ? replaced(item, rest, by) : item));
  return { ...(value as Json), [key]: replaced((value as Json)[key], rest, by) };
}

/** A right config with one or two of its values poisoned. */
const poisoned = fc
  .tuple(config, fc.array(fc.tuple(fc.nat(), poison), { minLength: 1, maxLength: 2 }))
  .map(([base, changes]) =>
    changes.reduce<unknown>((value, [at, by]) => {
      const paths = pathsOf(value).filter((path) => path.length > 0);
      return paths.length === 0 ? by : replaced(value, paths[at % paths.length]!, by);
    }, base),
  );

/** A right config with a key more, somewhere. */
const extra = fc
  .tuple(config, fc.nat(), fc.constantFrom('__proto__', 'constructor', 'bakbone', 'ratios', 'type', '0', ''), poison)
  .map(([base, at, key, value]) => {
    const objects = pathsOf(base).filter((path) => typeof at === 'number' && isObject(valueAt(base, path)));
    const path = objects[at % objects.length]!;
    const target = JSON.parse(JSON.stringify(valueAt(base, path))) as object;
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
    return replaced(base, path, target);
  });

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], value);
const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What `extends` should not reach, and circles: `loop_*` are recipes of the suite. */
const reaching = fc
  .constantFrom<unknown>(
    'loop_a',
    'loop_b',
    'loop_self',
    'no_such_recipe',
    '../outside.json',
    './../../../../../../etc/passwd',
    '/etc/passwd',
    'file:///etc/passwd',
    'https://example.com/config.json',
    'C:\\windows\\system.ini',
    './circle.json',
    './broken.json',
    './missing.json',
    './folder.json',
    '.\0.json',
    '__proto__',
    7,
    ['seresnet18'],
    { type: 'seresnet18' },
  )
  .map((reference) => ({ extends: reference, backbone: { depths: [1], widths: [2] } }));

/** Networks that cannot be, or should not: sizes against windows, groups against channels. */
const impossible = fc.constantFrom<unknown>(
  { backbone: 'inception_v3', input: { shape: [32, 32, 3] } },
  { backbone: { type: 'resnet', cardinality: 7, baseWidth: 64, reduceFirst: 5 }, input: { shape: [8, 8, 3] } },
  { backbone: { type: 'resnet', unit: 'basic', cardinality: 32 } },
  { backbone: { type: 'resnet', stem: { kernel: 63 }, style: 'caffe' }, input: { shape: [1, 1, 1] } },
  { backbone: { type: 'resnet', widths: [65536, 65536, 65536, 65536] } },
  { backbone: { type: 'resnet18', depths: [512], widths: [2] }, attach: [{ type: 'se' }] },
  { backbone: { type: 'resnet18', depths: Array(17).fill(1) } },
  { backbone: 'resnet18', head: { type: 'classifier', classes: 1_000_000 } },
  { backbone: 'resnet18', head: { type: 'features', taps: [99] } },
  { backbone: 'resnet18', head: { type: 'features', taps: [0, 0] } },
  { backbone: 'resnet18', attach: [{ type: 'se' }], head: { type: 'features', taps: ['conv1'] } },
  { backbone: 'resnet18', attach: Array(40).fill({ type: 'se', label: 'same' }) },
  { backbone: 'resnet18', attach: [{ type: 'se', at: 'shortcut', where: { stages: [9] } }] },
  { backbone: 'resnet18', attach: [{ type: 'cbam', kernel: 63 }], input: { shape: [8, 8, 3] } },
  { backbone: 'resnet18', replace: { se: { type: 'eca' } } },
  { backbone: 'resnet18', input: { shape: [16384, 16384, 4096] } },
);

const nothing = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, 0, '', 'resnet', [], [{}], {}, { backbone: {} }, { extends: null }),
  fc.constantFrom<unknown>(new Date(0), new Options(), () => 1, Symbol('config'), 1n, new Proxy({}, {})),
  fc.jsonValue({ maxDepth: 3 }),
  poison,
);

export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 10, arbitrary: poisoned },
  { weight: 5, arbitrary: extra },
  { weight: 2, arbitrary: reaching as fc.Arbitrary<unknown> },
  { weight: 2, arbitrary: impossible },
  { weight: 2, arbitrary: nothing },
);
