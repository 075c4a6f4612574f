import 'reflect-metadata';
import { Container, ContainerModule } from 'inversify';
import { Assembler } from '../assemble/assembler.js';
import type { StateInitializer } from '../assemble/assembly.js';
import type { AnyAttention } from '../blocks/attention.js';
import type { AnyBackbone } from '../blocks/backbone.js';
import type { AnyUnit } from '../blocks/unit.js';
import type { ConfigOf } from '../config/infer.js';
import { type ConfigSource, noConfigSource } from '../config/source.js';
import { initialState } from '../random/initial-state.js';
import { type Module, type RecipeDescriptor, register } from './modules.js';
import { emptyRegistries, type Registries } from './registry.js';
import { TOKENS } from './tokens.js';

export interface AssemblerOptions {
  /** A container of one's own: its bindings stand, and what is missing is bound in it. */
  readonly container?: Container;
}

/**
 * An assembler for these modules. They are bound in an inversify container (a new one, or one's own through
 * `{ container }`), and the services with them, where that container has no binding yet. The type of the configs it
 * takes is inferred from the modules.
 *
 * @throws SenetError `DuplicateName` where two modules bring different things under one name
 * @example
 * ```ts
 * const assembler = createAssembler(attentions, backbones);
 * const net = assembler.assemble({ backbone: 'resnet50', attach: [{ type: 'se', ratio: 16 }] });
 * ```
 */
export function createAssembler<const Modules extends readonly Module[]>(
  ...modules: Modules
): Assembler<ConfigOf<Modules>>;
export function createAssembler<const Modules extends readonly Module[]>(
  ...parts: [...Modules, AssemblerOptions]
): Assembler<ConfigOf<Modules>>;
export function createAssembler(...parts: readonly (Module | AssemblerOptions)[]): Assembler {
  const { container = new Container() } = parts.find(isOptions) ?? {};
  const modules = parts.filter((part): part is Module => !isOptions(part));
  container.load(...modules.map(toContainerModule));
  bindServices(container);
  return container.get<Assembler>(TOKENS.Assembler);
}

/** An inversify ContainerModule of a module, for people who run their own container. */
export function toContainerModule(module: Module): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind<Module>(TOKENS.Module).toConstantValue(module);
  });
}

/**
 * Binds the services that neither a container nor its parents have yet: registries, config source, initializer,
 * assembler. They are made anew at each request: what is bound later, or in a child, is known from then on or there.
 */
export function bindServices(container: Container): Container {
  const missing = (token: symbol) => !container.isBound(token);
  if (missing(TOKENS.ConfigSource)) container.bind<ConfigSource>(TOKENS.ConfigSource).toConstantValue(noConfigSource);
  if (missing(TOKENS.StateInitializer)) {
    container.bind<StateInitializer>(TOKENS.StateInitializer).toConstantValue(initialState);
  }
  if (missing(TOKENS.Registries)) {
    container
      .bind<Registries>(TOKENS.Registries)
      .toResolvedValue(collect, [
        every(TOKENS.Module),
        every(TOKENS.Attention),
        every(TOKENS.Unit),
        every(TOKENS.Backbone),
        every(TOKENS.Recipe),
      ])
      .inTransientScope();
  }
  if (missing(TOKENS.Assembler)) {
    container
      .bind<Assembler>(TOKENS.Assembler)
      .toResolvedValue(
        (registries: Registries, source: ConfigSource, initialize: StateInitializer) =>
          new Assembler({ registries, source, initialize }),
        [TOKENS.Registries, TOKENS.ConfigSource, TOKENS.StateInitializer],
      )
      .inTransientScope();
  }
  return container;
}

function collect(
  modules: Module[],
  attentions: AnyAttention[],
  units: AnyUnit[],
  backbones: AnyBackbone[],
  recipes: RecipeDescriptor[],
): Registries {
  const registries = emptyRegistries();
  for (const module of [...modules, { attentions, units, backbones, recipes }]) register(registries, module);
  return registries;
}

/** All bindings of a token, those of parent containers too. */
function every(serviceIdentifier: symbol) {
  return { serviceIdentifier, isMultiple: true, chained: true, optional: true } as const;
}

function isOptions(part: Module | AssemblerOptions): part is AssemblerOptions {
  return 'container' in part;
}
