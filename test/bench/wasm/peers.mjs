/** Other programs that do the same work, on one thread: started once, and asked when it is their turn. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { state } from '../../../scripts/native/state.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const PYTHON = process.env.SENET_PYTHON ?? here('../../../.cache/oracle/torch/bin/python');
const ONE_THREAD = { OMP_NUM_THREADS: '1', TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' };

/** WebAssembly has vectors of 128 bits. These leave others 256 where a processor has 512. */
const AVX2 = { ONEDNN_MAX_CPU_ISA: 'AVX2', ATEN_CPU_CAPABILITY: 'avx2', MKL_ENABLE_INSTRUCTIONS: 'AVX2' };

/** @returns the programs that are there, and why the others are not */
export async function openPeers({ quick }) {
  const programs = [];
  const missing = [];
  if (['ready', 'foreign'].includes(state())) programs.push(['tfjs-node', process.execPath, 'tfjs-node.mjs']);
  else missing.push('tfjs-node is not installed: npm run setup:native');
  if (hasTorch()) programs.push(['PyTorch', PYTHON, 'pytorch.py']);
  else missing.push(`${PYTHON} has no PyTorch: SENET_PYTHON names one that has, or npm run test:oracle installs it`);
  const peers = [];
  for (const [name, ...program] of programs) {
    peers.push(await Peer.open(name, ...program));
    if (!quick && hasAvx512()) peers.push(await Peer.open(`${name}, AVX2`, ...program, AVX2));
  }
  return { peers, missing };
}

function hasAvx512() {
  return existsSync('/proc/cpuinfo') && readFileSync('/proc/cpuinfo', 'utf8').includes('avx512f');
}

function hasTorch() {
  return existsSync(PYTHON) && spawnSync(PYTHON, ['-c', 'import torch']).status === 0;
}

/** A line of JSON each way. */
class Peer {
  #child;
  #lines;

  static async open(name, command, file, environment = {}) {
    const peer = new Peer();
    peer.name = name;
    peer.#child = spawn(...onOneCore(command, here(file)), {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...ONE_THREAD, TF_CPP_MIN_LOG_LEVEL: '1', ...environment },
    });
    peer.#lines = createInterface(peer.#child.stdout)[Symbol.asyncIterator]();
    peer.version = await peer.#reply();
    return peer;
  }

  /** @returns milliseconds of processor time of every run */
  ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.#reply();
  }

  close() {
    this.#child.kill();
  }

  async #reply() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.name} ended`);
    return JSON.parse(value);
  }
}

/** tfjs-node has as many threads as it sees cores, whatever the environment says. */
function onOneCore(command, file) {
  const core = firstCore();
  return core === undefined ? [command, [file]] : ['taskset', ['-c', core, command, file]];
}

function firstCore() {
  const { status, stdout } = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' });
  return status === 0 ? /(\d+)\s*$/.exec(stdout)?.[1] : undefined;
}
