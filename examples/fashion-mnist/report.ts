import { table } from '../support/table.js';
import type { Classified } from './classify.js';
import { CLASSES } from './data.js';

export function accuracy(predictions: ArrayLike<number>, labels: ArrayLike<number>): number {
  return Array.from(predictions).filter((predicted, i) => predicted === labels[i]).length / labels.length;
}

/** Rows are what the images show, columns what the network says. */
export function confusionTable(predictions: readonly number[], labels: Uint8Array): string {
  const counts = CLASSES.map(() => CLASSES.map(() => 0));
  for (const [i, predicted] of predictions.entries()) counts[labels[i]!]![predicted]! += 1;
  const header = ['', ...CLASSES];
  return table([header, ...counts.map((row, i) => [CLASSES[i]!, ...row.map((n) => (n === 0 ? '·' : n))])]);
}

/** One line for each gate: what it does to the channels of these images. */
export function gateTable(gates: Classified['gates']): string {
  const rows = [...gates].map(([name, values]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const [min, max] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    return [name, ...[mean, min, max].map((value) => value.toFixed(3))];
  });
  return table([['gate', 'mean', 'min', 'max'], ...rows]);
}

/** ‖a − b‖ / ‖b‖ */
export function relativeDifference(a: ArrayLike<number>, b: readonly number[]): number {
  const square = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(square(b.map((value, i) => value - a[i]!)) / square(b));
}
