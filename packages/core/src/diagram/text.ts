import type { Shape } from '../graph/shape.js';

// Control characters, lone surrogates, non-characters, and the marks that reorder or hide text.
const UNPRINTABLE =
  /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]|\p{Noncharacter_Code_Point}/gu;

/** A name as one visible line; what cannot be shown becomes `�`. Names come from configs: anybody's text. */
export function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(UNPRINTABLE, '\ufffd');
}

/** Text for XML and HTML, in elements and in attributes. */
export function xml(text: string): string {
  return plain(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** At most `length` characters. */
export function clip(text: string, length: number): string {
  const characters = [...plain(text)];
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`;
}

/** `28,141,144` */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Three figures and a unit of thousands: `4.09 G`; `?` where a size is open. */
export function short(value: number | null, unit = ''): string {
  if (value === null) return '?';
  const prefixes = ['', 'k', 'M', 'G', 'T'];
  let power = 0;
  let scaled = value;
  while (scaled >= 999.5 && power < prefixes.length - 1) {
    scaled /= 1000;
    power++;
  }
  const figures = power === 0 ? String(value) : scaled.toFixed(scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0);
  return `${figures} ${prefixes[power]}${unit}`.trimEnd();
}

/** `56×56×64`; `?` where a size is open. */
export function size(shape: Shape): string {
  return shape.map((dimension) => dimension ?? '?').join('×');
}

/** `64`, or `64–256` where several values differ. */
export function span(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? String(least) : `${least}–${most}`;
}

/** `9.0 %`; whole numbers from ten on. */
export function percent(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %';
  const share = (100 * part) / whole;
  if (share < 0.1) return '<0.1 %';
  return `${share < 9.95 ? share.toFixed(1) : Math.round(share)} %`;
}

/** Names that differ in their last number as `layer1.0–2`; others as the first and the last. */
export function collapse(names: readonly string[]): string {
  const [first, last] = [names[0]!, names.at(-1)!];
  const run = runs(names);
  if (run.length === 1) return run[0]!;
  return `${first}${names.length > 2 ? ' … ' : ', '}${last}`;
}

/** All names, those that follow each other as `layer2–4`. */
export function ranges(names: readonly string[]): string {
  return runs(names).join(', ');
}

function runs(names: readonly string[]): string[] {
  const found: { first: string; stem: string; last: number }[] = [];
  for (const name of names) {
    const [, stem = name, digits = ''] = /^(.*?)(0|[1-9]\d{0,8})$/s.exec(name) ?? [];
    const run = found.at(-1);
    if (run && digits !== '' && run.stem === stem && run.last + 1 === Number(digits)) run.last++;
    else found.push({ first: name, stem, last: digits === '' ? Number.NaN : Number(digits) });
  }
  return found.map(({ first, stem, last }) =>
    Number.isNaN(last) || first === stem + last ? first : `${first}–${last}`,
  );
}
