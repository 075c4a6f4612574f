import type { AttentionDescriptor } from '../blocks/attention.js';
import type { BackboneDescriptor } from '../blocks/backbone.js';
import type { UnitDescriptor } from '../blocks/unit.js';
import { SenetError, unknownName } from '../errors.js';
import type { RecipeDescriptor } from './modules.js';

/** Named things of one kind, scoped to one container. */
export class Registry<Item> {
  private readonly items = new Map<string, Item>();

  /** @param kind what it holds, in the singular, for error messages */
  constructor(readonly kind: string) {}

  /**
   * The same item twice is fine; another under a taken name is an error unless `replace` says so.
   *
   * @throws SenetError `DuplicateName`
   */
  add(name: string, item: Item, { replace = false } = {}): this {
    const present = this.items.get(name);
    if (present !== undefined && present !== item && !replace) {
      throw new SenetError('DuplicateName', `another ${this.kind} has that name`, {
        path: name,
        expected: 'a free name, or `replace: true` in the module that brings it',
      });
    }
    this.items.set(name, item);
    return this;
  }

  has(name: string): boolean {
    return this.items.has(name);
  }

  /** @throws SenetError `UnknownName` with the nearest names */
  get(name: string, path?: string): Item {
    const item = this.items.get(name);
    if (item === undefined) throw this.unknown(name, path);
    return item;
  }

  unknown(name: string, path?: string): SenetError {
    return unknownName(this.kind, name, this.names(), path);
  }

  names(): string[] {
    return [...this.items.keys()];
  }

  all(): Item[] {
    return [...this.items.values()];
  }
}

/** All that configs can name. */
export interface Registries {
  readonly attentions: Registry<AttentionDescriptor>;
  readonly units: Registry<UnitDescriptor>;
  readonly backbones: Registry<BackboneDescriptor>;
  readonly recipes: Registry<RecipeDescriptor>;
}

export function emptyRegistries(): Registries {
  return {
    attentions: new Registry('attention'),
    units: new Registry('unit'),
    backbones: new Registry('backbone'),
    recipes: new Registry('recipe'),
  };
}
