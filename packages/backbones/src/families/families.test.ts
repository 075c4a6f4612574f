import { describe, expect, test } from 'vitest';
import { assembler } from '../../../../test/support/models.js';
import { backbones } from '../index.js';

const failure = (code: string, path: string) => expect.objectContaining({ name: 'SenetError', code, path });
// biome-ignore lint/suspicious/noExplicitAny: options that the types would refuse
const resnet = (options: any, inputShape = [64, 64, 3]) =>
  assembler.assemble({ backbone: { type: 'resnet', ...options } }, { inputShape });
const attributesOf = (net: ReturnType<typeof resnet>, name: string) =>
  net.graph.nodes.find((node) => node.name === name)!.attributes as Record<string, unknown>;

test.each([
  ['seresnet50', 224, '64@2 256@4 512@8 1024@16 2048@32'],
  ['legacy_seresnet18', 224, '64@2 64@4 128@8 256@16 512@32'],
  ['senet154', 224, '128@2 256@4 512@8 1024@16 2048@32'],
  ['mobilenetv3_small_100', 224, '16@2 16@4 24@8 48@16 576@32'],
  ['inception_v3', 299, '64@2.03 192@4.21 288@8.54 768@17.59 2048@37.38'],
])('taps of %s', (name, size, expected) => {
  const net = assembler.assemble(name, { inputShape: [size, size, 3] });
  const shapes = net.taps.map((tap) => net.graph.nodes.find((node) => node.name === tap)!.shape);
  const found = shapes.map(([height, , channels]) => `${channels}@${Number((size / height!).toFixed(2))}`);
  expect(found.join(' ')).toBe(expected);
});

/** A staged network has the units that a config gives it, and no others. */
const complete = backbones.backbones.filter(({ type }) => type !== 'staged');

test.each(complete.map((backbone) => [backbone.type, backbone] as const))(
  '%s: its units offer the sites it lists, and its receipts name them',
  (type, { sites }) => {
    const size = type === 'inception_v3' ? 96 : 64;
    for (const at of sites) {
      const net = assembler.assemble(
        { backbone: type, attach: [{ type: 'eca', at }] },
        { inputShape: [size, size, 3] },
      );
      const canonical = type === 'inception_v3' && at === 'branch' ? 'output' : at;
      expect(new Set(net.receipt.attachments.map(({ site }) => site))).toEqual(new Set([canonical]));
    }
  },
);

test('a site that only some units have skips the others, and tells it', () => {
  const { attachments, skipped } = assembler.assemble({
    backbone: 'inception_v3',
    attach: [{ type: 'eca', at: 'path:7x7' }],
  }).receipt;
  expect(attachments.map(({ block }) => block)).toEqual(['Mixed_6b', 'Mixed_6c', 'Mixed_6d', 'Mixed_6e']);
  expect(skipped).toHaveLength(7);
  expect(() =>
    assembler.assemble({ backbone: 'inception_v3', attach: [{ type: 'eca', at: 'path:9x9' }] }),
  ).toThrowError(expect.objectContaining({ code: 'UnknownSite', expected: expect.stringContaining('path:7x7') }));
});

