import type { Identity } from '@senet/core/graph';
import { type Dialect, describeIdentity } from './dialect.js';

/** A kind of network that a dialect has weights of. */
export interface Kind {
  readonly family: string;
  readonly style: string;
  /** What people whose network is another get to read; of it, the epsilon has to be the network's. */
  readonly semantics: { readonly epsilon: string; readonly [what: string]: string };
}

/**
 * Refuses all networks but these, and says what the ones of the same family compute otherwise: stride, pool, padding,
 * epsilon.
 */
export function onlyFor(...kinds: readonly Kind[]): Dialect['refuses'] {
  return (identity) => {
    const ofFamily = kinds.filter(({ family }) => family === identity.family);
    if (ofFamily.some((kind) => isOf(kind, identity))) return undefined;
    const wanted = (ofFamily.length > 0 ? ofFamily : kinds).map(describeIdentity);
    return `${wanted.join(' or ')}, and this is ${describeIdentity(identity)}`;
  };
}

function isOf({ style, semantics }: Kind, identity: Identity): boolean {
  const { epsilon = semantics.epsilon } = identity.semantics;
  return identity.style === style && epsilon === semantics.epsilon;
}
