import type { Initializer } from './initializer.js';

/**
 * How the axes of a parameter are laid out, in TensorFlow's order:
 * `HWIO` convolution, `HWCM` depthwise convolution (channels, multiplier), `WIO` 1-d convolution, `IO` dense,
 * `C` one value per channel, `foreign` whatever a foreign layer keeps.
 */
export type Layout = 'HWIO' | 'HWCM' | 'WIO' | 'IO' | 'C' | 'foreign';

/** What a parameter is to its node, in Keras' words. */
export type Role = 'kernel' | 'bias' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance' | `weight${number}`;

/** What an op asks for: the builder makes a `Parameter` of it under the node's name. */
export interface ParameterSlot {
  readonly role: Role;
  /** Last part of the key, as PyTorch names it: `weight`, `bias`, `running_mean`, `running_var`. */
  readonly suffix: string;
  readonly shape: readonly number[];
  readonly layout: Layout;
  readonly trainable: boolean;
  readonly initializer: Initializer;
}

/** An entry of a graph's table. Several nodes may reference one; it is counted and stored once. */
export interface Parameter {
  /** timm's key where timm has one: `layer1.0.se.fc1.weight`. */
  readonly key: string;
  readonly role: Role;
  readonly shape: readonly number[];
  readonly layout: Layout;
  /** `false` for statistics (moving mean and variance). */
  readonly trainable: boolean;
  readonly initializer: Initializer;
}

/** The values of a model: parameter key → values in the parameter's own layout. */
export type State = ReadonlyMap<string, Float32Array>;
