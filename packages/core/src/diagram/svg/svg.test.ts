import { describe, expect, test } from 'vitest';
import { golden, HOSTILE, sketches } from '../../../../../test/support/diagrams.js';
import { elementsOf, parseXml, textOf, type XmlElement } from '../../../../../test/support/xml.js';
import { toSvg } from './svg.js';

const hasClass = (element: XmlElement, name: string) => element.attributes.class?.split(' ').includes(name) ?? false;
const all = (svg: string, name: string) => elementsOf(parseXml(svg)).filter((element) => hasClass(element, name));
const texts = (svg: string, name: string) => all(svg, name).map(textOf);

describe('the picture of a network', () => {
  const svg = toSvg(golden());

  test('is the same as ever', async () => {
    await expect(svg).toMatchFileSnapshot('../../../../../test/goldens/diagram/sketch.svg');
    expect(toSvg(golden())).toBe(svg);
  });

  test('has a title and a description, and says that it is an image', () => {
    const root = parseXml(svg);
    const byId = new Map(elementsOf(root).map((element) => [element.attributes.id, element]));
    const [title, description] = root.attributes['aria-labelledby']!.split(' ').map((id) => textOf(byId.get(id)!));
    expect(root.attributes).toMatchObject({ role: 'img', width: '960', xmlns: 'http://www.w3.org/2000/svg' });
    expect(title).toContain('sketch');
    for (const part of ['layer1: 3 × residual', 'squeeze at branch of 3 units', 'tap 1', 'output 10']) {
      expect(description).toContain(part);
    }
  });

  test('needs nothing from elsewhere', () => {
    const names = new Set(elementsOf(parseXml(svg)).map(({ name }) => name));
    for (const name of ['script', 'image', 'use', 'a', 'foreignObject', 'link']) expect(names).not.toContain(name);
    for (const element of elementsOf(parseXml(svg))) {
      expect(Object.keys(element.attributes).filter((name) => /^on|href/i.test(name))).toEqual([]);
    }
    const addresses = svg.match(/(?:https?:|url\(|@import|@font-face)[^)"]*/g);
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg', 'url(#senet-sketch-hatch']));
  });

  test('shows stages in order, shapes between them, and taps', () => {
    expect(texts(svg, 'stage')).toEqual(['stem', 'layer1', 'layer2', 'layer3', 'head']);
    expect(texts(svg, 'shape')).toEqual([
      'input 16×16×3',
      '16×16×8',
      '8×8×16◂ tap 1',
      '4×4×32◂ tap 2',
      '4×4×44◂ tap 3',
      '10◂ output',
    ]);
    expect(texts(svg, 'mark')).toContain('▴ tap 0');
  });

  test('shows each attachment in its place, with its site, its label and its channels', () => {
    const gates = all(svg, 'gate').filter(({ name }) => name === 'g');
    expect(
      gates.map((gate) =>
        gate.children.slice(1).flatMap((child) => (typeof child === 'string' ? child : textOf(child))),
      ),
    ).toEqual([
      ['', 'squeeze', '16→4'],
      ['', 'squeeze', '16→4'],
      ['', 'halve', '16'],
      ['', 'squeeze', '32→16'],
      ['', 'squeeze', '44→22'],
    ]);
    expect(texts(svg, 'caption')).toEqual([
      '▴ tap 0',
      'branch as se',
      'branch as se',
      'shortcut as se_shortcut',
      'output',
      'output',
    ]);
    expect(svg).toContain('skipped: halve at shortcut: layer1.0 has no such place');
  });

  test('bars are as long as their numbers, and attachments have a shade and a pattern of their own', () => {
    const { plan, receipt } = golden();
    const width = (element: XmlElement) => Number(element.attributes.width);
    const bars = all(svg, 'params').map(width);
    const most = Math.max(...plan.stages.map(({ params }) => params.total));
    const full = width(all(svg, 'track').at(-1)!);
    expect(bars).toEqual(plan.stages.map(({ params }) => expect.closeTo((full * params.total) / most, 1)));
    const shares = all(svg, 'share')
      .filter((element) => !element.attributes.rx)
      .map(width);
    const own = ['layer1', 'layer2', 'layer3'].map((stage) =>
      receipt.attachments.filter((entry) => entry.stage === stage).reduce((sum, { params }) => sum + params, 0),
    );
    expect(shares).toEqual(own.map((params) => expect.closeTo((full * params) / most, 1)));
    expect(all(svg, 'hatched').length).toBe(all(svg, 'share').length);
  });

  test('follows the preference for light or dark, or one that is asked for', () => {
    expect(svg.match(/@media \(prefers-color-scheme:dark\)/g)).toHaveLength(1);
    const [light, dark] = [toSvg(golden(), { theme: 'light' }), toSvg(golden(), { theme: 'dark' })];
    expect(light).toContain('.page{fill:#ffffff}');
    expect(dark).toContain('.page{fill:#0d1117}');
    expect(light + dark).not.toContain('@media');
  });
});

describe('no boxes overlap', () => {
  const stages = [
    { name: 'a', repeat: 2, filters: 16, stride: 2 },
    { name: 'b', unit: 'paths' },
    { name: 'c', unit: 'dense' },
  ] as const;
  test.each([
    ['the golden', golden],
    ['a long stem', () => sketches.assemble({ backbone: { type: 'sketch', stem: 40 } })],
    [
      'many attachments at one site',
      () =>
        sketches.assemble({
          backbone: { type: 'sketch', stages: [...stages] },
          attach: (['branch', 'shortcut', 'input', 'hidden', 'output'] as const).flatMap((at) => [
            { type: 'squeeze', at, where: { stages: ['a'] } },
            { type: 'halve', at, where: { stages: ['a'] } },
          ]),
        }),
    ],
  ])('%s', (_name, build) => {
    const boxes = boxesIn(parseXml(toSvg(build())), { x: 0, y: 0, scale: 1 });
    const overlaps = boxes.filter((a, i) =>
      boxes.slice(i + 1).some((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
    );
    expect(boxes.length).toBeGreaterThan(4);
    expect(overlaps).toEqual([]);
    for (const { left, right } of boxes) expect([left >= 170, right <= 740]).toEqual([true, true]);
  });
});

/** Where boxes are, transformations of the groups around them applied. */
function boxesIn(
  element: XmlElement,
  { x, y, scale }: { x: number; y: number; scale: number },
): Record<Edge, number>[] {
  const numbers = ['x', 'y', 'width', 'height'].map((key) => Number(element.attributes[key]));
  const [left, top, width, height] = numbers as [number, number, number, number];
  if (element.name === 'rect' && hasClass(element, 'box')) {
    const [right, bottom] = [x + scale * (left + width), y + scale * (top + height)];
    return [{ left: x + scale * left, top: y + scale * top, right, bottom }];
  }
  const [, dx = 0, dy = 0, factor = 1] =
    /^translate\(([\d.-]+) ([\d.-]+)\)(?: scale\(([\d.]+)\))?/.exec(element.attributes.transform ?? '') ?? [];
  const inner = { x: x + scale * Number(dx), y: y + scale * Number(dy), scale: scale * Number(factor) };
  return element.children.flatMap((child) => (typeof child === 'string' ? [] : boxesIn(child, inner)));
}

type Edge = 'left' | 'top' | 'right' | 'bottom';

test('long runs of layers are told by their number', () => {
  const svg = toSvg(sketches.assemble({ backbone: { type: 'sketch', stem: 40 } }));
  expect(texts(svg, 'title')).toContain('… 38 layers …');
});

test('open sizes have no numbers, and no bars', () => {
  const svg = toSvg(sketches.assemble({ backbone: 'sketch', input: { shape: [null, null, 3] } }));
  expect(texts(svg, 'shape')[0]).toBe('input ?×?×3');
  expect(texts(svg, 'muted')).toContain('MACs: input size open');
  expect(all(svg, 'macs')).toEqual([]);
});

test('without attachments that is said', () => {
  expect(texts(toSvg(sketches.assemble({ backbone: 'sketch' })), 'muted')).toContain('Nothing is attached.');
});

describe('hostile names are text', () => {
  const build = (name: string) =>
    toSvg(sketches.assemble({ name, backbone: { type: 'sketch', stages: [{ name: name.replaceAll('/', '.') }] } }));
  const skeleton = (svg: string) =>
    elementsOf(parseXml(svg)).map(({ name, attributes }) => [name, Object.keys(attributes)]);

  test.each(HOSTILE)('%j', (name) => {
    const svg = build(name);
    expect(skeleton(svg)).toEqual(skeleton(build('harmless')));
    expect(textOf(all(svg, 'name')[0]!).slice(0, 1)).toBe(name.slice(0, 1));
    expect(parseXml(svg).attributes.id).toMatch(/^senet-[A-Za-z0-9-]*$/);
  });
});
