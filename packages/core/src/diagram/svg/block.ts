import type { Block } from '../blocks.js';
import type { Flow, Step } from '../flow.js';
import { clip, collapse } from '../text.js';
import { at, type Box, row } from './box.js';
import { n, type Span, text } from './draw.js';
import { flowBox, type Look } from './glyphs.js';
import { measure } from './measure.js';
import type { Panel } from './panel.js';

const CAPTION = 20;
const LONGEST = 40;

/** A block under its caption: units' names and number, then what a value goes through. */
export function blockPanel(block: Block, look: Look, room: number, withType: boolean): Panel {
  const box = fitted(block.flow, look, room);
  const scale = Math.min(1, room / box.width);
  const caption = captionOf(block, withType);
  const captionHeight = caption ? CAPTION : 0;
  const up = box.up * scale + captionHeight;
  return {
    width: Math.max(box.width * scale, caption?.width ?? 0),
    height: up + box.down * scale,
    wire: up,
    draw(x, y) {
      const title = caption ? text(x, y + 10, 'small muted', caption.content, 'start') : '';
      return title + at(box, x, y + up, scale);
    },
  };
}

function captionOf({ names, type }: Block, withType: boolean): { width: number; content: Span[] } | undefined {
  if (names.length === 0) return undefined;
  const name = clip(collapse(names), LONGEST);
  const kind = withType && type !== undefined ? clip(` · ${type}`, LONGEST) : '';
  const times = names.length > 1 ? `${names.length} × ` : '';
  return {
    width: measure(times, 10, true) + measure(name + kind, 10),
    content: [
      { text: times, style: 'strong' },
      { text: name + kind, style: '' },
    ],
  };
}

/** The flow with its ends; long runs of layers are told by their number where there is no room for all. */
function fitted(flow: Flow, look: Look, room: number): Box {
  const box = row([entry, flowBox(flow, look), exit], 8);
  if (box.width <= room) return box;
  const run = longestRun(flow);
  return run ? fitted([...flow.slice(0, run.from), run.as, ...flow.slice(run.to)], look, room) : box;
}

const SHORTEST_RUN = 4;

/** The inner layers of the longest run of layers: they become one `+3` (layers). */
function longestRun(flow: Flow): { from: number; to: number; as: Step } | undefined {
  let best = { from: 0, to: 0 };
  for (let from = 0; from < flow.length; from++) {
    let to = from;
    while (flow[to]?.kind === 'step') to++;
    if (to - from > best.to - best.from) best = { from, to };
    from = Math.max(from, to);
  }
  const inner = { from: best.from + 1, to: best.to - 1 };
  if (best.to - best.from < SHORTEST_RUN) return undefined;
  const steps = flow.slice(inner.from, inner.to) as Step[];
  const layers = steps.reduce((sum, step) => sum + (step.layers ?? 1), 0);
  const nodes = steps.flatMap((step) => step.nodes);
  return { ...inner, as: { kind: 'step', title: `… ${layers} layers …`, minor: false, layers, channels: [], nodes } };
}

const entry: Box = {
  width: 6,
  up: 3,
  down: 3,
  draw: (x, y) => `<circle class="wire" cx="${n(x + 3)}" cy="${n(y)}" r="3"/>`,
};

const exit: Box = {
  width: 6,
  up: 4,
  down: 4,
  draw: (x, y) => `<path class="dot" d="M${n(x)} ${n(y - 4)}l6 4l-6 4z"/>`,
};
