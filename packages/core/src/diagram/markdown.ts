import { subtitle } from './describe.js';
import { mermaidOf } from './mermaid.js';
import { type Diagram, type Drawable, type Stage, toDiagram, total } from './model.js';
import { attachmentsTable, figuresTable, stagesTable, type Table, tapsTable } from './tables.js';
import { clip, plain } from './text.js';

/**
 * A network as Markdown (GitHub's): figures, a Mermaid flowchart, and tables of stages, attachments and taps. Bars show
 * each stage's share of the largest one's parameters, `▒` what is attached.
 *
 * @example
 * ```ts
 * await writeFile('seresnet50.md', toMarkdown(assembler.assemble('seresnet50')));
 * ```
 */
export function toMarkdown(assembly: Drawable): string {
  const diagram = toDiagram(assembly);
  return [
    `# ${inert(clip(diagram.name, 128))}`,
    `${inert(subtitle(diagram))}.`,
    table(figuresTable(diagram)),
    `\`\`\`mermaid\n${mermaidOf(diagram)}\`\`\``,
    section(withBars(stagesTable(diagram), diagram)),
    diagram.attachments.length > 0 ? section(attachmentsTable(diagram)) : 'Nothing is attached.',
    ...diagram.skipped.map((note) => `Skipped: ${inert(note)}.`),
    section(tapsTable(diagram)),
    '',
  ].join('\n\n');
}

function section(content: Table): string {
  return `## ${content.title}\n\n${table(content)}`;
}

function table({ columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map(({ right }) => (right ? '---:' : '---'));
  return [line(columns.map(({ title }) => title)), line(rule), ...rows.map((row) => line(row.map(inert)))].join('\n');
}

/** Adds a column of bars; the last line, the sum, has none. */
function withBars({ columns, rows, title }: Table, { stages }: Diagram): Table {
  const most = Math.max(1, ...stages.map(({ params }) => params));
  const bars = rows.map((row, i) => [...row, i < stages.length ? bar(stages[i]!, most) : '']);
  return { title, columns: [...columns, { title: 'parameters, `▒` attached' }], rows: bars };
}

const BAR = 16;

function bar({ params, attached }: Stage, most: number): string {
  const cells = Math.max(params > 0 ? 1 : 0, Math.round((params * BAR) / most));
  const shaded = params > 0 ? Math.round((cells * total(attached)) / params) : 0;
  return '█'.repeat(cells - shaded) + '▒'.repeat(shaded);
}

/** Backslashes before all that Markdown or GitHub could take for more than a letter; bare addresses stay no links. */
function inert(text: string): string {
  return plain(text)
    .trim()
    .replace(/[\\`*[\]#|<>~$@]|:(?=\S)|(?<!\w)_|_(?!\w)|&(?=\S)|^[+-]|(?<=^\d+)[.)](?=\s|$)|(?<=\bwww)\./gi, '\\$&');
}
