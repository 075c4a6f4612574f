/** A step of training, by everyone who can; stock wasm cannot (tensorflow/tfjs#8474). */
import * as tf from '@tensorflow/tfjs';
import { trainingStep } from './model.mjs';
import { profiled } from './profile.mjs';
import { casesOf, inTurns, use } from './variants.mjs';

const VARIANTS = ['js-only', 'plain', 'relaxed', 'exact'];

/** @returns milliseconds of processor time by who computes it; with `profile`, time by kernel */
export async function training({ quick, profile, peers }) {
  await use('relaxed');
  const step = trainingStep(tf);
  if (profile) return [{ name: 'training step', ...(await profiled('relaxed', step)) }];
  const cases = casesOf(VARIANTS, step);
  for (const peer of peers) cases[peer.name] = { run: (runs) => peer.ask({ work: 'training', runs }) };
  return inTurns(cases, quick ? { rounds: 2, runs: 3 } : { rounds: 5, runs: 5 });
}
