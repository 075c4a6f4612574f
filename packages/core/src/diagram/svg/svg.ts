import { describeDiagram } from '../describe.js';
import { showMark } from '../marks.js';
import { type Diagram, type Drawable, toDiagram } from '../model.js';
import { clip, size, xml } from '../text.js';
import { attachmentsPanel } from './attachments.js';
import { n, rect, text } from './draw.js';
import type { Look } from './glyphs.js';
import { headerPanel } from './header.js';
import type { Panel } from './panel.js';
import { stagePanel } from './stage.js';
import { HUE_COUNT, styleSheet, type Theme } from './theme.js';

export interface SvgOptions {
  /** `auto`, the default, follows the reader's preference for light or dark. */
  readonly theme?: Theme;
}

const WIDTH = 960;
const MARGIN = 24;
const INNER = WIDTH - 2 * MARGIN;
const STEP = 30;

/**
 * A network as a picture, 960 wide: its stages with their units and attachments in their places, taps, shapes, and the
 * parameters and multiply-accumulates of each stage. One file with nothing from elsewhere, light and dark.
 *
 * @example
 * ```ts
 * await writeFile('seresnet50.svg', toSvg(assembler.assemble('seresnet50')));
 * ```
 */
export function toSvg(assembly: Drawable, { theme = 'auto' }: SvgOptions = {}): string {
  return svgOf(toDiagram(assembly), theme);
}

export function svgOf(diagram: Diagram, theme: Theme): string {
  const { body, height } = column(diagram);
  const id = `senet-${diagram.name.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 60)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="senet" id="${id}" width="${WIDTH}" height="${n(height)}" viewBox="0 0 ${WIDTH} ${n(height)}" role="img" aria-labelledby="${id}-title ${id}-desc">`,
    `<title id="${id}-title">${xml(`${clip(diagram.name, 128)}: the network and its attachments`)}</title>`,
    `<desc id="${id}-desc">${xml(describeDiagram(diagram))}</desc>`,
    `<style>${styleSheet(theme)}#${id} .hatched{fill:url(#${id}-hatch)}</style>`,
    `<defs><pattern id="${id}-hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0v4" stroke-width="2" stroke-opacity=".45"/></pattern></defs>`,
    rect(0, 0, WIDTH, height, 'page', 12),
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

/** Everything from top to bottom. */
function column(diagram: Diagram): { body: string[]; height: number } {
  const look = lookOf(diagram);
  const body: string[] = [];
  let y = MARGIN;
  const put = (panel: Panel, after: number) => {
    body.push(`<g>${panel.draw(MARGIN, y)}</g>`);
    y += panel.height + after;
  };
  put(headerPanel(diagram, INNER), 20);
  put(arrowPanel(`input ${size(diagram.input)}`, ''), 0);
  for (const stage of diagram.stages) {
    const own = { ...look, end: stage.end?.node };
    put(stagePanel(stage, diagram, own, INNER), 0);
    put(arrowPanel(size(stage.output), stage.end ? showMark(stage.end) : ''), 0);
  }
  y += 10;
  put(attachmentsPanel(diagram, look, INNER), 16);
  body.push(text(MARGIN, y + 8, 'small muted', LEGEND, 'start'));
  return { body, height: y + 8 + MARGIN };
}

const LEGEND =
  'layer: kernel, g groups, d dilation, /stride, channels out · attachment: type, channels→reduced, its site below · arc: shortcut · statistics count as parameters';

/** The value that goes from one stage to the next. */
function arrowPanel(shape: string, mark: string): Panel {
  return {
    width: INNER,
    height: STEP,
    wire: 0,
    draw(left, y) {
      const x = left + 28;
      const arrow = `<path class="wire" d="M${x} ${n(y)}v${STEP - 5}"/><path class="dot" d="M${x - 4} ${n(y + STEP - 7)}h8l-4 6z"/>`;
      const flag = mark ? [{ text: `◂ ${mark}`, style: 'mark', dx: 12 }] : [];
      return arrow + text(x + 14, y + STEP / 2 + 4, 'shape', [{ text: shape, style: '' }, ...flag], 'start');
    },
  };
}

function lookOf({ marks, types }: Diagram): Look {
  return { marks, colour: (type) => `hue${types.indexOf(type) % HUE_COUNT}` };
}
