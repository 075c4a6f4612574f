import {
  type AnyAttention,
  type Attention,
  GraphBuilder,
  parameterKeys,
  SenetError,
  type Shape,
  sameShape,
} from '@senet/core/graph';
import { passesThrough } from './passes-through.js';

/** One line for each thing an attention must hold to; `problem` says what does not hold. */
export interface ConformanceReport {
  readonly passed: boolean;
  readonly checks: readonly { readonly name: string; readonly problem?: string }[];
}

const SHAPES: readonly Shape[] = [
  [8, 8, 16],
  [7, 5, 24],
  [1, 1, 32],
  [null, null, 16],
];

/**
 * The conformance kit for authors: checks an attention's contract on its graph, without TensorFlow.js.
 *
 * The shape stays, on maps of every size and on open ones; the output depends on the input and on every parameter;
 * building twice gives the same names; two of them stand in one graph; options are strict; and one that claims
 * `identity` starts with all of its gates at 1 by construction.
 *
 * @param attention the descriptor, or one with options where its defaults do not fit 16 to 32 channels
 */
export function checkAttention(attention: AnyAttention | Attention): ConformanceReport {
  const made: Attention = 'descriptor' in attention ? attention : attention();
  const checks = [
    ...SHAPES.map((shape) => check(`keeps the shape [${shape.map(String)}]`, () => keepsShape(made, shape))),
    check('depends on its input', () => dependsOnInput(made)),
    check('depends on each of its parameters', () => dependsOnParameters(made)),
    check('builds the same names twice', () => isDeterministic(made)),
    check('stands twice in one graph', () => standsTwice(made)),
    check('refuses unknown options', () => refusesUnknownOptions(made.descriptor)),
    ...(made.descriptor.identity ? [check('builds with init identity', () => buildsIdentity(made))] : []),
  ];
  return { passed: checks.every(({ problem }) => problem === undefined), checks };
}

function check(name: string, run: () => string | undefined) {
  try {
    const problem = run();
    return problem === undefined ? { name } : { name, problem };
  } catch (error) {
    return { name, problem: error instanceof Error ? error.message : String(error) };
  }
}

function build(attention: Attention, shape: Shape, init: 'default' | 'identity' = 'default') {
  const g = new GraphBuilder();
  const x = g.input(shape);
  const { output } = g.scope('attention', () => attention.build(g, x, { init, blockInput: x }));
  return { g, x, output, graph: g.finish([output]) };
}

function keepsShape(attention: Attention, shape: Shape): string | undefined {
  const { output } = build(attention, shape);
  return sameShape(output.shape, shape) ? undefined : `gives [${output.shape.map(String)}]`;
}

function dependsOnInput(attention: Attention): string | undefined {
  const { x, graph } = build(attention, [8, 8, 16]);
  const reached = new Set([x.name]);
  for (const node of graph.nodes) if (node.inputs.some((name) => reached.has(name))) reached.add(node.name);
  return reached.has(graph.outputs[0]!) ? undefined : 'no path leads from the input to the output';
}

function dependsOnParameters(attention: Attention): string | undefined {
  const { g, graph } = build(attention, [8, 8, 16]);
  const used = new Set(graph.nodes.flatMap(parameterKeys));
  const dead = [...g.parameterKeys()].find((key) => !used.has(key));
  return dead === undefined ? undefined : `no output depends on '${dead}'`;
}

function isDeterministic(attention: Attention): string | undefined {
  const [first, second] = [1, 2].map(() =>
    build(attention, [8, 8, 16])
      .graph.nodes.map(({ name }) => name)
      .join(),
  );
  return first === second ? undefined : 'names differ from build to build';
}

function standsTwice(attention: Attention): string | undefined {
  const g = new GraphBuilder();
  const x = g.input([8, 8, 16]);
  const first = g.scope('first', () => attention.build(g, x)).output;
  const second = g.scope('second', () => attention.build(g, first)).output;
  return g.finish([second]).outputs.length === 1 ? undefined : 'the graph has no output';
}

function refusesUnknownOptions(descriptor: AnyAttention): string | undefined {
  try {
    descriptor({ 'no-such-option': 1 });
  } catch (error) {
    return error instanceof SenetError ? undefined : 'throws something else than a SenetError';
  }
  return 'an unknown option is ignored';
}

function buildsIdentity(attention: Attention): string | undefined {
  const { graph } = build(attention, [8, 8, 16], 'identity');
  return passesThrough(graph) ? undefined : 'its constants do not show that it starts as the identity';
}
