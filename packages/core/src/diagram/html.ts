import { subtitle } from './describe.js';
import { type Diagram, type Drawable, toDiagram } from './model.js';
import { svgOf } from './svg/svg.js';
import { attachmentsTable, placesTable, stagesTable, type Table, tapsTable } from './tables.js';
import { clip, xml } from './text.js';

/**
 * A network as a page of its own: the picture of `toSvg`, and tables of its stages, taps and every attachment. No
 * scripts, nothing from elsewhere; light or dark as the reader prefers.
 *
 * @example
 * ```ts
 * await writeFile('seresnet50.html', toHtml(assembler.assemble('seresnet50')));
 * ```
 */
export function toHtml(assembly: Drawable): string {
  const diagram = toDiagram(assembly);
  const name = xml(clip(diagram.name, 128));
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${name}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${name}: ${xml(subtitle(diagram))}</h1>`,
    `<figure>${svgOf(diagram, 'auto').trim()}</figure>`,
    ...tables(diagram),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function tables(diagram: Diagram): string[] {
  const attached = diagram.attachments.length > 0 ? [attachmentsTable(diagram), placesTable(diagram)] : [];
  const skipped = diagram.skipped.map((note) => `<p>Skipped: ${xml(note)}.</p>`);
  return [...[stagesTable(diagram), ...attached, tapsTable(diagram)].map(section), ...skipped];
}

function section({ title, columns, rows }: Table): string {
  const side = (i: number) => (columns[i]!.right ? ' class="right"' : '');
  const head = columns.map((column, i) => `<th scope="col"${side(i)}>${xml(column.title)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell, i) => `<td${side(i)}>${xml(cell)}</td>`).join('')}</tr>`);
  return [
    `<section aria-label="${xml(title)}">`,
    `<h2>${xml(title)}</h2>`,
    `<div class="scroll"><table><thead><tr>${head}</tr></thead>`,
    `<tbody>${body.join('\n')}</tbody></table></div>`,
    '</section>',
  ].join('\n');
}

const STYLE = [
  ':root{--page:#fff;--ink:#1f2328;--muted:#59636e;--line:#d1d9e0;--stripe:#f6f8fa}',
  '@media (prefers-color-scheme:dark){:root{--page:#0d1117;--ink:#e6edf3;--muted:#9198a1;--line:#3d444d;--stripe:#151b23}}',
  'body{margin:0;background:var(--page);color:var(--ink);font:14px/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}',
  'main{max-width:960px;margin:0 auto;padding:24px 16px 64px}',
  'h1{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}',
  'h2{font-size:16px;margin:32px 0 8px}',
  'figure{margin:0}',
  'figure svg{display:block;width:100%;height:auto}',
  'section,p{margin:0 2.5%}',
  '.scroll{overflow-x:auto}',
  'table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}',
  'th{color:var(--muted);font-weight:500;text-align:left}',
  'th,td{padding:5px 10px;border-bottom:1px solid var(--line);white-space:nowrap}',
  'tbody tr:nth-child(even){background:var(--stripe)}',
  '.right{text-align:right}',
].join('\n');
