import type { BackboneSpec, HeadSpec, StageSpec } from '../blocks/backbone.js';
import type { Site } from '../blocks/site.js';
import type { UnitDescriptor, UnitOutput, UnitSpec } from '../blocks/unit.js';
import { parseWith } from '../config/parse.js';
import type { HeadConfig, ResolvedConfig } from '../config/schema.js';
import { SenetError, unknownName } from '../errors.js';
import { GraphBuilder } from '../graph/builder.js';
import type { Node } from '../graph/node.js';
import type { ActivationName } from '../graph/ops/elementwise.js';
import { channelsOf } from '../graph/shape.js';
import type { Attached } from './attach.js';

/** A unit as it stands in a network, with the sites it offers. */
export interface PlacedUnit {
  readonly name: string;
  readonly descriptor: UnitDescriptor;
  /** Number of its stage, counted from 1, and its name. */
  readonly stage: number;
  readonly stageName: string;
  /** Number in its stage, counted from 0, and how many there are. */
  readonly block: number;
  readonly blocks: number;
  readonly input: Node;
  readonly output: Node;
  /** Names of all nodes it built. */
  readonly nodes: readonly string[];
  readonly stride: UnitOutput['stride'];
  readonly activation: ActivationName;
  readonly sites: ReadonlyMap<string, Site>;
}

/** A network before anything is attached. */
export interface Skeleton {
  readonly g: GraphBuilder;
  readonly units: readonly PlacedUnit[];
  /** Names of all stages of the spec, those that no feature needs included. */
  readonly stageNames: readonly string[];
  /** Attachments that units brought with them: `attach(unit, …)`. */
  readonly attached: readonly Attached[];
  /** What the model gives out, read through an edge so that attachments at the end are seen. */
  outputs(): Node[];
  /** Taps by number; attachments at their place are seen. */
  taps(): Node[];
}

/** Builds stem, stages and head of a spec. */
export function buildSkeleton(config: ResolvedConfig, spec: BackboneSpec): Skeleton {
  const g = new GraphBuilder(config.name);
  const stem = g.stage('stem', () => spec.stem(g, g.input(config.input.shape)));
  const taps = stem.taps.map((tap) => g.watch(tap));
  const units: PlacedUnit[] = [];
  const attached: Attached[] = [];
  let x = stem.output;
  for (const [index, stage] of stagesNeeded(spec.stages, config.head, taps.length).entries()) {
    x = g.stage(stage.name, () => buildStage(g, x, stage, index + 1, { units, attached }));
    if (stage.tap !== false) taps.push(g.watch(x));
  }
  const tapNodes = () => taps.map((edge) => g.sourceOf(edge));
  const { head } = config;
  const skeleton = { g, units, stageNames: spec.stages.map(({ name }) => name), attached, taps: tapNodes };
  if (head.type === 'features') return { ...skeleton, outputs: () => features(g, tapNodes(), head.taps) };
  const output = g.watch(g.stage('head', () => buildHead(g, x, spec.head, head)));
  return { ...skeleton, outputs: () => [g.sourceOf(output)] };
}

function features(g: GraphBuilder, taps: readonly Node[], wanted: readonly (number | string)[]): Node[] {
  const nodes = wanted.map((tap) => findTap(g, taps, tap));
  const again = nodes.findIndex((node, i) => nodes.indexOf(node) < i);
  if (again < 0) return nodes;
  const problem = `'${nodes[again]!.name}' is given out already`;
  throw new SenetError('DuplicateName', problem, { path: `head.taps[${again}]`, expected: 'every output once' });
}

/** How far into the stages features reach: whole stages, and units of the last. */
interface Reach {
  readonly stages: number;
  readonly units: number;
}

/** The stages, and of the last the units, that the head's features need. */
function stagesNeeded(stages: readonly StageSpec[], head: HeadConfig, stemTaps: number): readonly StageSpec[] {
  if (head.type !== 'features') return stages;
  const reaches = head.taps.map((tap) =>
    typeof tap === 'number' ? reachOfTap(stages, tap - stemTaps) : reachOfNode(stages, tap),
  );
  const far = reaches.reduce((a, b) => (a.stages > b.stages || (a.stages === b.stages && a.units >= b.units) ? a : b));
  return stages.slice(0, far.stages).map((stage, i) => {
    const cut = i === far.stages - 1 && far.units < stage.units.length;
    return cut ? { ...stage, units: stage.units.slice(0, far.units), tap: false } : stage;
  });
}

