/**
 * The injection tokens: every service can be rebound in one's own container, every descriptor added to it.
 * They are global symbols, so that two copies of this library in one program agree on them.
 */
export const TOKENS = {
  /** Several: modules, as `defineModule` makes them. */
  Module: Symbol.for('@senet/core:Module'),
  /** Several: attentions that belong to no module. */
  Attention: Symbol.for('@senet/core:Attention'),
  /** Several: units that belong to no module. */
  Unit: Symbol.for('@senet/core:Unit'),
  /** Several: backbones that belong to no module. */
  Backbone: Symbol.for('@senet/core:Backbone'),
  /** Several: recipes that belong to no module. */
  Recipe: Symbol.for('@senet/core:Recipe'),
  /** `Registries`: made of all of the above. */
  Registries: Symbol.for('@senet/core:Registries'),
  /** `ConfigSource`: where `extends` finds configs that are no recipes. */
  ConfigSource: Symbol.for('@senet/core:ConfigSource'),
  /** `StateInitializer`: draws the values a model starts with. */
  StateInitializer: Symbol.for('@senet/core:StateInitializer'),
  /** `Assembler` */
  Assembler: Symbol.for('@senet/core:Assembler'),
} as const;
