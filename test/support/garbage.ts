import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
setFlagsFromString('--semi-space-growth-factor=1'); // V8 13 gives new objects more room whenever they are many

/** Collects what JavaScript would let go of only when it needs room, so that a process' size says what is held. */
export const collectGarbage = runInNewContext('gc') as () => void;
