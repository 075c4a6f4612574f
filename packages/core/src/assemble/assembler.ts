import type { BackboneDescriptor } from '../blocks/backbone.js';
import { toJsonSchema } from '../config/json-schema.js';
import { resolveConfig } from '../config/resolve.js';
import type { ResolvedConfig } from '../config/schema.js';
import { type ConfigSource, noConfigSource } from '../config/source.js';
import type { Shape } from '../graph/shape.js';
import { initialState } from '../random/initial-state.js';
import type { Registries } from '../registry/registry.js';
import { Assembly, type StateInitializer, type UnitPlan } from './assembly.js';
import { attachAll } from './attach.js';
import { buildSkeleton, type PlacedUnit } from './build.js';
import { makeReceipt } from './receipt.js';

export interface AssemblerServices {
  readonly registries: Registries;
  /** Finds what `extends` names beside recipes. */
  readonly source?: ConfigSource;
  /** Draws the values a model starts with. */
  readonly initialize?: StateInitializer;
}

export interface AssembleOptions {
  /** File that the config came from: relative paths in `extends` start there. */
  readonly location?: string;
  /** `[height, width, channels]` in place of the config's. */
  readonly inputShape?: Shape;
}

/** Turns configs into assemblies. `Config` is the type of what its modules can express. */
export class Assembler<Config = unknown> {
  readonly registries: Registries;
  private readonly source: ConfigSource;
  private readonly initialize: StateInitializer;

  constructor({ registries, source = noConfigSource, initialize = initialState }: AssemblerServices) {
    this.registries = registries;
    this.source = source;
    this.initialize = initialize;
  }

  /**
   * Config → assembly: resolved, built, attached, and proven to be on the path.
   *
   * @param config a config, or the name of a recipe
   * @throws SenetError with a code, the JSON path, what was expected and the nearest names
   */
  assemble(config: Config, options: AssembleOptions = {}): Assembly {
    const resolved = this.resolve(config, options);
    const descriptor: BackboneDescriptor = this.registries.backbones.get(resolved.backbone.type, 'backbone.type');
    const spec = descriptor.spec(resolved.backbone.options as never, this.registries);
    const skeleton = buildSkeleton(resolved, spec);
    const result = attachAll(skeleton, spec, resolved.attach, this.registries.attentions);
    const graph = skeleton.g.finish(skeleton.outputs());
    return new Assembly({
      config: resolved,
      graph,
      receipt: makeReceipt(graph, result, skeleton.g.parameterKeys()),
      identity: { family: spec.family, style: spec.style, semantics: spec.semantics },
      taps: skeleton.taps().map(({ name }) => name),
      units: skeleton.units.map(toPlan),
      initialize: this.initialize,
    });
  }

  /** The config with everything it extends and replaces worked in, and every default stated. */
  resolve(config: Config, options: AssembleOptions = {}): ResolvedConfig {
    return resolveConfig(config, { registries: this.registries, source: this.source, ...options });
  }

  /** The JSON Schema of the configs that this assembler takes. */
  jsonSchema(): Record<string, unknown> {
    return toJsonSchema(this.registries);
  }
}

function toPlan({ name, descriptor, stageName, output, nodes }: PlacedUnit): UnitPlan {
  return { name, type: descriptor.type, stage: stageName, output: output.name, nodes };
}
