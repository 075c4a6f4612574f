/** What benchmarks share: medians of runs that take turns, and a table that says where they were taken. */
import { cpus } from 'node:os';
import * as tf from '@tensorflow/tfjs';

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/**
 * Times the cases in turns, so that what else the machine does meets all of them alike. Garbage is collected between
 * runs, but for short work: a collection flushes compiled code with it.
 *
 * @param {Record<string, () => unknown>} cases each may return a promise
 * @returns {Promise<Record<string, number>>} medians in milliseconds
 */
export async function inTurns(cases, { runs = 11, warmUp = 2, collect = true } = {}) {
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let run = -warmUp; run < runs; run++) {
    for (const [name, work] of Object.entries(cases)) {
      if (collect) globalThis.gc?.();
      const began = performance.now();
      await work();
      if (run >= 0) times[name].push(performance.now() - began);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

export function printHeader(title, runs) {
  const [{ model }] = cpus();
  console.log(`\n${title}`);
  console.log(
    `${model}, ${cpus().length} cores; Node ${process.versions.node}; TensorFlow.js ${tf.version.tfjs}; medians of ${runs} runs\n`,
  );
}

/** Rows of strings, the first column to the left, the others to the right. */
export function printTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  for (const row of rows) {
    console.log(
      row.map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i]))).join('  '),
    );
  }
}

export const milliseconds = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
