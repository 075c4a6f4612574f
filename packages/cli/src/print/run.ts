import { describeOrigin } from '../network.js';
import type { RunReport } from '../run/report.js';
import { count, size } from './numbers.js';
import { table } from './table.js';

/** Results that are printed; `--json` and `--output` have all of them. */
const MAX_RESULTS = 20;

/** What a run gave, as text. */
export function printRun(report: RunReport): string {
  const { name, backend, detail, inputShape, batch, weights, milliseconds } = report;
  const head = `${name} on ${backend}, ${count(batch)} × ${size(inputShape)}, ${milliseconds.toFixed(1)} ms`;
  const parts = [`${head}\nbackend: ${detail}\nweights: ${describeOrigin(weights)}`];
  if (report.results.length > 0) parts.push(printResults(report));
  if (report.taps.length > 0) parts.push(printTaps(report));
  return parts.join('\n\n');
}

function printResults({ results }: RunReport): string {
  const rows = results
    .slice(0, MAX_RESULTS)
    .flatMap(({ index, file, top }) =>
      top.map((ranked, i) => [
        i === 0 ? String(index) : '',
        i === 0 ? file : '',
        String(ranked.index),
        ranked.logit.toFixed(4),
        `${(100 * ranked.probability).toFixed(2)} %`,
      ]),
    );
  const text = table(
    [
      { title: '' },
      { title: 'input' },
      { title: 'class', align: 'right' },
      { title: 'logit', align: 'right' },
      { title: 'probability', align: 'right' },
    ],
    rows,
  );
  const more = results.length - MAX_RESULTS;
  return more > 0 ? `${text}\n… and ${count(more)} more: --output or --json has all of them` : text;
}

function printTaps({ taps }: RunReport): string {
  const rows = taps.map(({ tap, node, shape, mean, std, first }) => [
    String(tap),
    node,
    size(shape),
    mean.toPrecision(6),
    std.toPrecision(6),
    first.map((value) => value.toPrecision(4)).join(' '),
  ]);
  return table(
    [
      { title: 'tap' },
      { title: 'node' },
      { title: 'shape' },
      { title: 'mean', align: 'right' },
      { title: 'std', align: 'right' },
      { title: 'first values' },
    ],
    rows,
  );
}