/** Tap n after the stem's. */
function reachOfTap(stages: readonly StageSpec[], n: number): Reach {
  if (n < 0) return { stages: 0, units: 0 };
  let tap = -1;
  const found = stages.findIndex((stage) => (stage.tap === false ? tap : ++tap) >= n);
  return { stages: found < 0 ? stages.length : found + 1, units: Number.POSITIVE_INFINITY };
}

/** A node of a unit needs the units up to its own; any other may be of the head, and needs all. */
function reachOfNode(stages: readonly StageSpec[], name: string): Reach {
  for (const [i, { units }] of stages.entries()) {
    const unit = units.findIndex((spec) => name === spec.name || name.startsWith(`${spec.name}.`));
    if (unit >= 0) return { stages: i + 1, units: unit + 1 };
  }
  return { stages: stages.length, units: Number.POSITIVE_INFINITY };
}

function buildStage(
  g: GraphBuilder,
  input: Node,
  stage: StageSpec,
  number: number,
  placed: { units: PlacedUnit[]; attached: Attached[] },
): Node {
  let x = stage.before ? stage.before(g, input) : input;
  for (const [block, spec] of stage.units.entries()) {
    const { attached = [], ...unit } = buildUnit(g, x, spec);
    placed.units.push({ ...unit, stage: number, stageName: stage.name, block, blocks: stage.units.length });
    placed.attached.push(...attached.map((entry) => ({ ...entry, stage: stage.name, block: spec.name })));
    x = unit.output;
  }
  return x;
}

function buildUnit(g: GraphBuilder, input: Node, { name, unit, options }: UnitSpec) {
  const complete = parseWith(unit.options, options, name);
  const before = g.size;
  const { sites, ...built } = g.scope(name, () => unit.build(g, input, complete as never));
  const offered = Object.entries(sites).flatMap(([site, place]) => (place ? [[site, place] as const] : []));
  return { ...built, name, descriptor: unit, input, nodes: g.names(before), sites: new Map(offered) };
}

type Classifier = Extract<HeadConfig, { type: 'classifier' }>;

function buildHead(
  g: GraphBuilder,
  features: Node,
  spec: HeadSpec,
  { classes, pool, dropout = 0, activation = 'linear' }: Classifier,
): Node {
  let x = spec.beforePool ? spec.beforePool(g, features) : features;
  x = pooled(g, x, pool);
  if (spec.afterPool) x = spec.afterPool(g, x);
  x = g.reshape(x, [channelsOf(x)], { name: 'flatten' });
  x = g.dropout(x, dropout, { name: 'dropout' });
  x = g.dense(x, { units: classes, name: spec.classifier });
  if (activation === 'softmax') return g.softmax(x, { name: 'softmax' });
  return g.activation(x, activation, { name: 'probabilities' });
}

function pooled(g: GraphBuilder, x: Node, pool: Classifier['pool']): Node {
  if (pool !== 'avg+max') return g.reduce(x, { kind: pool === 'avg' ? 'mean' : 'max', name: 'global_pool' });
  const mean = g.reduce(x, { kind: 'mean', name: 'global_pool.avg' });
  const max = g.reduce(x, { kind: 'max', name: 'global_pool.max' });
  return g.average([mean, max], { name: 'global_pool' });
}

/** @throws SenetError `UnknownName` where there is no such tap or node */
export function findTap(
  g: { find(name: string): Node | undefined; names(): string[] },
  taps: readonly Node[],
  tap: number | string,
): Node {
  if (typeof tap === 'string') {
    const node = g.find(tap);
    if (!node) throw unknownName('node', tap, g.names(), 'head.taps');
    return node;
  }
  const node = taps[tap];
  if (!node)
    throw new SenetError('UnknownName', `there is no tap ${tap}`, {
      path: 'head.taps',
      expected: `0 to ${taps.length - 1}`,
    });
  return node;
}
