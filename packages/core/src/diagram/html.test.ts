import { describe, expect, test } from 'vitest';
import { golden, HOSTILE, sketches } from '../../../../test/support/diagrams.js';
import { elementsOf, parseXml, textOf, type XmlElement } from '../../../../test/support/xml.js';
import { toHtml } from './html.js';
import { toSvg } from './svg/svg.js';

/** The page as XML: its doctype left out and its `meta` closed, it must be well-formed. */
function parse(html: string): XmlElement {
  const [doctype, ...lines] = html.split('\n');
  expect(doctype).toBe('<!doctype html>');
  return parseXml(lines.join('\n').replace(/(<meta [^>]*)>/g, '$1/>'));
}

const named = (root: XmlElement, name: string) => elementsOf(root).filter((element) => element.name === name);

describe('a network as a page', () => {
  const html = toHtml(golden());
  const root = parse(html);

  test('shows the picture, and says what it is', () => {
    expect(html).toContain(toSvg(golden()).trim());
    expect(textOf(named(root, 'title')[0]!)).toBe('sketch');
    expect(textOf(named(root, 'h1')[0]!)).toBe(
      'sketch: sketch with squeeze at branch, halve at shortcut, squeeze at output',
    );
    expect(root.attributes.lang).toBe('en');
  });

  test('runs nothing, loads nothing, and forbids both', () => {
    for (const name of ['script', 'link', 'img', 'iframe', 'base', 'a']) expect(named(root, name)).toEqual([]);
    expect(named(root, 'meta').map(({ attributes }) => attributes.content)).toContain(
      "default-src 'none'; style-src 'unsafe-inline'",
    );
    expect(html.match(/@import|@font-face|url\((?!#)/g)).toBeNull();
  });

  test('has light and dark', () => {
    expect(html.match(/prefers-color-scheme:\s*dark/g)).toHaveLength(2);
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
  });

  test('lists every attachment in its place', () => {
    const places = named(root, 'section').find(({ attributes }) => attributes['aria-label'] === 'Places')!;
    const rows = named(places, 'tr')
      .slice(1)
      .map((row) => named(row, 'td').map(textOf));
    expect(rows.map(([node]) => node).sort()).toEqual(
      golden()
        .receipt.attachments.map(({ node }) => node)
        .sort(),
    );
    expect(rows).toContainEqual(['layer1.0.se', 'squeeze', 'branch', 'layer1.0.conv2', '16', '4', '148']);
    for (const table of named(root, 'table')) {
      const columns = named(table, 'th').length;
      for (const row of named(table, 'tbody').flatMap((body) => named(body, 'tr')))
        expect(row.children).toHaveLength(columns);
    }
  });

  test.each(HOSTILE)('hostile names are text: %j', (name) => {
    const build = (text: string) =>
      parse(
        toHtml(
          sketches.assemble({
            name: text,
            backbone: { type: 'sketch', stages: [{ name: text.replaceAll('/', '.') }] },
          }),
        ),
      );
    const skeleton = (page: XmlElement) =>
      elementsOf(page).map((element) => [element.name, Object.keys(element.attributes)]);
    expect(skeleton(build(name))).toEqual(skeleton(build('harmless')));
  });
});
