import { groupBy } from '../group-by.js';
import { type AnyNode, type Graph, parameterKeys } from './node.js';
import { definitionOf } from './ops/index.js';
import { type Shape, sizeOf, staticSize } from './shape.js';

export interface ParameterCount {
  readonly total: number;
  readonly trainable: number;
  /** Statistics: moving means and variances. */
  readonly nonTrainable: number;
}

/** What a part of a model has and costs, for one sample. `null` where a size is unknown. */
export interface Cost {
  readonly params: ParameterCount;
  /** Multiply-accumulates of convolutions and dense layers; elementwise work and pooling are not counted. */
  readonly macs: number | null;
  /** Bytes of all intermediate values in float32. */
  readonly activationBytes: number | null;
}

export interface StagePlan extends Cost {
  readonly name: string;
  readonly nodes: number;
  /** Shape of the stage's last node, without the batch dimension. */
  readonly outputShape: Shape;
}

export interface GraphPlan extends Cost {
  readonly stages: readonly StagePlan[];
}

/** Parameters, multiply-accumulates and activation bytes, in all and by stage, from the graph alone: no tensor is made. */
export function planGraph(graph: Graph): GraphPlan {
  const shapes = new Map(graph.nodes.map((node) => [node.name, node.shape]));
  const stages = groupBy(graph.nodes, ({ stage }) => stage);
  const counted = new Set<string>();
  const plans = [...stages].map(([name, nodes]) => ({
    name,
    nodes: nodes.length,
    outputShape: nodes.at(-1)!.shape,
    ...costOf(graph, nodes, shapes, counted),
  }));
  return { ...costOf(graph, graph.nodes, shapes), stages: plans };
}

/** The cost of some of a graph's nodes; a parameter in `counted` was counted before. */
export function costOf(
  graph: Graph,
  nodes: readonly AnyNode[],
  shapes: ReadonlyMap<string, Shape> = new Map(graph.nodes.map((node) => [node.name, node.shape])),
  counted: Set<string> = new Set(),
): Cost {
  let trainable = 0;
  let nonTrainable = 0;
  let macs: number | null = 0;
  let activations: number | null = 0;
  for (const node of nodes) {
    for (const key of parameterKeys(node)) {
      if (counted.has(key)) continue;
      counted.add(key);
      const parameter = graph.parameters.get(key)!;
      const size = staticSize(parameter.shape);
      if (parameter.trainable) trainable += size;
      else nonTrainable += size;
    }
    macs = sum(macs, macsOf(node, shapes));
    activations = sum(activations, sizeOf(node.shape));
  }
  const params = { total: trainable + nonTrainable, trainable, nonTrainable };
  return { params, macs, activationBytes: activations === null ? null : activations * 4 };
}

function macsOf(node: AnyNode, shapes: ReadonlyMap<string, Shape>): number | null {
  const { macs } = definitionOf(node.op);
  if (!macs) return 0;
  return macs(
    node.attributes,
    node.inputs.map((name) => shapes.get(name)!),
    node.shape,
  );
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
