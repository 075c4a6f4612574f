import type * as z from 'zod';
import type { GraphBuilder } from '../graph/builder.js';
import type { Node } from '../graph/node.js';
import type { ActivationName } from '../graph/ops/elementwise.js';
import type { Pair } from '../graph/shape.js';
import type { Site } from './site.js';
import type { Woven } from './weave.js';

/** What a unit built: its output, and the sites this instance of it has. */
export interface UnitOutput {
  readonly output: Node;
  /** Site name → place. A unit without a shortcut leaves `shortcut` out. */
  readonly sites: Readonly<Record<string, Site | undefined>>;
  /** A number, or `[height, width]`. */
  readonly stride: number | Pair;
  readonly activation: ActivationName;
  /** Attachments the unit brought with it; `attach(unit, …)` fills it in. */
  readonly attached?: readonly UnitAttachment[];
}

/** An attachment that belongs to the unit itself. */
export interface UnitAttachment extends Woven {
  readonly type: string;
  readonly label: string;
  readonly site: string;
  readonly init: 'default';
}

export interface UnitDefinition<Type extends string, Options extends z.ZodObject, SiteName extends string> {
  readonly type: Type;
  readonly summary?: string;
  readonly options: Options;
  /** Every site that an instance of the unit may offer. */
  readonly sites: readonly SiteName[];
  /** Where an attachment goes that names no site. */
  readonly defaultSite: NoInfer<SiteName>;
  /** Other names of sites: Inception's `branch` is its `output`. Receipts name the canonical one. */
  readonly aliases?: Readonly<Record<string, NoInfer<SiteName>>>;
  build(g: GraphBuilder, x: Node, options: z.output<Options>): UnitOutput;
}

/** A registered kind of unit: bottleneck, inverted residual, inception module … */
export interface UnitDescriptor<
  Type extends string = string,
  Options extends z.ZodObject = z.ZodObject,
  SiteName extends string = string,
> extends UnitDefinition<Type, Options, SiteName> {
  readonly kind: 'unit';
}

// biome-ignore lint/suspicious/noExplicitAny: a unit of any options; their types are kept where modules are inferred
export type AnyUnit = UnitDescriptor<string, any, string>;

/**
 * Defines a unit. Its builder works under a scope of its own, so names are relative: `conv1` becomes `layer1.0.conv1`.
 */
export function defineUnit<const Type extends string, Options extends z.ZodObject, const SiteName extends string>(
  definition: UnitDefinition<Type, Options, SiteName>,
): UnitDescriptor<Type, Options, SiteName> {
  return { ...definition, kind: 'unit' };
}

/** A unit with its options, as backbones list them. */
export interface UnitSpec {
  /** Scope of the unit's nodes: `layer1.0`. */
  readonly name: string;
  readonly unit: UnitDescriptor;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Pairs a unit with options, checked by the compiler. */
export function unit<Options extends z.ZodObject>(
  name: string,
  descriptor: UnitDescriptor<string, Options, string>,
  options: z.input<Options>,
): UnitSpec {
  return { name, unit: descriptor as unknown as UnitDescriptor, options: options as Record<string, unknown> };
}
