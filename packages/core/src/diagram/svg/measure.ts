import { plain } from '../text.js';

/** Widths of characters in ems, a little above those of the usual sans-serif fonts: text must never overflow. */
const WIDTHS: readonly (readonly [pattern: RegExp, ems: number])[] = [
  [/[\u0300-\u036f]/, 0],
  [/[ijlI.,:;'|!()[\] ]/, 0.32],
  [/[frt/\-–]/, 0.42],
  [/[mwMW@%<>+=~^|"#]/, 0.92],
  [/[A-Z&]/, 0.7],
  [/[ -~×·…←→]/, 0.6],
  [/[\u00a1-\u052f]/, 0.66],
];

/** Estimate, rather too large, of the width of a text in pixels. */
export function measure(text: string, fontSize: number, bold = false): number {
  let ems = 0;
  for (const character of text) ems += WIDTHS.find(([pattern]) => pattern.test(character))?.[1] ?? 1.2;
  return Math.ceil(ems * fontSize * (bold ? 1.06 : 1));
}

/** As much of a text as fits into `width`, with an ellipsis where that is not all. */
export function fit(text: string, width: number, fontSize: number, bold = false): string {
  const characters = [...plain(text)];
  let length = characters.length;
  let fitted = characters.join('');
  while (length > 0 && measure(fitted, fontSize, bold) > width) fitted = `${characters.slice(0, --length).join('')}…`;
  return fitted;
}
