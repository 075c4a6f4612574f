import type { Prediction } from '../commands/predict.js';
import { table } from './table.js';

/** Predictions as text: an image, and below it its classes. */
export function printPredictions(predictions: readonly Prediction[]): string {
  const rows = predictions.flatMap(({ file, top }) =>
    top.map(({ index, label, probability }, i) => [
      i === 0 ? file : '',
      `${(100 * probability).toFixed(2)} %`,
      String(index),
      label ?? '',
    ]),
  );
  return table(
    [
      { title: 'image' },
      { title: 'probability', align: 'right' },
      { title: 'class', align: 'right' },
      { title: 'name' },
    ],
    rows,
  );
}