describe('resnet', () => {
  test.each([
    ['timm', 'conv2', [1, 1, 1, 1], false],
    ['caffe', 'conv1', 'valid', true],
    ['keras', 'conv1', [1, 1, 1, 1], false],
    ['seed', 'conv2', 'same', false],
  ])('style %s strides at %s and pools in its own way', (style, at, padding, ceil) => {
    const net = resnet({ style, depths: [1, 1], widths: [8, 8] });
    expect(attributesOf(net, `layer2.0.${at}`)).toMatchObject({ strides: [2, 2] });
    const other = at === 'conv1' ? 'conv2' : 'conv1';
    expect(attributesOf(net, `layer2.0.${other}`)).toMatchObject({ strides: [1, 1] });
    const pool = net.graph.nodes.find(({ op }) => op === 'pool')!;
    expect(pool.attributes).toMatchObject({ kind: 'max', size: [3, 3], strides: [2, 2], padding, ceil });
    expect(net.identity).toMatchObject({ family: 'resnet', style });
  });

  test("Caffe's grouped networks stride at the 3×3, as ResNeXt was published", () => {
    const net = resnet({ style: 'caffe', cardinality: 2, baseWidth: 32, depths: [1, 1], widths: [8, 8] });
    expect(attributesOf(net, 'layer2.0.conv2')).toMatchObject({ strides: [2, 2], groups: 2 });
  });

  test('stems: plain, deep and tiered, with a pool, a convolution or nothing after them', () => {
    const filters = (stem: object) =>
      resnet({ stem, depths: [1], widths: [8] })
        .graph.nodes.filter(({ op, stage }) => op === 'conv2d' && stage === 'stem')
        .map(({ name, attributes }) => `${name} ${(attributes as { filters: number }).filters}`);
    expect(filters({ width: 16 })).toEqual(['conv1 16']);
    expect(filters({ type: 'deep', width: 16 })).toEqual(['conv1.0 16', 'conv1.3 16', 'conv1.6 32']);
    expect(filters({ type: 'deep-tiered', width: 16 })).toEqual(['conv1.0 12', 'conv1.3 16', 'conv1.6 32']);
    expect(filters({ width: 16, pool: 'conv' })).toEqual(['conv1 16', 'maxpool.0 16']);
    const pools = (pool: string) =>
      resnet({ stem: { pool }, depths: [1], widths: [8] }).graph.nodes.filter(({ op }) => op === 'pool').length;
    expect([pools('max'), pools('conv'), pools('none')]).toEqual([1, 0, 0]);
  });

  test('ResNet-D shortcuts average before they project', () => {
    const net = resnet({ downsample: 'avg', depths: [1, 1], widths: [8, 8] });
    expect(attributesOf(net, 'layer2.0.downsample.0')).toMatchObject({ kind: 'average', size: [2, 2], ceil: true });
    expect(attributesOf(net, 'layer2.0.downsample.1')).toMatchObject({ kernel: [1, 1], strides: [1, 1] });
    expect(net.graph.nodes.find(({ name }) => name === 'layer1.0.downsample.0')).toBeUndefined(); // nothing to halve
  });

  test('the last gamma of a branch starts at zero in timm’s style, and where it is asked for', () => {
    const gammas = (options: object) =>
      [...resnet({ depths: [1], widths: [8], ...options }).graph.parameters.values()].filter(
        ({ role, initializer }) => role === 'gamma' && initializer.type === 'constant' && initializer.value === 0,
      );
    expect(gammas({}).map(({ key }) => key)).toEqual(['layer1.0.bn3.weight']);
    expect(gammas({ style: 'caffe' })).toEqual([]);
    expect(gammas({ zeroInitLast: false })).toEqual([]);
    expect(gammas({ style: 'caffe', zeroInitLast: true })).toHaveLength(1);
  });

  test.each<[object, string, string]>([
    [{ depths: [1, 1], widths: [8] }, 'ConfigInvalid', 'backbone.widths'],
    [{ depths: [1], strides: [1, 2] }, 'ConfigInvalid', 'backbone.strides'],
    [{ unit: 'basic', cardinality: 2 }, 'ConfigInvalid', 'backbone.cardinality'],
    [{ unit: 'basic', baseWidth: 4 }, 'ConfigInvalid', 'backbone.baseWidth'],
    [{ depths: [] }, 'ConfigInvalid', 'backbone.depths'],
    [{ widths: [65536, 65536, 65536, 65536] }, 'ConfigInvalid', 'layer1.0.filters'],
    [{ style: 'torch' }, 'ConfigInvalid', 'backbone.style'],
    [{ stem: { type: 'deep', depth: 3 } }, 'ConfigInvalid', 'backbone.stem'],
  ])('refuses %j', (options, code, path) => expect(() => resnet(options)).toThrowError(failure(code, path)));

  test('a map that is too small for its windows is named', () => {
    expect(() => resnet({ style: 'caffe', stem: { kernel: 1, stride: 1 } }, [2, 2, 3])).toThrowError(
      failure('ShapeMismatch', 'layer0.pool'),
    );
  });
});

test('mobilenetv3_small has its SE as an attachment: none without, another in its place with replace', () => {
  expect(assembler.assemble('mobilenetv3_small_100').receipt.attachments).toHaveLength(9);
  expect(assembler.assemble({ backbone: 'mobilenetv3_small' }).receipt.attachments).toEqual([]);
  const eca = assembler.assemble({ extends: 'mobilenetv3_small_100', replace: { se: { type: 'eca' } } });
  expect(eca.receipt.attachments.map(({ type, site, label }) => `${type} ${site} ${label}`)).toEqual(
    Array(9).fill('eca hidden se'),
  );
});

test('se reduces mobilenetv3_small as its table says', () => {
  const { attachments } = assembler.assemble('mobilenetv3_small_100').plan;
  expect(attachments.map(({ channels, reduced }) => `${channels}→${reduced}`).join(' ')).toBe(
    '16→8 96→24 240→64 240→64 120→32 144→40 288→72 576→144 576→144',
  );
});
