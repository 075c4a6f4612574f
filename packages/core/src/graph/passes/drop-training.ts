import type { OpName } from '../ops/index.js';
import { GraphEditor, type Pass } from './editor.js';

const TRAINING_ONLY: ReadonlySet<OpName> = new Set(['dropout', 'dropPath', 'dropBlock']);

/** Takes away what does something only while training: dropout, stochastic depth, DropBlock. */
export const dropTraining: Pass = ({ graph, state }) => {
  const editor = new GraphEditor(graph, state);
  for (const node of editor.all()) if (TRAINING_ONLY.has(node.op)) editor.bypass(node);
  return editor.finish();
};
