import { GraphEditor, type Pass } from './editor.js';

/** Takes away what does something only while training: dropout. */
export const dropTraining: Pass = ({ graph, state }) => {
  const editor = new GraphEditor(graph, state);
  for (const node of editor.all()) if (node.op === 'dropout') editor.bypass(node);
  return editor.finish();
};
