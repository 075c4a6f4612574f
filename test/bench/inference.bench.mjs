/**
 * Inference at 224, batch 1, on each backend that is installed: plain and optimised networks, what SE adds to its
 * trunk, and how long opening takes. BACKENDS=wasm,tensorflow chooses; RUNS=11 is the number of runs.
 */
import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core';
import { BACKENDS, openRunner } from '@senet/run';
import { attentions } from '@senet/se';
import { inTurns, milliseconds, printHeader, printTable } from './support.mjs';

const RUNS = Number(process.env.RUNS ?? 11);
const CHOSEN = process.env.BACKENDS?.split(',');
/** Networks, and the trunk each is compared with. */
const NETWORKS = [
  ['resnet50', 'resnet50'],
  ['seresnet50', 'resnet50'],
  ['resnext50_32x4d', 'resnext50_32x4d'],
  ['seresnext50_32x4d', 'resnext50_32x4d'],
  ['mobilenetv3_small_trunk', 'mobilenetv3_small_trunk'],
  ['mobilenetv3_small_100', 'mobilenetv3_small_trunk'],
];

const assembler = createAssembler(attentions, backbones);
const configs = { mobilenetv3_small_trunk: { backbone: 'mobilenetv3_small' } };
const input = { data: Float32Array.from({ length: 224 * 224 * 3 }, (_, i) => Math.sin(i)), shape: [1, 224, 224, 3] };

for (const { name: backend, check } of BACKENDS) {
  if (CHOSEN ? !CHOSEN.includes(backend) : backend === 'cpu') continue; // cpu takes seconds a run: ask for it
  const { available, detail, install } = await check();
  if (!available) {
    console.log(`\n${backend}: ${detail}${install ? ` (${install})` : ''}`);
    continue;
  }
  await measure(backend);
}

async function measure(backend) {
  const runners = {};
  const opening = {};
  for (const [name] of NETWORKS) {
    const assembly = assembler.assemble(configs[name] ?? name, { inputShape: [224, 224, 3] });
    const network = { assembly, state: assembly.initialState(1) };
    for (const optimize of [false, true]) {
      const began = performance.now();
      const runner = await openRunner(network, { backend, optimize });
      await runner.warmUp();
      opening[key(name, optimize)] = performance.now() - began;
      runners[key(name, optimize)] = runner;
    }
  }
  const cases = Object.fromEntries(Object.entries(runners).map(([name, runner]) => [name, () => runner.run(input)]));
  const times = await inTurns(cases, { runs: RUNS });
  printHeader(`Inference at 224, batch 1, backend ${backend}`, RUNS);
  printTable([
    ['', 'plain', 'optimised', 'gain', 'SE over trunk, plain', 'optimised', 'open + first run, plain', 'optimised'],
    ...NETWORKS.map(([name, trunk]) => [
      name,
      milliseconds(times[key(name, false)]),
      milliseconds(times[key(name, true)]),
      `${(times[key(name, false)] / times[key(name, true)]).toFixed(2)}×`,
      name === trunk ? '' : (times[key(name, false)] / times[key(trunk, false)]).toFixed(2),
      name === trunk ? '' : (times[key(name, true)] / times[key(trunk, true)]).toFixed(2),
      milliseconds(opening[key(name, false)]),
      milliseconds(opening[key(name, true)]),
    ]),
  ]);
  for (const runner of Object.values(runners)) runner.dispose();
}

function key(name, optimize) {
  return optimize ? `${name} optimised` : name;
}
