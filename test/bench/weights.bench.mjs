/**
 * How long a file of the size of SE-ResNet-50 takes to read, until all its values are float32: safetensors and .pth, beside
 * Python on the same files in the same run. SENET_PYTHON names a Python with safetensors and PyTorch; the .pth is made
 * by it, so without one that half is left out. RUNS=11 is the number of runs.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core';
import { attentions } from '@senet/se';
import { saveWeights, toFloat32 } from '@senet/weights';
import { readWeightsFile } from '@senet/weights/node';
import { inTurns, median, milliseconds, printHeader, printTable } from './support.mjs';

const RUNS = Number(process.env.RUNS ?? 11);
const PYTHON = process.env.SENET_PYTHON;

/** Converts, or times one reading; "float32" as numpy has it, so that both sides end with the same. */
const SCRIPT = `
import sys, time
task, path = sys.argv[1:3]
if task == 'convert':
    import torch
    from safetensors.torch import load_file
    torch.save(load_file(path), sys.argv[3])
elif task == 'safetensors':
    from safetensors.numpy import load_file
    read = lambda: {k: v.astype('float32', copy=False) for k, v in load_file(path).items()}
else:
    import torch
    read = lambda: {k: v.float().numpy() for k, v in torch.load(path, weights_only=True).items()}
if task != 'convert':
    read()
    for _ in range(int(sys.argv[3])):
        began = time.perf_counter()
        read()
        print((time.perf_counter() - began) * 1000)
`;

function python(...args) {
  const { status, stdout, stderr, error } = spawnSync(PYTHON, ['-c', SCRIPT, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${PYTHON} failed: ${error?.message ?? stderr}`);
  return stdout.trim().split('\n').map(Number);
}

async function readAll(path) {
  const { tensors } = await readWeightsFile(path);
  let values = 0;
  for (const [name, tensor] of tensors) values += toFloat32(tensor, name).length;
  return values;
}

const folder = mkdtempSync(join(tmpdir(), 'senet-bench-'));
try {
  const net = createAssembler(attentions, backbones).assemble('seresnet50');
  const paths = { safetensors: join(folder, 'seresnet50.safetensors'), torch: join(folder, 'resnet50.pth') };
  writeFileSync(paths.safetensors, saveWeights(net, net.initialState(1)));
  const formats = PYTHON ? ['safetensors', 'torch'] : ['safetensors'];
  if (PYTHON) python('convert', paths.safetensors, paths.torch);

  const ours = await inTurns(Object.fromEntries(formats.map((format) => [format, () => readAll(paths[format])])), {
    runs: RUNS,
  });
  const rows = formats.map((format) => {
    const theirs = PYTHON && median(python(format, paths[format], String(RUNS)));
    const size = `${(statSync(paths[format]).size / 1e6).toFixed(0)} MB`;
    const beside = PYTHON ? [milliseconds(theirs), `${(ours[format] / theirs).toFixed(2)}×`] : ['', ''];
    return [format, size, milliseconds(ours[format]), ...beside];
  });
  printHeader('Reading weights from disk (in its cache) to float32, SE-ResNet-50', RUNS);
  printTable([['', 'file', 'here', 'Python', 'here / Python'], ...rows]);
  if (!PYTHON) console.log('\nSkipped: .pth and the comparison; SENET_PYTHON names no Python.');
} finally {
  rmSync(folder, { recursive: true });
}
