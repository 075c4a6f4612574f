import type * as z from 'zod';
import type { InputConfig } from '../config/schema.js';
import type { GraphBuilder } from '../graph/builder.js';
import type { Node } from '../graph/node.js';
import type { Registries } from '../registry/registry.js';
import type { AttentionNames } from './attention.js';
import type { UnitSpec } from './unit.js';

export interface StageSpec {
  /** As in plans, and in `where.stages` beside its number: `layer1`. */
  readonly name: string;
  readonly units: readonly UnitSpec[];
  /** The stage's output is a tap. True by default. */
  readonly tap?: boolean;
  /** Built before the stage's units, where a network has something between stages. */
  readonly before?: (g: GraphBuilder, x: Node) => Node;
}

/** What follows the last stage: pooling, a neck where the family has one, and the classifier. */
export interface HeadSpec {
  /** Name of the classifier's layer: `fc`, `classifier`, `last_linear`. */
  readonly classifier: string;
  /** Layers between the last stage and the pooling. */
  readonly beforePool?: (g: GraphBuilder, x: Node) => Node;
  /** Layers between the pooling, `[1, 1, c]`, and the classifier. */
  readonly afterPool?: (g: GraphBuilder, x: Node) => Node;
  /** Used where the config does not say. */
  readonly defaults?: { readonly dropout?: number; readonly activation?: 'linear' | 'softmax' };
}

/** A network as data and a few builders: what a backbone makes of its options. */
export interface BackboneSpec {
  /** Which family's weights these are: dialects ask for it. */
  readonly family: string;
  /** Which of the family's ways of building it: `timm`, `caffe`, `seed`. */
  readonly style: string;
  /** What a stranger's weights would silently get wrong, as words: `{ stride: 'conv2 (3×3)', epsilon: '1e-5' }`. */
  readonly semantics: Readonly<Record<string, string>>;
  /** Returns the value that the first stage reads, and the taps on the way (tap 0 at stride 2 comes first). */
  stem(g: GraphBuilder, x: Node): { readonly output: Node; readonly taps: readonly Node[] };
  readonly stages: readonly StageSpec[];
  readonly head: HeadSpec;
  /** How the family's weights call an attention in a unit, and its two layers. */
  readonly attention: { readonly label: string; readonly names: AttentionNames };
  /** What the paper's or the library's pictures were: recipes take it as their input. */
  readonly input?: Partial<InputConfig>;
}

/** What a backbone may look up while it makes its spec: the units that are registered, people's own among them. */
export type BackboneContext = Pick<Registries, 'units'>;

export interface BackboneDefinition<Type extends string, Options extends z.ZodObject, SiteName extends string> {
  readonly type: Type;
  readonly summary?: string;
  readonly options: Options;
  /** Every site that the backbone's units may offer. */
  readonly sites: readonly SiteName[];
  /** `options` with what only the registries know of them, for the JSON Schema: the options of units that configs name. */
  registered?(context: BackboneContext): z.ZodObject;
  spec(options: z.output<Options>, context: BackboneContext): BackboneSpec;
}

/** A registered backbone. */
export interface BackboneDescriptor<
  Type extends string = string,
  Options extends z.ZodObject = z.ZodObject,
  SiteName extends string = string,
> extends BackboneDefinition<Type, Options, SiteName> {
  readonly kind: 'backbone';
}

// biome-ignore lint/suspicious/noExplicitAny: a backbone of any options; their types are kept where modules are inferred
export type AnyBackbone = BackboneDescriptor<string, any, string>;

/**
 * Defines a backbone: a function from options to a spec.
 *
 * @example
 * ```ts
 * defineBackbone({
 *   type: 'tiny',
 *   options: z.object({ width: z.number().int().positive().default(8) }),
 *   sites: ['hidden', 'branch', 'output'],
 *   spec: ({ width }) => ({ … }),
 * });
 * ```
 */
export function defineBackbone<const Type extends string, Options extends z.ZodObject, const SiteName extends string>(
  definition: BackboneDefinition<Type, Options, SiteName>,
): BackboneDescriptor<Type, Options, SiteName> {
  return { ...definition, options: definition.options.strict() as unknown as Options, kind: 'backbone' };
}
