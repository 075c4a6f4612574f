import type * as z from 'zod';
import { parseWith } from '../config/parse.js';
import { SenetError } from '../errors.js';
import type { GraphBuilder } from '../graph/builder.js';
import type { Node } from '../graph/node.js';
import type { ActivationName } from '../graph/ops/elementwise.js';
import type { Pair } from '../graph/shape.js';
import { layersTarget } from './layers-target.js';

/** What `attach` entries say for themselves: no attention may use these as options. */
export const RESERVED_OPTIONS = ['type', 'at', 'where', 'label', 'init', 'overrides'] as const;

/** The names a family's weights give to the two layers of an excitation: `fc1`/`fc2`, `conv_reduce`/`conv_expand`. */
export interface AttentionNames {
  readonly reduce: string;
  readonly expand: string;
}

export const DEFAULT_NAMES: AttentionNames = { reduce: 'fc1', expand: 'fc2' };

/** Where an attention is being built, and what the unit around it is like. */
export interface AttentionContext {
  readonly site: string;
  /** Name of the stage: `layer1`. */
  readonly stage: string;
  /** Name of the unit: `layer1.0`. */
  readonly block: string;
  /** What the unit reads: EfficientNet reduces from its channels. */
  readonly blockInput: Node;
  /** The unit's: a number, or `[height, width]`. */
  readonly stride: number | Pair;
  /** The unit's own activation. */
  readonly activation: ActivationName;
  readonly names: AttentionNames;
  /** `identity`: the attention must pass its input through unchanged at the start. */
  readonly init: 'default' | 'identity';
}

/** What an attention gives back: the gated value, and how far its squeeze reduced the channels where it has one. */
export interface AttentionOutput {
  readonly output: Node;
  readonly reduced?: number;
}

export interface AttentionDefinition<Type extends string, Options extends z.ZodObject> {
  readonly type: Type;
  readonly summary?: string;
  /** A zod object schema; every option needs a default or to be optional where a bare `{ type }` should do. */
  readonly options: Options;
  /** Can start as the identity (`init: 'identity'`). */
  readonly identity?: boolean;
  build(g: GraphBuilder, x: Node, options: z.output<Options>, context: AttentionContext): Node | AttentionOutput;
}

/** A registered kind of attention; called with options it gives an attention to apply or attach. */
export interface AttentionDescriptor<Type extends string = string, Options extends z.ZodObject = z.ZodObject>
  extends AttentionDefinition<Type, Options> {
  (options?: z.input<Options>): Attention;
  readonly kind: 'attention';
}

// biome-ignore lint/suspicious/noExplicitAny: an attention of any options; their types are kept where modules are inferred
export type AnyAttention = AttentionDescriptor<string, any>;

/** An attention with its options, ready for use in a graph or in one's own tf.layers model. */
export interface Attention {
  readonly type: string;
  readonly descriptor: AnyAttention;
  readonly options: Readonly<Record<string, unknown>>;
  /** Builds it on a node; shape in = shape out. */
  build(g: GraphBuilder, x: Node, context?: Partial<AttentionContext>): AttentionOutput;
  /**
   * Applies it to a `tf.SymbolicTensor` `[batch, h, w, c]` with new weights, and returns one of the same shape.
   * `name` prefixes the layers' names; without it they are numbered.
   */
  apply<T>(x: T, options?: { name?: string }): T;
  /** The same attention with one set of weights for all of its applications. */
  shared(options?: { name?: string }): { apply<T>(x: T): T };
}

/**
 * Defines an attention: a function from a value to a gated value of the same shape.
 *
 * @throws SenetError `ReservedOption` where an option has a name that `attach` entries use themselves
 * @example
 * ```ts
 * const half = defineAttention({
 *   type: 'half',
 *   options: z.object({ scale: z.number().default(0.5) }),
 *   build: (g, x, { scale }) => g.affine(x, { scale }),
 * });
 * ```
 */
export function defineAttention<const Type extends string, Options extends z.ZodObject>(
  definition: AttentionDefinition<Type, Options>,
): AttentionDescriptor<Type, Options> {
  const reserved = RESERVED_OPTIONS.find((name) => name in definition.options.shape);
  if (reserved) {
    const expected = `an option that is none of ${RESERVED_OPTIONS.join(', ')}`;
    throw new SenetError('ReservedOption', `'${reserved}' cannot be an option`, { path: definition.type, expected });
  }
  const strict = { ...definition, options: definition.options.strict() as unknown as Options };
  const create = (options: z.input<Options> = {} as z.input<Options>): Attention =>
    attention(descriptor, parseWith(strict.options, options, definition.type) as Record<string, unknown>);
  const descriptor: AttentionDescriptor<Type, Options> = Object.assign(create, strict, { kind: 'attention' as const });
  return descriptor;
}

function attention(descriptor: AnyAttention, options: Record<string, unknown>): Attention {
  const onNodes = (g: GraphBuilder, x: Node) => self.build(g, x).output;
  const self: Attention = {
    type: descriptor.type,
    descriptor,
    options,
    build: (g, x, context) => buildAttention(g, x, descriptor, options, { ...standalone(x), ...context }),
    apply: (x, naming) => layersTarget().applyBlock(onNodes, descriptor.type, naming)(x),
    shared: (naming) => ({ apply: layersTarget().applyBlock(onNodes, descriptor.type, { ...naming, shared: true }) }),
  };
  return self;
}

/** Runs an attention's builder and holds it to the contract. */
export function buildAttention(
  g: GraphBuilder,
  x: Node,
  descriptor: AnyAttention,
  options: Record<string, unknown>,
  context: AttentionContext,
): AttentionOutput {
  if (context.init === 'identity' && !descriptor.identity) {
    const expected = "init 'default', or an attention that can start as the identity";
    throw new SenetError('IdentityUnsupported', `'${descriptor.type}' cannot start as the identity`, {
      path: context.block,
      expected,
    });
  }
  const result = descriptor.build(g, x, options, context);
  const built: AttentionOutput = 'output' in result ? result : { output: result };
  if (built.output === x) {
    throw new SenetError('AttachmentNotOnPath', `'${descriptor.type}' returned its input and built nothing`, {
      path: context.block,
    });
  }
  const [got, wanted] = [built.output.shape, x.shape];
  if (got.length !== wanted.length || got.some((dimension, i) => dimension !== wanted[i])) {
    const expected = `[${wanted.map(String)}], the shape it was given`;
    throw new SenetError('AttentionChangedShape', `'${descriptor.type}' returned [${got.map(String)}]`, {
      path: context.block,
      expected,
    });
  }
  return built;
}

/** The context of an attention that stands in no unit. */
function standalone(x: Node): AttentionContext {
  return {
    site: 'output',
    stage: x.stage,
    block: '',
    blockInput: x,
    stride: 1,
    activation: 'relu',
    names: DEFAULT_NAMES,
    init: 'default',
  };
}
