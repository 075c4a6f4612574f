import type { LayersModel } from '@senet/core/graph';
import type { Runner } from '../runner.js';

/** Whether a backend can be used here, and if not, what would make it so. */
export interface Availability {
  readonly available: boolean;
  /** A version or a device, where it is there; what is missing, where it is not. */
  readonly detail: string;
  /** What to do for it. */
  readonly install?: string;
}

export interface OpenedModel {
  readonly model: LayersModel;
  /** Free the model with the runner. */
  readonly owned: boolean;
}

/** A place where models run. One file each; the registry of them is an array in the order of speed. */
export interface Backend {
  readonly name: string;
  readonly summary: string;
  /** Loads nothing that stays where it is not there. */
  check(): Promise<Availability>;
  /** Makes it ready; a model that is compiled after this stands on it. */
  activate(): Promise<void>;
  /** A runner of a model. */
  open(opened: OpenedModel, reason: string): Runner;
}
