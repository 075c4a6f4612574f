import { ONE, type OpDefinition } from './op.js';

/** What does something only while training: at inference all of them pass their input through. */
const passing = { inputs: ONE, shape: (_attributes: unknown, [input]: readonly OpShape[]) => input! } as const;
type OpShape = Parameters<OpDefinition<object>['shape']>[1][number];

export interface DropoutAttributes {
  /** Share of the values that become zero. */
  readonly rate: number;
}

export const dropout: OpDefinition<DropoutAttributes> = {
  ...passing,
  summary: 'zeroes a share of the values while training',
};

export interface DropPathAttributes {
  /** Share of the samples whose branch is dropped. */
  readonly rate: number;
}

/** Stochastic depth (Huang et al. 2016): drops the branch of whole samples, and scales the others up. */
export const dropPath: OpDefinition<DropPathAttributes> = {
  ...passing,
  summary: 'drops the branch of whole samples while training',
};

export interface DropBlockAttributes {
  /** Share of the values that become zero, about. */
  readonly rate: number;
  /** Side of the square regions. */
  readonly size: number;
  /** Scales the number of regions: timm uses 0.25 and 1. */
  readonly gammaScale: number;
}

/** DropBlock (Ghiasi et al. 2018): zeroes square regions of each channel, and scales the rest up. */
export const dropBlock: OpDefinition<DropBlockAttributes> = {
  ...passing,
  summary: 'zeroes square regions while training',
};
