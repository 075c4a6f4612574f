/** The ways to run on wasm, and how they are timed: in turns, by the processor time that they take. */
import { cpus, loadavg } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { install, uninstall } from '@senet/wasm';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { median } from '../support.mjs';

/** `undefined`: nothing is installed. */
export const VARIANTS = {
  stock: undefined,
  'js-only': { simd: 'none' },
  plain: { simd: 'plain' },
  relaxed: { simd: 'relaxed' },
  exact: { simd: 'relaxed', precision: 'exact' },
};

/** Relaxed SIMD needs a flag on Node 20, which a program may set before it compiles any. */
export async function prepare() {
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
  tf.enableProdMode();
  await tf.setBackend('wasm');
  await use('relaxed');
}

export function machine({ quick }, peers) {
  return {
    machine: `${cpus()[0].model}, ${cpus().length} cores`,
    load: loadavg().map((value) => Number(value.toFixed(1))),
    versions: {
      Node: process.versions.node,
      tfjs: tf.version.tfjs,
      ...Object.fromEntries(peers.map(({ name, version }) => [name, version])),
    },
    quick,
  };
}

/** @returns {Promise<string>} the SIMD that it got */
export async function use(variant) {
  uninstall();
  const options = VARIANTS[variant];
  if (!options) return 'stock';
  const { simd, notes } = await install(tf, options);
  if (options.simd === 'relaxed' && simd !== 'relaxed') throw new Error(`no relaxed SIMD here: ${notes}`);
  return simd;
}

/**
 * Milliseconds of processor time for one run of each case: medians over rounds in which the cases take turns, so that
 * what else the machine does meets all alike. Other programs on the machine cost time on the clock, but hardly any of
 * this.
 *
 * @param {Record<string, { begin?: () => unknown, run: (runs: number) => Promise<number[]> }>} cases
 */
export async function inTurns(cases, { rounds, runs }) {
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, { begin, run }] of Object.entries(cases)) {
      await begin?.();
      times[name].push(...(await run(runs)));
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

/** Processor time of `runs` calls, a list of milliseconds; `warmUp` calls go before. */
export async function processorTimes(work, runs, warmUp = 1) {
  const times = [];
  for (let run = -warmUp; run < runs; run++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    if (run >= 0) times.push((user + system) / 1000);
  }
  return times;
}

/** Cases for {@link inTurns} of work under variants. */
export function casesOf(variants, work) {
  return Object.fromEntries(
    variants.map((variant) => [variant, { begin: () => use(variant), run: (runs) => processorTimes(work, runs) }]),
  );
}
