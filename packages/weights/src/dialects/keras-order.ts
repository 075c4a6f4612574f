import type { AnyNode, Graph } from '@senet/core/graph';

/**
 * Nodes in the order in which Keras lists a functional model's layers: those farther from the output first, and of
 * equals those that a walk back from the output meets first. Shortcuts come before branches, as keras.applications adds
 * them.
 */
export function kerasOrder({ nodes, outputs }: Graph): AnyNode[] {
  const depths = depthsOf(nodes, outputs);
  const met = metOf(nodes, outputs);
  const before = (a: AnyNode, b: AnyNode) =>
    depths.get(b.name)! - depths.get(a.name)! || met.get(a.name)! - met.get(b.name)!;
  return nodes.filter(({ name }) => met.has(name)).sort(before);
}

/** The longest way from each node to an output. */
function depthsOf(nodes: readonly AnyNode[], outputs: readonly string[]): Map<string, number> {
  const depths = new Map(outputs.map((name) => [name, 0]));
  for (const { name, inputs } of [...nodes].reverse()) {
    const depth = depths.get(name);
    if (depth === undefined) continue;
    for (const input of inputs) depths.set(input, Math.max(depths.get(input) ?? 0, depth + 1));
  }
  return depths;
}

/** When a walk from the outputs, depth first, meets each node. */
function metOf(nodes: readonly AnyNode[], outputs: readonly string[]): Map<string, number> {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const met = new Map<string, number>();
  const waiting = [...outputs].reverse();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (met.has(name)) continue;
    met.set(name, met.size);
    const { op, inputs } = byName.get(name)!;
    waiting.push(...(op === 'add' ? inputs : [...inputs].reverse()));
  }
  return met;
}
