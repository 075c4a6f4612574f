import { xml } from '../text.js';

/** A number without needless digits. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function wire(x: number, y: number, width: number): string {
  return `<path class="wire" d="M${n(x)} ${n(y)}h${n(width)}"/>`;
}

export function dot(x: number, y: number): string {
  return `<circle class="dot" cx="${n(x)}" cy="${n(y)}" r="2.5"/>`;
}

export type Anchor = 'start' | 'middle' | 'end';

/** A run of text in a style of its own, `dx` pixels after the one before it. */
export interface Span {
  readonly text: string;
  readonly style: string;
  readonly dx?: number;
}

/** Text is escaped here and nowhere else. */
export function text(
  x: number,
  y: number,
  style: string,
  content: string | readonly Span[],
  anchor: Anchor = 'middle',
): string {
  const place = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  const inner = typeof content === 'string' ? xml(content) : content.map(span).join('');
  return `<text class="${style}" x="${n(x)}" y="${n(y)}"${place}>${inner}</text>`;
}

function span({ text, style, dx }: Span): string {
  return `<tspan class="${style}"${dx === undefined ? '' : ` dx="${dx}"`}>${xml(text)}</tspan>`;
}

/** What a reader sees who points at what is drawn. */
export function tipped(style: string, tip: string, drawn: string): string {
  return `<g class="${style}"><title>${xml(tip)}</title>${drawn}</g>`;
}

export function rect(x: number, y: number, width: number, height: number, style: string, radius = 0): string {
  const corner = radius > 0 ? ` rx="${radius}"` : '';
  return `<rect class="${style}" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}"${corner}/>`;
}
