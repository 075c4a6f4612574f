/** A model as data, and the backends that could run it. */
import { cpu, diagnose, openRunner, wasmFrom, webgl } from '@senet/run';
import { digestOf } from '../digest.js';
import type { Facts } from '../facts.js';
import { type Case, check, checkEqual, checkRejects } from './suite.js';
import { assembler, BACKENDS, NARROW } from './support.js';

export const networkCases = ({ goldens, narrow }: Facts): Case[] => [
  {
    name: 'a seed gives the initial weights that it gives in Node, bit for bit',
    async run() {
      const net = assembler.assemble(narrow.config as never);
      checkEqual(await digestOf(net.initialState(narrow.seed)), narrow.digest, 'SHA-256');
      check((await digestOf(net.initialState(narrow.seed + 1))) !== narrow.digest, 'another seed gives the same');
      return `SHA-256 ${narrow.digest.slice(0, 12)}…`;
    },
  },
  {
    name: "networks have timm's parameter counts",
    async run() {
      for (const { name, config, params } of goldens)
        checkEqual(assembler.assemble(config as never).plan.params.trainable, params, name);
      return undefined;
    },
  },
  {
    name: 'the backends of this browser are found',
    async run() {
      const { backends, auto, warnings } = await diagnose(BACKENDS);
      checkEqual(backends.find(({ name }) => name === 'wasm')?.available, true, 'wasm');
      checkEqual(warnings, [], 'warnings');
      const lines = backends.map(({ name, available, detail }) => `${name}: ${available ? 'there' : detail}`);
      return `${lines.join('; ')}; auto takes ${auto}`;
    },
  },
  {
    name: '.wasm files that are not where they should be leave the other backends',
    fresh: true,
    noisy: true,
    async run() {
      const backends = [wasmFrom('/nowhere/'), webgl, cpu];
      const runner = await openRunner(NARROW, { assembler, backends });
      check(runner.backend !== 'wasm', 'wasm was taken');
      runner.dispose();
      const message = await checkRejects(
        openRunner(NARROW, { assembler, backends, backend: 'wasm' }),
        'BackendUnavailable',
      );
      check(message.includes('wasmFrom'), message);
      return message;
    },
  },
  {
    name: 'plain: a page that names no backend and brings no optional package gets one',
    async run() {
      const runner = await openRunner(NARROW, { assembler });
      const { backend, reason } = runner;
      runner.dispose();
      check(backend !== 'webgpu', 'webgpu was not imported');
      return `${backend}: ${reason}`;
    },
  },
];
