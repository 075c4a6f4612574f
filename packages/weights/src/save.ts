import { type Assembly, type Registry, SenetError, type State } from '@senet/core/graph';
import { type Dialect, entriesOf, isAuto, marksOf } from './dialects/dialect.js';
import { dialectRegistry } from './dialects/index.js';
import { type SafetensorsContent, writeSafetensors } from './formats/safetensors.js';
import { type FloatDType, fromFloat32, type RawTensor } from './formats/tensor.js';

export interface SaveOptions {
  /** Name of the dialect, `timm` by default (and with `auto`, as for loading). */
  readonly dialect?: string;
  readonly dialects?: Registry<Dialect>;
  /** Type of the values, `F32` by default: the only one that reloads to equal bits. */
  readonly dtype?: FloatDType;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The state of a network as the tensors of a file, with what the ecosystem expects beside them and metadata that says
 * of which family and style they are.
 *
 * @throws SenetError `DialectMismatch`, and `WeightsMismatch` where the state lacks a parameter
 */
export function toTensors(assembly: Assembly, state: State, options: SaveOptions = {}): SafetensorsContent {
  const { identity } = assembly;
  const { dialects = dialectRegistry(), dtype = 'F32', metadata = {} } = options;
  const name = isAuto(options.dialect) ? 'timm' : options.dialect;
  const dialect = dialects.get(name, 'dialect');
  const wanted = dialect.refuses(identity);
  if (wanted !== undefined) {
    throw new SenetError('DialectMismatch', `this network cannot be saved in dialect ${name}`, {
      path: 'dialect',
      expected: wanted,
    });
  }
  const tensors = new Map<string, RawTensor>(dialect.extras?.(assembly));
  for (const { parameter, key, shape } of entriesOf(assembly, dialect)) {
    const values = state.get(parameter.key);
    if (!values) throw new SenetError('WeightsMismatch', 'the state has no such parameter', { path: parameter.key });
    tensors.set(key, fromFloat32(dialect.layout.toFile(values, parameter), shape, dtype, key));
  }
  const own = Object.fromEntries(Object.entries(marksOf(identity)).map(([what, mark]) => [`senet.${what}`, mark]));
  return {
    tensors,
    metadata: { format: 'pt', ...own, ...metadata },
  };
}

/** The state of a network as the bytes of a safetensors file. */
export function saveWeights(assembly: Assembly, state: State, options: SaveOptions = {}): Uint8Array {
  return writeSafetensors(toTensors(assembly, state, options));
}
