import { type Element, type Flow, type Gate, type Meeting, nodesOf, type Step, shortcutOf, wordsOf } from '../flow.js';
import { type Mark, showMark } from '../marks.js';
import { clip, collapse, count, span } from '../text.js';
import { arc, type Box, lanes, row } from './box.js';
import { n, rect, text, tipped, wire } from './draw.js';
import { measure } from './measure.js';

/** What glyphs need to know of the network. */
export interface Look {
  readonly marks: ReadonlyMap<string, Mark>;
  /** Node at the stage's end: what it is is told there. */
  readonly end?: string;
  /** Class of an attention's colour. */
  readonly colour: (type: string) => string;
}

const GAP = 8;
const LINE = 12;
const LONGEST = 24;

export function flowBox(flow: Flow, look: Look, flat = false): Box {
  if (flow.length === 0) return { width: 8, up: 8, down: 8, draw: (x, y) => wire(x, y, 8) };
  return row(
    flow.map((element) => elementBox(element, look, flat)),
    GAP,
  );
}

function elementBox(element: Element, look: Look, flat: boolean): Box {
  if (element.kind === 'step') return stepBox(element, look, flat);
  if (element.kind === 'gate') return gateBox(element, look, flat);
  return meetingBox(element, look, flat);
}

function stepBox(step: Step, look: Look, flat: boolean): Box {
  const title = clip(step.title, LONGEST);
  const channels = step.channels.length > 0 && !step.minor ? span(step.channels) : '';
  const box = labelled({ title, detail: channels, style: step.minor ? 'minor' : 'step', flat, tip: describe(step) });
  return captioned(box, markCaptions(step.nodes, look));
}

function gateBox(gate: Gate, look: Look, flat: boolean): Box {
  const { type, channels, place } = wordsOf(gate);
  const params = gate.entries.reduce((sum, entry) => sum + entry.params, 0);
  const nodes = nodesOf(gate);
  const { site, label } = gate.entries[0]!;
  const tip = `${type} at ${site}, label ${label}, channels ${channels}, ${count(params)} parameters: ${collapse(nodes)}`;
  const style = `gate ${look.colour(type)}`;
  const box = labelled({ title: clip(type, LONGEST), detail: channels, style, flat, tip });
  return captioned(box, [{ text: clip(place, LONGEST), style }, ...markCaptions(nodes, look)]);
}

function meetingBox(meeting: Meeting, look: Look, flat: boolean): Box {
  const captions = markCaptions(meeting.nodes, look);
  const shortcut = shortcutOf(meeting);
  if (shortcut !== undefined) {
    const [around, branch] = [meeting.paths[shortcut]!, meeting.paths[1 - shortcut]!];
    const over = around.length > 0 ? flowBox(around, look, flat) : undefined;
    return arc(flowBox(branch, look, flat), over, captioned(circle(meeting), captions), GAP);
  }
  const paths = meeting.paths.map((path) => flowBox(path, look, true));
  const join = (height: number) => (meeting.title === 'concat' ? bar(meeting, height) : circle(meeting));
  return lanes(paths, (height) => captioned(join(height), captions), GAP);
}

interface Label {
  readonly title: string;
  readonly detail: string;
  readonly style: string;
  /** One line instead of two. */
  readonly flat: boolean;
  readonly tip: string;
}

function labelled({ title, detail, style, flat, tip }: Label): Box {
  const [wide, thin] = [measure(title, 11, true), measure(detail, 10)];
  const oneLine = flat || detail === '';
  const width = Math.max(oneLine ? wide + (detail ? thin + 6 : 0) : Math.max(wide, thin), 22) + 14;
  const half = flat ? 11 : detail === '' ? 12 : 16;
  const radius = style.startsWith('gate') ? (flat ? 11 : 12) : 5;
  return {
    width,
    up: half,
    down: half,
    draw(x, y) {
      const middle = x + width / 2;
      const words = { text: title, style: 'title' };
      const lines = oneLine
        ? text(middle, y + 4, '', detail ? [words, { text: detail, style: 'detail', dx: 5 }] : [words])
        : text(middle, y - 2, 'title', title) + text(middle, y + 11, 'detail', detail);
      return tipped(style, tip, rect(x, y - half, width, 2 * half, 'box', radius) + lines);
    },
  };
}

function circle({ title, nodes }: Meeting): Box {
  const tip = collapse(nodes);
  if (title.length > 1) return labelled({ title: clip(title, LONGEST), detail: '', style: 'meeting', flat: true, tip });
  return {
    width: 17,
    up: 8.5,
    down: 8.5,
    draw(x, y) {
      const shape = `<circle class="box" cx="${n(x + 8.5)}" cy="${n(y)}" r="8.5"/>`;
      return tipped('meeting', tip, shape + text(x + 8.5, y + 4.5, 'sign', title));
    },
  };
}

function bar({ title, nodes }: Meeting, height: number): Box {
  const half = height / 2 + 11;
  return {
    width: 17,
    up: half,
    down: half,
    draw(x, y) {
      const label = `<g transform="translate(${n(x + 12)} ${n(y)}) rotate(-90)">${text(0, 0, 'detail', title)}</g>`;
      return tipped('meeting', collapse(nodes), rect(x, y - half, 17, 2 * half, 'box', 5) + label);
    },
  };
}

interface Caption {
  readonly text: string;
  readonly style: string;
}

function markCaptions(nodes: readonly string[], { marks, end }: Look): Caption[] {
  return nodes
    .filter((node) => node !== end)
    .flatMap((node) => marks.get(node) ?? [])
    .map((mark) => ({ text: `▴ ${showMark(mark)}`, style: 'mark' }));
}

/** Lines of small text below a box. */
function captioned(box: Box, captions: readonly Caption[]): Box {
  if (captions.length === 0) return box;
  const width = Math.max(box.width, ...captions.map((caption) => measure(caption.text, 10)));
  const inset = (width - box.width) / 2;
  return {
    width,
    up: box.up,
    down: box.down + captions.length * LINE + 1,
    draw(x, y) {
      const lines = captions.map((caption, i) =>
        text(x + width / 2, y + box.down + (i + 1) * LINE - 1, `caption ${caption.style}`, caption.text),
      );
      const wires = inset > 0 ? wire(x, y, inset) + wire(x + width - inset, y, inset) : '';
      return wires + box.draw(x + inset, y) + lines.join('');
    },
  };
}

function describe({ title, nodes }: Step): string {
  return `${title}: ${nodes.length > 6 ? `${nodes.slice(0, 6).join(', ')} …` : nodes.join(', ')}`;
}
