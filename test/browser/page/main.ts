import type { Facts } from '../facts.js';
import { backendCases } from './backends.js';
import { fetchCases } from './fetch.js';
import { imageCases } from './images.js';
import { networkCases } from './network.js';
import { type Case, type Result, runCase } from './suite.js';
import { wasmCases } from './wasm.js';

declare global {
  interface Window {
    cases: Promise<readonly Omit<Case, 'run'>[]>;
    runNamed(name: string): Promise<Result>;
  }
}

const all = collect();

async function collect(): Promise<Case[]> {
  // A page at `?plain` goes without the optional packages.
  if (!location.search.includes('plain')) await import('@tensorflow/tfjs-backend-webgpu');
  const facts: Facts = await (await fetch('/facts.json')).json();
  return [...networkCases(facts), ...backendCases(facts), ...fetchCases(facts), ...imageCases(facts), ...wasmCases()];
}

window.cases = all.then((cases) => cases.map(({ run: _, ...described }) => described));
window.runNamed = async (name) => runCase((await all).find((one) => one.name === name)!);
