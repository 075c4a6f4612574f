/** selector, property, light, dark */
type Rule = readonly [selector: string, property: 'fill' | 'stroke', light: string, dark: string];

const RULES: readonly Rule[] = [
  ['.page', 'fill', '#ffffff', '#0d1117'],
  ['text', 'fill', '#1f2328', '#e6edf3'],
  ['.muted', 'fill', '#59636e', '#9198a1'],
  ['.card', 'fill', '#f6f8fa', '#151b23'],
  ['.card', 'stroke', '#d1d9e0', '#3d444d'],
  ['.rule', 'stroke', '#d1d9e0', '#3d444d'],
  ['.wire', 'stroke', '#818b98', '#7d8590'],
  ['.dot', 'fill', '#818b98', '#7d8590'],
  ['.box', 'fill', '#ffffff', '#212830'],
  ['.box', 'stroke', '#b7bfc8', '#575e68'],
  ['.detail', 'fill', '#59636e', '#9198a1'],
  ['.mark', 'fill', '#0969da', '#58a6ff'],
  ['.track', 'fill', '#e4e8ed', '#262c36'],
  ['.params', 'fill', '#4a6785', '#7d9ab8'],
  ['.macs', 'fill', '#9aa8b7', '#56657a'],
  ['.hatch', 'stroke', '#ffffff', '#0d1117'],
];

/** Attentions in order of appearance; a fifth shares the first one's colour, its name tells it. */
const HUES: readonly { readonly fill: Pair; readonly stroke: Pair; readonly text: Pair }[] = [
  { fill: ['#ece8ff', '#2a1f4d'], stroke: ['#7a5af5', '#8f7af0'], text: ['#4c2bb8', '#d3c9ff'] },
  { fill: ['#ffedd8', '#3f2410'], stroke: ['#d9730d', '#e08a3c'], text: ['#8a4200', '#ffd3a8'] },
  { fill: ['#d5f5ee', '#0f3530'], stroke: ['#0d8f78', '#2fb39b'], text: ['#0a5c4e', '#a8efe0'] },
  { fill: ['#ffe4ee', '#451a2c'], stroke: ['#d1366f', '#e0628f'], text: ['#93184a', '#ffc2d8'] },
];
type Pair = readonly [light: string, dark: string];

const STILL = [
  '.senet text{font:11px ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}',
  '.senet text.name{font-size:22px;font-weight:700}',
  '.senet text.figure{font-size:18px;font-weight:650}',
  '.senet text.stage{font-size:14px;font-weight:650}',
  '.senet .strong,.senet .title{font-weight:650}',
  '.senet text.shape{font-size:12px;font-weight:600}',
  '.senet text.small,.senet text.caption,.senet .detail{font-size:10px;font-weight:400}',
  '.senet text.sign{font-size:13px;font-weight:600}',
  '.senet .wire{fill:none;stroke-width:1.25}',
  '.senet .rule{fill:none}',
  '.senet .gate .box{stroke-width:1.5}',
  '.senet .minor .box{stroke-dasharray:3 2}',
];

export const HUE_COUNT = HUES.length;

export type Theme = 'auto' | 'light' | 'dark';

/** The style sheet: `auto` follows the reader's preference. */
export function styleSheet(theme: Theme): string {
  const rules = [...RULES, ...HUES.flatMap(hueRules)];
  if (theme !== 'auto') return [...STILL, ...colours(rules, theme === 'light' ? 2 : 3)].join('');
  const dark = colours(rules, 3).join('');
  return [...STILL, ...colours(rules, 2), `@media (prefers-color-scheme:dark){${dark}}`].join('');
}

function hueRules({ fill, stroke, text }: (typeof HUES)[number], i: number): Rule[] {
  const hue = `.hue${i}`;
  return [
    [`${hue} .box`, 'fill', ...fill],
    [`${hue} .box`, 'stroke', ...stroke],
    [`${hue} text`, 'fill', ...text],
    [`${hue} .detail`, 'fill', ...text],
    [`text${hue}`, 'fill', ...text],
    [`tspan${hue}`, 'fill', ...text],
    [`rect.share${hue}`, 'fill', ...stroke],
  ];
}

function colours(rules: readonly Rule[], column: 2 | 3): string[] {
  return rules.map((rule) => `.senet ${rule[0]}{${rule[1]}:${rule[column]}}`);
}
