import type { TypeShare } from '../attachments.js';
import type { Diagram, Stage } from '../model.js';
import { clip, percent, short } from '../text.js';
import { blockPanel } from './block.js';
import { rect, text } from './draw.js';
import type { Look } from './glyphs.js';
import { fit } from './measure.js';
import { flowPanels, type Panel } from './panel.js';

const PADDING = 14;
const NAMES_LEFT = 16;
const UNITS_LEFT = 146;
const NAMES_WIDTH = UNITS_LEFT - NAMES_LEFT - 6;
const FIGURES_WIDTH = 164;

/** A stage as a card: its units, and what they have and cost. */
export function stagePanel(stage: Stage, diagram: Diagram, look: Look, width: number): Panel {
  const figuresLeft = width - 16 - FIGURES_WIDTH;
  const room = figuresLeft - 20 - UNITS_LEFT;
  const withType = stage.units.length > 1;
  const blocks = stage.blocks.map((block) => blockPanel(block, look, room, withType));
  const units = flowPanels(blocks, room, { x: 22, y: 14 });
  const figures = figuresPanel(stage, diagram, look);
  const inner = Math.max(units.height, figures.height, 20 + 15 * stage.units.length);
  return {
    width,
    height: inner + 2 * PADDING,
    wire: 0,
    draw(x, y) {
      const top = y + PADDING;
      return [
        rect(x + 0.5, y + 0.5, width - 1, inner + 2 * PADDING - 1, 'card', 10),
        namesOf(stage, x + NAMES_LEFT, top),
        units.draw(x + UNITS_LEFT, top + (inner - units.height) / 2),
        figures.draw(x + figuresLeft, top + (inner - figures.height) / 2),
      ].join('');
    },
  };
}

function namesOf({ name, units }: Stage, x: number, y: number): string {
  const kinds = units.map(([type, times], i) =>
    text(x, y + 30 + 15 * i, 'muted', fit(`${times} × ${type}`, NAMES_WIDTH, 11), 'start'),
  );
  return text(x, y + 12, 'stage', fit(name, NAMES_WIDTH, 14, true), 'start') + kinds.join('');
}

function figuresPanel(stage: Stage, diagram: Diagram, look: Look): Panel {
  const most = Math.max(...diagram.stages.map(({ params }) => params), 1);
  const mostMacs = Math.max(...diagram.stages.map(({ macs }) => macs ?? 0), 1);
  const shares = stage.attached.filter(({ params }) => params > 0);
  const parts = shares.map(({ type, params }) => ({ hue: look.colour(type), part: params / most }));
  const below = 32 + SHARE_LINE * shares.length;
  const open = stage.macs === null || diagram.macs === null; // shares of an unknown whole say nothing
  return {
    width: FIGURES_WIDTH,
    height: below + (open ? 14 : 24),
    wire: 0,
    draw: (x, y) =>
      [
        figure(x, y, short(stage.params), 'parameters', percent(stage.params, diagram.params)),
        bar(x, y + 16, 'params', stage.params / most, parts),
        ...shares.map((share, i) => ofStage(share, stage, look, x, y + 35 + SHARE_LINE * i)),
        figure(x, y + below, short(stage.macs), 'MACs', open ? '' : percent(stage.macs, diagram.macs)),
        open ? '' : bar(x, y + below + 16, 'macs', stage.macs / mostMacs, []),
      ].join(''),
  };
}

const SHARE_LINE = 13;

function ofStage({ type, params }: TypeShare, stage: Stage, look: Look, x: number, y: number): string {
  const words = [
    { text: clip(type, 16), style: look.colour(type) },
    { text: short(params), style: '', dx: 4 },
    { text: `· ${percent(params, stage.params)}`, style: 'muted', dx: 4 },
  ];
  return text(x, y, 'small', words, 'start');
}

function figure(x: number, y: number, value: string, unit: string, share: string): string {
  const content = [
    { text: value, style: 'strong' },
    { text: unit, style: 'muted', dx: 4 },
  ];
  return text(x, y + 10, '', content, 'start') + text(x + FIGURES_WIDTH, y + 10, 'muted', share, 'end');
}

/** A bar; parts at its end in other shades, hatched so that they do not depend on colour. */
function bar(
  x: number,
  y: number,
  style: string,
  share: number,
  parts: readonly { readonly hue: string; readonly part: number }[],
): string {
  const width = Math.max(share * FIGURES_WIDTH, share > 0 ? 1.5 : 0);
  let right = x + width;
  const shades = parts.map(({ hue, part }) => {
    const own = Math.max(part * FIGURES_WIDTH, part > 0 ? 1.5 : 0);
    right -= own;
    return rect(right, y, own, 8, `share ${hue}`) + rect(right, y, own, 8, 'hatched');
  });
  return rect(x, y, FIGURES_WIDTH, 8, 'track', 2) + rect(x, y, width, 8, style, 2) + shades.join('');
}
