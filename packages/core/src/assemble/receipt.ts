import { SenetError } from '../errors.js';
import { type AnyNode, type Graph, parameterKeys } from '../graph/node.js';
import { staticSize } from '../graph/shape.js';
import type { Attached, AttachResult, Skipped } from './attach.js';

export interface ReceiptEntry extends Attached {
  /** Number of values in its parameters, statistics included. */
  readonly params: number;
  /** Keys of its parameters. */
  readonly parameters: readonly string[];
  /** Checked on the graph: the outputs depend on each of its parameters, and on what it gates through it. */
  readonly onPath: true;
  /** Why some gradients are zero at the first step, where they are: an identity start, a zero gamma before it. */
  readonly zeroGradients?: string;
}

/** Proof of what was attached. */
export interface Receipt {
  readonly attachments: readonly ReceiptEntry[];
  /** Selected units without the site in their place. */
  readonly skipped: readonly Skipped[];
  /** Values in the parameters of all attachments. */
  readonly params: number;
}

/**
 * Checks on the finished graph that every attachment is on the path to the outputs.
 *
 * @throws SenetError `AttachmentNotOnPath` where an output depends on no part of an attachment, or not on a parameter of it
 */
export function makeReceipt(graph: Graph, { attached, skipped }: AttachResult, built: ReadonlySet<string>): Receipt {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const counted = new Set<string>();
  const attachments = attached.map((entry) => receiptFor(entry, graph, byName, built, counted));
  return { attachments, skipped, params: attachments.reduce((sum, { params }) => sum + params, 0) };
}

function receiptFor(
  entry: Attached,
  graph: Graph,
  byName: ReadonlyMap<string, AnyNode>,
  built: ReadonlySet<string>,
  counted: Set<string>,
): ReceiptEntry {
  const prefix = `${entry.block}.${entry.label}.`;
  const declared = [...built].filter((key) => key.startsWith(prefix));
  const dead = declared.find((key) => !graph.parameters.has(key));
  if (!byName.has(entry.node) || dead !== undefined) {
    throw new SenetError('AttachmentNotOnPath', `no output depends on ${dead ? `its parameter '${dead}'` : 'it'}`, {
      path: entry.node,
      expected: 'an attachment whose every parameter reaches an output',
    });
  }
  if (!reads(byName, entry.node, entry.producer)) {
    throw new SenetError('AttachmentNotOnPath', `'${entry.type}' does not read what it gates`, {
      path: entry.node,
      expected: `a path from '${entry.producer}'`,
    });
  }
  const nodes = entry.nodes.flatMap((name) => byName.get(name) ?? []);
  const keys = [...new Set(nodes.flatMap(parameterKeys))];
  const fresh = keys.filter((key) => !counted.has(key));
  for (const key of fresh) counted.add(key);
  const params = fresh.reduce((sum, key) => sum + staticSize(graph.parameters.get(key)!.shape), 0);
  const zeroGradients = whyZero(entry, graph, byName, keys);
  return { ...entry, params, parameters: keys, onPath: true, ...(zeroGradients && { zeroGradients }) };
}

function reads(byName: ReadonlyMap<string, AnyNode>, from: string, wanted: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === wanted) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(byName.get(name)?.inputs ?? []));
  }
  return false;
}

/** Zero initialisation is no fault, but it is told: it makes gradients zero at the first step. */
function whyZero(
  entry: Attached,
  graph: Graph,
  byName: ReadonlyMap<string, AnyNode>,
  keys: readonly string[],
): string | undefined {
  if (entry.init === 'identity')
    return 'identity start: its last layer is zero, so earlier ones get none at the first step';
  const isZero = (key: string) => {
    const { initializer, role } = graph.parameters.get(key)!;
    return (role === 'kernel' || role === 'gamma') && initializer.type === 'constant' && initializer.value === 0;
  };
  if (keys.some(isZero)) return 'one of its layers starts at zero';
  const producer = byName.get(entry.producer);
  const gamma = producer?.parameters.gamma;
  if (gamma !== undefined && isZero(gamma))
    return `'${entry.producer}' starts with gamma 0, so what it gates is its beta alone`;
  return undefined;
}
