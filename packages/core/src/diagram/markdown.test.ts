import { describe, expect, test } from 'vitest';
import { golden, HOSTILE, sketches } from '../../../../test/support/diagrams.js';
import { toMarkdown } from './markdown.js';
import { toMermaid } from './mermaid.js';

/** Tables as cells: lines between pipes that no backslash makes text. */
function tables(markdown: string): string[][][] {
  const outside = markdown.replace(/^```[\s\S]*?^```$/gm, '');
  return outside
    .split('\n\n')
    .filter((block) => block.includes('| ---'))
    .map((block) => {
      const lines = block.split('\n').slice(block.startsWith('## ') ? 2 : 0);
      return lines
        .filter((line) => line.startsWith('|'))
        .map((line) =>
          line
            .split(/(?<!\\)\|/)
            .slice(1, -1)
            .map((cell) => cell.trim()),
        );
    });
}

describe('a network as Markdown', () => {
  const markdown = toMarkdown(golden());

  test('is the same as ever', async () => {
    await expect(markdown).toMatchFileSnapshot('../../../../test/goldens/diagram/sketch.md');
  });

  test('has the flowchart, and tables whose rows have a cell for each column', () => {
    expect(markdown).toContain(`\`\`\`mermaid\n${toMermaid(golden())}\`\`\``);
    const found = tables(markdown);
    expect(found).toHaveLength(4);
    for (const rows of found) expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
  });

  test('adds up: stages and attachments to the plan', () => {
    const { plan, receipt } = golden();
    const [, stages, attachments, taps] = tables(markdown) as [string[][], string[][], string[][], string[][]];
    const numbers = (rows: readonly string[][], column: number) =>
      rows.map((row) => Number(row[column]!.replaceAll(',', '')));
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    const body = stages.slice(2, -1);
    expect(body.map(([name]) => name)).toEqual(plan.stages.map(({ name }) => name));
    expect(sum(numbers(body, 4))).toBe(plan.params.total);
    expect(sum(numbers(body, 6))).toBe(receipt.params);
    expect(sum(numbers(body, 7))).toBe(plan.macs);
    expect(sum(numbers(attachments.slice(2), 7))).toBe(receipt.params);
    expect(taps.slice(2).map(([tap]) => tap)).toEqual(['tap 0', 'tap 1', 'tap 2', 'tap 3', 'output']);
    expect(markdown).toContain('Skipped: halve at shortcut: layer1.0 has no such place.');
  });

  test('bars are as long as their numbers; a shade tells what is attached', () => {
    const bars = tables(markdown)[1]!
      .slice(2, -1)
      .map((row) => row.at(-1)!);
    const params = golden().plan.stages.map((stage) => stage.params.total);
    expect(bars.map(({ length }) => length)).toEqual(params.map((own) => Math.round((16 * own) / Math.max(...params))));
    expect(bars.map((bar) => bar.replace(/(.)\1*/g, '$1'))).toEqual(['█', '█▒', '█▒', '█▒', '█']);
  });

  test('says so where nothing is attached', () => {
    expect(toMarkdown(sketches.assemble({ backbone: 'sketch' }))).toContain('Nothing is attached.');
  });

  test.each(HOSTILE)('hostile names are text: %j', (name) => {
    const stage = name.replaceAll('/', '.');
    const made = toMarkdown(sketches.assemble({ name, backbone: { type: 'sketch', stages: [{ name: stage }] } }));
    const shape = (markdown: string) => tables(markdown).map((rows) => rows.map(({ length }) => length));
    const harmless = toMarkdown(sketches.assemble({ backbone: { type: 'sketch', stages: [{ name: 'harmless' }] } }));
    expect(shape(made)).toEqual(shape(harmless));
    expect(made.match(/^```/gm)).toHaveLength(2);
    expect(made.match(/^#+ /gm)).toEqual(harmless.match(/^#+ /gm));
    const text = made.replace(/^```[\s\S]*?^```$/gm, '').replaceAll('`▒`', '');
    expect(text.match(/(?<!\\)[<`[\]*$@~]|(?<!\\):\/\/|www\.(?=\w)/g)).toBeNull();
  });
});
