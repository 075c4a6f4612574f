import { MAX_RANK } from '../bytes.js';
import type { DType } from '../tensor.js';
import {
  type CallingMachine,
  describeValue,
  Global,
  Ignored,
  isStorage,
  type PickleDict,
  type PickleValue,
  type Refuse,
  TensorRef,
} from './values.js';

/**
 * The Python objects that pickles of tensors ask for. The table is closed: every other name is refused, so that no
 * function of anybody else's can ever be meant.
 *
 * @throws SenetError `FileInvalid` with the name
 */
export function findGlobal(module: string, name: string, refuse: Refuse): Global {
  const found = GLOBALS.get(`${module} ${name}`);
  if (found) return found;
  throw refuse(
    `the pickle asks for the Python object ${quoted(`${module}.${name}`)}; nothing was run`,
    'tensors and plain data alone; a whole model has to be saved as its weights: torch.save(model.state_dict(), file)',
  );
}

/** JSON's escapes keep a hostile name on one line. */
function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name);
}

/** PyTorch's storage classes and dtypes; `null` for elements that no tensor of this library has. */
const STORAGES: Readonly<Record<string, DType>> = {
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  DoubleStorage: 'F64',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};
const DTYPES: Readonly<Record<string, DType | null>> = {
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  float64: 'F64',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
  uint16: null,
  uint32: null,
  uint64: null,
  complex32: null,
  complex64: null,
  complex128: null,
  float8_e4m3fn: null,
  float8_e5m2: null,
};

const GLOBALS = new Map<string, Global>();

function define(module: string, name: string, call?: Global['call'], dtype?: DType | null): void {
  GLOBALS.set(`${module} ${name}`, new Global(`${module}.${name}`, call, dtype));
}

for (const [name, dtype] of Object.entries(STORAGES)) define('torch', name, undefined, dtype);
for (const [name, dtype] of Object.entries(DTYPES)) define('torch', name, undefined, dtype);
define('torch.storage', 'UntypedStorage');
define('torch', 'Size', ([size = []]) => size);
define('collections', 'OrderedDict', orderedDict);

define('torch._utils', '_rebuild_tensor', rebuildTensor);
define('torch._utils', '_rebuild_tensor_v2', (args, machine) => {
  refuseMetadata(args[6], machine);
  return rebuildTensor(args, machine);
});
define('torch._utils', '_rebuild_tensor_v3', (args, machine) => {
  const dtype = args[6];
  if (!(dtype instanceof Global && dtype.dtype !== undefined)) throw machine.refuse('no dtype', 'a seventh argument');
  refuseMetadata(args[7], machine);
  return rebuildTensor(args, machine, dtype.dtype);
});
define('torch._utils', '_rebuild_parameter', parameterData);
define('torch._utils', '_rebuild_parameter_with_state', parameterData);

// What checkpoints hold beside their tensors, of which nothing is looked at: sets and bytes as protocols below 4 write
// them, and the NumPy scalars of metrics.
for (const builtins of ['builtins', '__builtin__']) {
  for (const name of ['set', 'frozenset', 'bytearray']) define(builtins, name, () => new Ignored(`a ${name}`));
}
define('_codecs', 'encode', () => new Ignored('bytes'));
define('numpy', 'dtype', () => new Ignored('a NumPy dtype'));
for (const module of ['numpy.core.multiarray', 'numpy._core.multiarray']) {
  define(module, 'scalar', () => new Ignored('a NumPy scalar'));
}

function orderedDict([pairs = []]: PickleValue[], { refuse, spend }: CallingMachine): PickleDict {
  const dict: PickleDict = new Map();
  if (!Array.isArray(pairs)) throw refuse(`${describeValue(pairs)} as items`, 'a list of pairs');
  spend(pairs.length);
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) throw refuse(`${describeValue(pair)} as an item`, 'a pair');
    dict.set(pair[0]!, pair[1]!);
  }
  return dict;
}

/** Flags such as `neg`, which change what the stored values mean. */
function refuseMetadata(value: PickleValue | undefined, { refuse }: CallingMachine): void {
  if (value === undefined || value === null || (value instanceof Map && value.size === 0)) return;
  throw refuse('the tensor is stored negated or conjugated', 'it resolved: tensor.resolve_neg().resolve_conj()');
}

function parameterData([data]: PickleValue[], { refuse }: CallingMachine): TensorRef {
  if (data instanceof TensorRef) return data;
  throw refuse(`${describeValue(data)} as its data`, 'a tensor');
}

/** The further arguments (requires_grad, hooks) are not for reading. `as` is the dtype where the storage has none. */
function rebuildTensor(args: PickleValue[], { refuse }: CallingMachine, as?: DType | null): TensorRef {
  const [storage, offset, size, stride] = args;
  if (!isStorage(storage)) throw refuse(`${describeValue(storage)} as its storage`, 'a storage');
  const dtype = as === undefined ? storage.dtype : as;
  if (dtype === undefined) throw refuse('the elements have no type', 'a typed storage');
  if (!isIndex(offset)) throw refuse(`${describeValue(offset)} as its offset`, 'a non-negative integer');
  const shape = indices(size, refuse);
  const strides = indices(stride, refuse);
  if (shape.length !== strides.length) throw refuse('size and stride differ in length', 'a stride for each axis');
  return new TensorRef(storage, dtype, offset, shape, strides);
}

function indices(value: PickleValue | undefined, refuse: Refuse): number[] {
  if (Array.isArray(value) && value.length <= MAX_RANK && value.every(isIndex)) return [...value];
  throw refuse('a size or stride that no tensor can have', `a tuple of at most ${MAX_RANK} non-negative integers`);
}

function isIndex(value: PickleValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
