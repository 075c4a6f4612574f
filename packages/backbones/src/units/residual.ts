import { type ActivationName, after, between, type GraphBuilder, type Node, type UnitOutput } from '@senet/core/graph';
import type { ConvNormAct } from './conv-norm-act.js';
import type { ShortcutOptions } from './shortcut.js';

/** The convolutions of a branch: the first, the spatial one with the one after it, and what the branch gives. */
export interface Branch {
  readonly first: ConvNormAct;
  readonly spatial: ConvNormAct;
  readonly next: ConvNormAct;
  readonly output: Node;
}

export interface ResidualOptions {
  readonly stride: ShortcutOptions['stride'];
  readonly activation: ActivationName;
  readonly dropPath: number;
}

/** Ends a residual unit: stochastic depth, shortcut, addition and activation (called `act`), and the sites of it all. */
export function residual(
  g: GraphBuilder,
  x: Node,
  branch: Branch,
  shortcut: () => Node,
  act: string,
  { stride, activation, dropPath }: ResidualOptions,
): UnitOutput {
  const kept = g.dropPath(branch.output, dropPath, { name: 'drop_path' });
  const around = shortcut();
  const sum = g.add([kept, around], { name: 'add' });
  const output = g.activation(sum, activation, { name: act });
  const { first, spatial, next } = branch;
  return {
    output,
    stride,
    activation,
    sites: {
      input: between(g, x, first.conv),
      hidden: between(g, spatial.output, next.conv),
      'hidden-preact': spatial.normReader && between(g, spatial.norm, spatial.normReader),
      branch: between(g, branch.output, kept === branch.output ? sum : kept),
      shortcut: between(g, around, sum),
      output: after(output),
    },
  };
}
