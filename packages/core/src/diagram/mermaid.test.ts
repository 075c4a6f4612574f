import { describe, expect, test } from 'vitest';
import { golden, HOSTILE, sketches } from '../../../../test/support/diagrams.js';
import { toMermaid } from './mermaid.js';

// What the chart may consist of; in quotes there is nothing but letters, digits, plain signs, line breaks and codes.
const ID = '(?:n\\d+|input)';
const LABEL = '"(?:[\\w ,.:×→–·…◂%/+-]|<br/>|#\\d+;)*"';
const STATEMENTS = [
  /^flowchart TB$/,
  /^accTitle: [^"<>[\]{}|;]*(?:#\d+;[^"<>[\]{}|;]*)*$/,
  /^accDescr: [^"<>[\]{}|;]*(?:#\d+;[^"<>[\]{}|;]*)*$/,
  new RegExp(
    `^${ID}(?:\\(\\( \\)\\)|\\(\\(${LABEL}\\)\\)|\\(${LABEL}\\)|\\[${LABEL}\\]|\\(\\[${LABEL}\\]\\))(?::::\\w+)?$`,
  ),
  new RegExp(`^${ID} (?:-->|-\\.->)(?:\\|${LABEL}\\|)? ${ID}(?:\\(\\( \\)\\))?$`),
  new RegExp(`^subgraph n\\d+\\[${LABEL}\\]$`),
  /^direction (?:TB|LR)$/,
  /^end$/,
  /^classDef \w+ [\w:#,-]+(?: \d+)?$/,
  /^class n\d+(?:,n\d+)* \w+$/,
];

function statements(chart: string): string[] {
  return chart
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
}

/** Checks the rules of the syntax, and gives the chart's shape: its lines without what stands in quotes. */
function check(chart: string): string[] {
  const lines = statements(chart);
  expect(lines.filter((line) => !STATEMENTS.some((pattern) => pattern.test(line)))).toEqual([]);
  const defined = lines.flatMap(
    (line) => /^(?:subgraph )?(n\d+|input)[[(]/.exec(line)?.[1] ?? / (n\d+)\(\( \)\)$/.exec(line)?.[1] ?? [],
  );
  const linked = lines.flatMap((line) => /^(\w+) -.*? (\w+)(?:\(\( \)\))?$/.exec(line)?.slice(1) ?? []);
  const classes = lines.flatMap((line) => /^classDef (\w+)/.exec(line)?.[1] ?? []);
  const used = lines.flatMap((line) => /:::(\w+)$/.exec(line)?.[1] ?? /^class \S+ (\w+)$/.exec(line)?.[1] ?? []);
  expect(new Set(defined).size).toBe(defined.length);
  expect(linked.filter((id) => !defined.includes(id))).toEqual([]);
  expect(used.filter((name) => !classes.includes(name))).toEqual([]);
  let depth = 0;
  for (const line of lines) {
    if (line.startsWith('subgraph ')) depth++;
    if (line === 'end') depth--;
    expect(depth).toBeGreaterThanOrEqual(0);
  }
  expect(depth).toBe(0);
  return lines.map((line) => line.replace(/"[^"]*"/g, '""').replace(/^(acc\w+): .*/, '$1'));
}

describe('a network as a flowchart', () => {
  const chart = toMermaid(golden());

  test('is the same as ever', async () => {
    await expect(chart).toMatchFileSnapshot('../../../../test/goldens/diagram/sketch.mmd');
  });

  test('keeps to the syntax, whatever is drawn', () => {
    check(chart);
    check(toMermaid(sketches.assemble({ backbone: { type: 'sketch', stem: 0 } })));
    check(toMermaid(sketches.assemble({ backbone: 'sketch', head: { type: 'features', taps: [0, 'stem1'] } })));
  });

  test('has a frame for each stage, linked by shapes and taps', () => {
    const links = statements(chart).flatMap((line) => /^\w+ -->\|"(.*)"\| \w+/.exec(line)?.[1] ?? []);
    expect(links).toEqual(['16×16×8', '8×8×16<br/>tap 1', '4×4×32<br/>tap 2', '4×4×44<br/>tap 3', '10<br/>output']);
    const frames = statements(chart)
      .filter((line) => line.startsWith('subgraph '))
      .map((line) => line.replace(/^.*?"|"\]$/g, ''));
    expect(frames).toEqual([
      'stem · 808 parameters · 203 k MACs',
      expect.stringMatching(/^layer1 · 3 × residual · .* parameters, [\d.]+ % attached · .* MACs$/),
      'layer1.0 · residual',
      '2 × layer1.1–2 · residual',
      expect.stringMatching(/^layer2 · 1 × paths · /),
      'layers',
      'layer2.0 · paths',
      expect.stringMatching(/^layer3 · 1 × dense · layer3.0 · /),
      expect.stringMatching(/^head · /),
    ]);
  });

  test('has attachments with their site, and shortcuts by name', () => {
    const gates = statements(chart).flatMap(
      (line) => /\(\["(.*)"\]\):::(hue\d)/.exec(line)?.slice(1, 3).join(' ') ?? [],
    );
    expect(gates).toEqual([
      'squeeze<br/>16→4<br/>branch as se hue0',
      'squeeze<br/>16→4<br/>branch as se hue0',
      'halve<br/>16<br/>shortcut as se_shortcut hue1',
      'squeeze<br/>32→16<br/>output hue0',
      'squeeze<br/>44→22<br/>output hue0',
    ]);
    expect(chart.match(/-\.->\|"shortcut"\|/g)).toHaveLength(2);
  });

  test.each(HOSTILE)('hostile names are no syntax: %j', (name) => {
    const build = (text: string) =>
      toMermaid(
        sketches.assemble({ name: text, backbone: { type: 'sketch', stages: [{ name: text.replaceAll('/', '.') }] } }),
      );
    expect(check(build(name))).toEqual(check(build('harmless')));
  });
});
