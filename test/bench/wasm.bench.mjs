/**
 * `npm run bench:wasm [-- OPTIONS]`: @senet/wasm beside tfjs' own wasm backend, tfjs-node and PyTorch, each on one core.
 *
 *   --quick                     fewer shapes and runs, less than a minute
 *   --json                      one JSON object in place of tables
 *   --profile                   time by kernel in place of totals, of --variants=stock,relaxed
 *   --only=convolutions,training,inference
 *   --networks=seresnet50,…     for inference, in place of the five
 *   --alone                     without tfjs-node and PyTorch
 *
 * tfjs-node takes part where `npm run setup:native` installed it, PyTorch where SENET_PYTHON names a Python that has it,
 * or where `npm run test:oracle` installed it.
 */
import { parseArgs } from 'node:util';
import { convolutions } from './wasm/convolutions.mjs';
import { inference } from './wasm/inference.mjs';
import { openPeers } from './wasm/peers.mjs';
import { printReport } from './wasm/report.mjs';
import { training } from './wasm/training.mjs';
import { machine, prepare } from './wasm/variants.mjs';

const PARTS = { convolutions, training, inference };

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    alone: { type: 'boolean', default: false },
    only: { type: 'string', default: Object.keys(PARTS).join() },
    networks: { type: 'string' },
    variants: { type: 'string', default: 'stock,relaxed' },
  },
});
const chosen = options.only.split(',');
const unknown = chosen.filter((name) => !PARTS[name]);
if (unknown.length > 0) throw new Error(`no part ${unknown}; there are ${Object.keys(PARTS)}`);

await prepare();
const { peers, missing } = options.alone || options.profile ? { peers: [], missing: [] } : await openPeers(options);
const results = { ...machine(options, peers), missing };
try {
  if (!options.json) printReport.header(results);
  for (const name of chosen) {
    if (options.profile && name === 'convolutions') continue; // they are kernels themselves
    results[name] = await PARTS[name]({ ...options, peers });
    if (!options.json) printReport[options.profile ? 'profile' : name](results[name], peers);
  }
} finally {
  for (const peer of peers) peer.close();
}
if (options.json) console.log(JSON.stringify(results, undefined, 2));
