import { describe, expect, test } from 'vitest';
import { CHECKPOINT_ENTRIES, unwrapCheckpoint } from './checkpoint.js';
import { type PickleDict, type PickleValue, TensorRef } from './values.js';

const storage = { kind: 'storage' as const, key: '0', dtype: 'F32' as const, bytes: () => new Uint8Array(0) };
const tensor = new TensorRef(storage, 'F32', 0, [0], [1]);
const dict = (entries: Record<string, PickleValue>): PickleDict => new Map(Object.entries(entries));
const state = (...names: string[]) => new Map<PickleValue, PickleValue>(names.map((name) => [name, tensor]));

const unwrap = (object: PickleValue, entry?: string) => {
  const { tensors, metadata } = unwrapCheckpoint(object, 'file', entry);
  return { names: [...tensors.keys()], entry: metadata['checkpoint.entry'], prefix: metadata['checkpoint.prefix'] };
};

describe('where the weights are', () => {
  test('each entry before those after it', () => {
    for (const [i, first] of CHECKPOINT_ENTRIES.entries()) {
      const object = new Map<PickleValue, PickleValue>([['epoch', 3]]);
      for (const name of CHECKPOINT_ENTRIES.slice(i).toReversed()) object.set(name, state('a'));
      expect(unwrap(object)).toEqual({ names: ['a'], entry: first });
    }
    expect(CHECKPOINT_ENTRIES).toEqual([
      'state_dict_ema',
      'model_ema',
      'state_dict',
      'model',
      'model_state_dict',
      'net',
    ]);
  });

  test.each<[string, PickleDict, string[], string | undefined]>([
    ['a state_dict as it is', state('b', 'a'), ['b', 'a'], undefined],
    ['what is no tensor is left out', dict({ a: tensor, epoch: 3, 'a.extra_state': [] }), ['a'], undefined],
    ['an entry that is no dict is none', dict({ model: 'resnet50', net: state('a') }), ['a'], 'net'],
    ['nor is one without tensors', dict({ state_dict: dict({ lr: 1 }), model: state('a') }), ['a'], 'model'],
    ['an average of None is none', dict({ state_dict_ema: null, state_dict: state('a') }), ['a'], 'state_dict'],
    ['nor is a part of one', dict({ model_ema: state('a'), model: state('a', 'b') }), ['a', 'b'], 'model'],
    ['an average may hold more', dict({ model_ema: state('a', 'b'), model: state('a') }), ['a', 'b'], 'model_ema'],
    ['a tensor named like an entry', dict({ model: tensor, net: tensor }), ['model', 'net'], undefined],
  ])('%s', (_, object, names, entry) => {
    expect(unwrap(object)).toEqual({ names, entry });
  });

  test('an entry that is asked for', () => {
    const object = dict({ state_dict: state('a'), generator: state('b') });
    expect(unwrap(object, 'generator')).toEqual({ names: ['b'], entry: 'generator' });
  });
});

test.each<[string, string[], string[], string | undefined]>([
  ['module.', ['module.a', 'module.b'], ['a', 'b'], 'module.'],
  ['_orig_mod.', ['_orig_mod.a'], ['a'], '_orig_mod.'],
  ['both', ['_orig_mod.module._orig_mod.a'], ['a'], '_orig_mod.module._orig_mod.'],
  ['of some names, as timm does', ['n_averaged', 'module.a'], ['n_averaged', 'a'], 'module.'],
  ['model. of all names', ['model.a', 'model.b'], ['a', 'b'], 'model.'],
  ['model. of some names stays', ['model.a', 'head.b'], ['model.a', 'head.b'], undefined],
  ['model. within', ['module.model.a'], ['a'], 'module.model.'],
  ['nothing', ['modules.a', 'a.module.b'], ['modules.a', 'a.module.b'], undefined],
])('prefixes: %s', (_, given, names, prefix) => {
  expect(unwrap(state(...given))).toEqual({ names, prefix });
});

test.each<[string, PickleValue, string]>([
  ['a list', [tensor], 'file: the file holds a list; expected a dict of tensors'],
  ['a number', 1.5, 'file: the file holds a number'],
  ['an empty dict', dict({}), 'file: no tensor in a dict of nothing; expected a state_dict'],
  ['a dict of dicts', dict({ encoder: state('a') }), 'no tensor in a dict of "encoder"'],
  ['many keys', dict(Object.fromEntries(Array.from({ length: 99 }, (_, i) => [`k${i}`, 1]))), '"k7", …; expected'],
  ['a name that is no text', new Map<PickleValue, PickleValue>([[1, tensor]]), 'a tensor has a number for a name'],
  ['half a character', state('\ud800'), 'half a character'],
  ['a name with and without prefix', state('module.a', 'a'), "'a' is there with and without prefix"],
])('refused: %s', (_, object, message) => {
  const read = () => unwrap(object);
  expect(read).toThrow(expect.objectContaining({ code: 'FileInvalid' }));
  expect(read).toThrow(message);
});
