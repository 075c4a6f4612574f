import * as tf from '@tensorflow/tfjs';
import { SenetError } from '../errors.js';

interface NodeModule {
  createRequire(from: string): { resolve(id: string): string };
}

/**
 * Warnings for people whose program has two copies of TensorFlow.js: they share the engine but not the registry of
 * layers, so that models of one fail in the other. Found in Node, where packages can be resolved; elsewhere nothing is
 * said until a tensor of another copy comes in.
 */
export function copiesOfTfjs(): string[] {
  const { process } = globalThis as { process?: { cwd(): string; getBuiltinModule?(id: string): NodeModule } };
  const module = process?.getBuiltinModule?.('node:module');
  if (!process || !module) return [];
  const [ours, theirs] = [import.meta.url, `${process.cwd()}/`].map((from) => resolveFrom(module, from));
  if (ours === undefined || theirs === undefined || ours === theirs) return [];
  return [
    `two copies of @tensorflow/tfjs are installed, and layers of one are unknown to the other:\n  ${ours}\n  ${theirs}\n` +
      'Install one version for both: `npm ls @tensorflow/tfjs` shows who brings them, `npm dedupe` often mends it.',
  ];
}

function resolveFrom(module: NodeModule, from: string): string | undefined {
  try {
    return module.createRequire(from).resolve('@tensorflow/tfjs');
  } catch {
    return undefined;
  }
}

/** @throws SenetError `InputInvalid` for a value that is no symbolic tensor of the TensorFlow.js that this library uses */
export function checkSymbolic(x: unknown): asserts x is tf.SymbolicTensor {
  if (x instanceof tf.SymbolicTensor) return;
  const looksLike = typeof x === 'object' && x !== null && 'sourceLayer' in x;
  throw new SenetError('InputInvalid', looksLike ? 'is of another copy of @tensorflow/tfjs' : 'is no symbolic tensor', {
    path: 'x',
    expected: looksLike
      ? 'one copy: see `npm ls @tensorflow/tfjs`'
      : "a tf.SymbolicTensor, as tf.input and a layer's apply give",
  });
}
