import { type Assembly, SenetError, unknownName } from '@senet/core/graph';

/** A feature output that was asked for. */
export interface Tap {
  /** As it was given: a number, counted by reduction from the stem's 0, or a node's name. */
  readonly tap: number | string;
  readonly node: string;
}

/** Name of the node that gives the logits, whatever activation the head ends in; `undefined` without a classifier. */
export function logitsNode({ config: { head }, graph }: Assembly): string | undefined {
  if (head.type !== 'classifier') return undefined;
  const output = graph.nodes.find(({ name }) => name === graph.outputs[0])!;
  return head.activation === 'linear' ? output.name : output.inputs[0];
}

/**
 * The taps of a network: those its head gives out, and those asked for.
 *
 * @throws SenetError `UnknownName`
 */
export function tapsOf(assembly: Assembly, asked: readonly (number | string)[]): Tap[] {
  const { head } = assembly.config;
  const all = new Set(head.type === 'features' ? [...head.taps, ...asked] : asked);
  return [...all].map((tap) => ({ tap, node: findTap(assembly, tap) }));
}

function findTap({ taps, graph }: Assembly, tap: number | string): string {
  if (typeof tap === 'number') {
    const node = taps[tap];
    if (node !== undefined) return node;
    throw new SenetError('UnknownName', `there is no tap ${tap}`, {
      path: '--taps',
      expected: `0 to ${taps.length - 1} (${taps.join(', ')}), or a node's name`,
    });
  }
  const names = graph.nodes.map(({ name }) => name);
  if (!names.includes(tap)) throw unknownName('node', tap, names, '--taps');
  return tap;
}
