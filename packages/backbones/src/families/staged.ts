import {
  type BackboneSpec,
  defineBackbone,
  type GraphBuilder,
  type Node,
  parseWith,
  SenetError,
  type StageSpec,
} from '@senet/core/graph';
import * as z from 'zod';
import { units } from '../units/all.js';
import { keepsSize } from '../units/options.js';
import {
  buildLayers,
  type LayerNames,
  mapLayer,
  nodeName,
  pooledLayer,
  type Shared,
  sharedShape,
  stemLayer,
} from './staged-layers.js';
import { registeredStages, stageSchema, unitsOf } from './staged-stages.js';

const list = <Layer extends z.ZodType>(layer: Layer) => z.array(layer).max(64).default([]);

const options = z.object({
  family: z.string().min(1).max(128).default('staged').describe("whose weights these are: a dialect's family"),
  style: z.string().min(1).max(128).default('own').describe('which of the ways of building the family'),
  ...sharedShape,
  stem: list(stemLayer).describe('layers before the first stage'),
  stages: z.array(stageSchema).min(1).max(64),
  beforePool: list(mapLayer).describe('layers between the last stage and the pooling'),
  afterPool: list(pooledLayer).describe('layers between the pooling and the classifier'),
  classifier: nodeName.default('classifier').describe("name of the classifier's layer"),
  attention: z
    .strictObject({
      label: nodeName.default('se'),
      reduce: nodeName.default('conv_reduce'),
      expand: nodeName.default('conv_expand'),
    })
    .prefault({})
    .describe('how the weights call an attention in a unit, and its two layers'),
});
type Options = z.output<typeof options>;

const STEM: LayerNames = { only: { conv: 'conv_stem', norm: 'bn1', act: 'act1' }, scope: 'stem' };
const HEAD: LayerNames = { only: { conv: 'conv_head', norm: 'bn2', act: 'act2' }, scope: 'head' };
const NECK: LayerNames = { only: { conv: 'neck.conv', norm: 'neck.bn', act: 'neck.act' }, scope: 'neck' };

/**
 * A whole network by config alone: a stem of layers, stages of any registered units, one's own among them, and layers
 * around the pooling. Names are timm's where nothing else is said: `conv_stem`, `bn1`, `blocks.0.0`, `conv_head`,
 * `bn2`, `classifier`.
 *
 * @example
 * ```json
 * { "backbone": { "type": "staged",
 *     "stem": [{ "filters": 16, "kernel": 3, "stride": 2, "activation": "hard-swish" }],
 *     "stages": [{ "unit": { "type": "inverted-residual", "expansion": 4 }, "filters": 24, "repeat": 2, "stride": 2 }] } }
 * ```
 */
export const staged = defineBackbone({
  type: 'staged',
  summary: 'a network by config alone: stem, stages of registered units, head',
  options,
  sites: [...new Set(units.flatMap(({ sites }) => sites as readonly (typeof units)[number]['sites'][number][]))],
  registered: (context) => options.extend({ stages: z.array(registeredStages(context)).min(1).max(64) }),
  spec(options, context): BackboneSpec {
    const { stem, afterPool, beforePool, classifier, attention } = options;
    const stages = options.stages.map((stage, i): StageSpec => {
      const name = stage.name ?? `blocks.${i}`;
      return { name, tap: stage.tap, units: unitsOf(stage, name, options, context, `backbone.stages[${i}]`) };
    });
    refuseSameNames(stages);
    refuseIdle(options, stages);
    const strided = [...stem.map(hasStride), ...stages.map(({ units }) => !keepsSize(strideOf(units[0]!.options)))];
    const pooled = beforePool.some((layer) => 'filters' in layer) ? NECK : HEAD;
    return {
      family: options.family,
      style: options.style,
      semantics: semanticsOf(options, stages),
      stem: (g, x) => buildStem(g, x, options, strided),
      stages: stages.map((stage, i) => ({ ...stage, tap: stage.tap ?? strided[stem.length + i + 1] ?? true })),
      attention: { label: attention.label, names: { reduce: attention.reduce, expand: attention.expand } },
      head: {
        classifier,
        beforePool: (g, x) => buildLayers(g, x, beforePool, HEAD, options).at(-1) ?? x,
        afterPool: (g, x) => buildLayers(g, x, afterPool, pooled, options).at(-1) ?? x,
      },
    };
  },
});

/** Taps stand where the size is about to change, from stride 2 on. */
function buildStem(g: GraphBuilder, x: Node, options: Options, strided: readonly boolean[]) {
  const values = buildLayers(g, x, options.stem, STEM, options);
  const taps = values.filter((_, i) => {
    const reduced = strided.slice(0, i + 1).some(Boolean);
    return options.stem[i]!.tap ?? (reduced && strided[i + 1]);
  });
  return { output: values.at(-1) ?? x, taps };
}

function hasStride(layer: Options['stem'][number]): boolean {
  const stride = 'size' in layer ? (layer.stride ?? layer.size) : layer.stride;
  return !keepsSize(stride);
}

/** A unit of one's own may have no such option, or another one of that name. */
function strideOf({ stride = 1 }: Readonly<Record<string, unknown>>): number | [number, number] {
  return typeof stride === 'number' || Array.isArray(stride) ? (stride as number | [number, number]) : 1;
}

/** What its layers and units compute by, each once: dialects compare it with what weights were made for. */
function semanticsOf(options: Options, stages: readonly StageSpec[]): Record<string, string> {
  const units = stages.flatMap(({ units }) => units.map(({ unit, options }) => parseWith(unit.options, options, '')));
  const layers = layersOf(options).filter((layer) => 'filters' in layer);
  const followed = layers.map(({ padding, epsilon, norm }) => ({
    padding: padding ?? options.padding ?? 'symmetric',
    epsilon: norm ? (epsilon ?? options.epsilon ?? 1e-5) : undefined,
  }));
  const all: readonly Readonly<Record<string, unknown>>[] = [...followed, ...units];
  const words = (key: string) => [
    ...new Set(all.map((each) => wordOf(each[key])).filter((word) => word !== undefined)),
  ];
  const stated = ['padding', 'epsilon'].map((key) => [key, words(key).join(', ')] as const);
  return Object.fromEntries(stated.filter(([, word]) => word !== ''));
}

function wordOf(value: unknown): string | undefined {
  if (typeof value === 'number') return value.toExponential();
  return value === undefined ? undefined : String(value);
}

function layersOf({ stem, beforePool, afterPool }: Options) {
  return [...stem, ...beforePool, ...afterPool];
}

function refuseSameNames(stages: readonly StageSpec[]): void {
  const again = stages.findIndex(({ name }, i) => stages.findIndex((other) => other.name === name) < i);
  if (again < 0) return;
  throw new SenetError('DuplicateName', `another stage is called '${stages[again]!.name}'`, {
    path: `backbone.stages[${again}].name`,
    expected: 'a name of its own',
  });
}

/** What all layers follow is wrong where none can. */
function refuseIdle(options: Options, stages: readonly StageSpec[]): void {
  const convolutions = layersOf(options).some((layer) => 'filters' in layer);
  const followed = (key: string) =>
    convolutions ||
    (key === 'activation' && options.afterPool.length > 0) ||
    stages.some(({ units }) => units.some(({ unit }) => key in unit.options.shape));
  const idle = Object.keys(sharedShape).find((key) => options[key as keyof Shared] !== undefined && !followed(key));
  if (idle === undefined) return;
  const expected = 'a layer or a unit that has such an option';
  throw new SenetError('ConfigInvalid', 'nothing follows it', { path: `backbone.${idle}`, expected });
}
