import type { Shape } from '@senet/core/graph';

/** `28,141,144` */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** Three figures and a unit of thousands: `4.09 G`; `?` where a size is open. */
export function short(value: number | null, unit = ''): string {
  if (value === null) return '?';
  const prefixes = ['', 'k', 'M', 'G', 'T'];
  const power = Math.min(prefixes.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  const scaled = value / 1000 ** power;
  const figures = power === 0 ? String(value) : scaled.toFixed(scaled < 10 ? 2 : scaled < 100 ? 1 : 0);
  return `${figures} ${prefixes[power]}${unit}`.trimEnd();
}

/** `56×56×64`; `?` where a size is open. */
export function size(shape: Shape): string {
  return shape.map((dimension) => dimension ?? '?').join('×');
}
