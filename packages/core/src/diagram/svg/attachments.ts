import type { AttachmentGroup } from '../attachments.js';
import type { Diagram } from '../model.js';
import { count, percent, ranges, short, span } from '../text.js';
import { type Anchor, rect, text } from './draw.js';
import type { Look } from './glyphs.js';
import { fit } from './measure.js';
import type { Panel } from './panel.js';

const ROW = 22;
const TOP = 34;

interface Column {
  readonly title: string;
  readonly x: number;
  readonly anchor: Anchor;
  readonly cell: (group: AttachmentGroup, diagram: Diagram) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'site', x: 146, anchor: 'start', cell: ({ site }) => fit(site, 104, 11) },
  { title: 'label', x: 256, anchor: 'start', cell: ({ label }) => fit(label, 104, 11) },
  { title: 'stages', x: 366, anchor: 'start', cell: ({ stages }) => fit(ranges(stages), 200, 11) },
  { title: 'units', x: 606, anchor: 'end', cell: ({ entries }) => count(entries.length) },
  { title: 'channels', x: 686, anchor: 'end', cell: ({ channels }) => span(channels) },
  { title: 'reduced', x: 760, anchor: 'end', cell: ({ reduced }) => (reduced.length > 0 ? span(reduced) : '–') },
  { title: 'parameters', x: 844, anchor: 'end', cell: ({ params }) => short(params) },
  { title: 'of all', x: 896, anchor: 'end', cell: ({ params }, all) => percent(params, all.params) },
];

/** What is attached, one line for each type, site and label. */
export function attachmentsPanel(diagram: Diagram, look: Look, width: number): Panel {
  const { attachments, skipped } = diagram;
  const height = attachments.length === 0 ? 44 : TOP + (attachments.length + skipped.length) * ROW + 14;
  return {
    width,
    height,
    wire: 0,
    draw(x, y) {
      const card = rect(x + 0.5, y + 0.5, width - 1, height - 1, 'card', 10);
      if (attachments.length === 0) return card + text(x + 16, y + 27, 'muted', 'Nothing is attached.', 'start');
      const titles = COLUMNS.map(({ title, ...column }) =>
        text(x + column.x, y + 24, 'small muted', title, column.anchor),
      );
      const rows = attachments.map((group, i) => line(group, diagram, look, x, y + TOP + ROW * i));
      const notes = skipped.map((note, i) => {
        const words = fit(`skipped: ${note}`, width - 32, 11);
        return text(x + 16, y + TOP + ROW * (attachments.length + i) + 12, 'muted', words, 'start');
      });
      const title = text(x + 16, y + 24, 'strong', 'Attachments', 'start');
      return [card, title, ...titles, ...rows, ...notes].join('');
    },
  };
}

function line(group: AttachmentGroup, diagram: Diagram, look: Look, x: number, y: number): string {
  const hue = look.colour(group.type);
  const swatch = rect(x + 16, y + 3, 14, 10, `share ${hue}`, 3) + rect(x + 16, y + 3, 14, 10, 'hatched', 3);
  const type = text(x + 36, y + 12, `strong ${hue}`, fit(group.type, 104, 11, true), 'start');
  const cells = COLUMNS.map(({ cell, anchor, ...column }) =>
    text(x + column.x, y + 12, '', cell(group, diagram), anchor),
  );
  return swatch + type + cells.join('');
}
