import { basic } from './basic.js';
import { bottleneck } from './bottleneck.js';
import { convBnAct } from './conv-bn-act.js';
import { ghostBottleneck } from './ghost-bottleneck.js';
import { inceptionA, inceptionB, inceptionC, inceptionD, inceptionE } from './inception.js';
import { invertedResidual } from './inverted-residual.js';
import { regnetBottleneck } from './regnet-bottleneck.js';

/** The units of this package. */
export const units = [
  basic,
  bottleneck,
  invertedResidual,
  ghostBottleneck,
  regnetBottleneck,
  convBnAct,
  inceptionA,
  inceptionB,
  inceptionC,
  inceptionD,
  inceptionE,
] as const;
