import { type Assembler, CROP_MODES, INTERPOLATIONS, nearest, SenetError, unknownName } from '@senet/core/graph';
import { invalid } from '../formats/bytes.js';
import { BLOCK_ATTENTIONS, INPUT_FIELDS, MODEL_ARGS, optionsAsArgs, takesBlockArgs, timmRecipes } from './timm-args.js';

type Json = Readonly<Record<string, unknown>>;
type Draft = Record<'input' | 'head' | 'backbone', Record<string, unknown>>;

/** What `pretrained_cfg` may say with other values than these only where the network or its weights are others. */
const PLAIN: Json = { custom_load: false, label_offset: 0 };
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  interpolation: INTERPOLATIONS,
  crop_mode: CROP_MODES,
};

/**
 * timm's `config.json` → a config: the recipe of its architecture, with its classes, its arguments and its images.
 * What timm keeps there for information (tag, license, first_conv, pool_size, test_input_size …) says nothing of the
 * network. An argument that no config can say is refused, not ignored.
 *
 * @param all the file, as timm's `save_for_hf` writes it, or as older versions did, without `pretrained_cfg`
 * @param path name of the file, for errors
 * @throws SenetError `UnknownName` where no recipe is that architecture; `FileInvalid`
 */
export function configFromTimm(assembler: Assembler, all: Json, path: string): Record<string, unknown> {
  const architecture = architectureOf(assembler, all, path);
  const pretrained = objectAt(all, 'pretrained_cfg', path) ?? all;
  const args = { ...topLevel(all, pretrained), ...given(objectAt(all, 'model_args', path) ?? {}) };
  refuseOtherWeights(pretrained, `${path}: pretrained_cfg`);
  const { block_args: blockArgs, ...rest } = args;
  const draft = readArgs(assembler, architecture, rest, `${path}: model_args`);
  const { channels, ...input } = draft.input;
  return {
    extends: architecture,
    input: { ...input, ...imagesOf(pretrained, channels, `${path}: pretrained_cfg`) },
    head: { type: 'classifier', ...draft.head },
    ...(Object.keys(draft.backbone).length > 0 && { backbone: draft.backbone }),
    ...(blockArgs !== undefined && {
      attach: blockAttention(assembler, architecture, blockArgs, `${path}: model_args.block_args`),
    }),
  };
}

/** timm's name of the network, without the tag of its weights: `seresnet50.a1_in1k` is seresnet50. */
function architectureOf(assembler: Assembler, all: Json, path: string): string {
  if (typeof all.architecture !== 'string') {
    throw invalid(path, 'says neither `format` nor `architecture`', 'a config of this library or of timm');
  }
  const [name = ''] = all.architecture.split('.');
  const recipes = timmRecipes(assembler);
  if (!recipes.includes(name)) throw unknownName('recipe of timm', name, recipes, `${path}: architecture`);
  return name;
}

function topLevel(all: Json, pretrained: Json): Json {
  return given({ num_classes: all.num_classes ?? pretrained.num_classes, global_pool: all.global_pool });
}

/** `null` is Python's None: the argument was not given. */
function given(args: Json): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null && value !== undefined));
}

function readArgs(assembler: Assembler, architecture: string, args: Json, path: string): Draft {
  const draft: Draft = { input: {}, head: {}, backbone: {} };
  const takes = optionsAsArgs(assembler, assembler.resolve(architecture));
  for (const [name, value] of Object.entries(args)) {
    const argument = Object.hasOwn(MODEL_ARGS, name) ? MODEL_ARGS[name] : undefined;
    if (!argument) throw unknownArgument(name, path);
    const { part, option, absent, values } = argument;
    if (part === 'backbone' && !takes.includes(option)) {
      if (value === absent) continue;
      throw noCounterpart(name, architecture, path);
    }
    draft[part][option] = values ? chosen(value, values, `${path}.${name}`) : value;
  }
  return draft;
}

function unknownArgument(name: string, path: string): SenetError {
  const known = [...Object.keys(MODEL_ARGS), 'block_args'];
  return new SenetError('FileInvalid', `there is no config for timm's argument '${name.slice(0, 80)}'`, {
    path,
    expected: `only ${known.join(', ')}; or \`model\`, a config that says the same`,
    suggestions: nearest(name, known),
  });
}

function noCounterpart(name: string, architecture: string, path: string): SenetError {
  return invalid(
    `${path}.${name}`,
    `has no counterpart in ${architecture}`,
    'the default, or an architecture that takes it',
  );
}

function chosen(value: unknown, values: Readonly<Record<string, string>>, path: string): string {
  const word = typeof value === 'string' && Object.hasOwn(values, value) ? values[value] : undefined;
  if (word !== undefined) return word;
  throw invalid(path, `is ${JSON.stringify(value)?.slice(0, 80)}`, `one of ${Object.keys(values).join(', ')}`);
}

/** `block_args: { attn_layer }` gives a ResNet another attention, or none, in place of its own. */
function blockAttention(assembler: Assembler, architecture: string, value: unknown, path: string): unknown[] {
  if (!takesBlockArgs(assembler, assembler.resolve(architecture))) {
    throw invalid(path, `has no counterpart in ${architecture}`, 'an architecture of timm’s resnet.py');
  }
  const { attn_layer: type, ...others } = isObject(value) ? value : { value };
  const known: readonly unknown[] = BLOCK_ATTENTIONS;
  if (Object.keys(others).length === 0 && (type === null || known.includes(type)))
    return type === null ? [] : [{ type }];
  const expected = `{ "attn_layer": … } and nothing else, one of ${BLOCK_ATTENTIONS.join(', ')}`;
  throw invalid(path, `is ${JSON.stringify(value)?.slice(0, 80)}`, expected);
}

function refuseOtherWeights(pretrained: Json, path: string): void {
  for (const [key, plain] of Object.entries(PLAIN)) {
    const value = pretrained[key] ?? plain;
    if (value === plain) continue;
    throw invalid(`${path}.${key}`, `is ${JSON.stringify(value).slice(0, 80)}`, 'weights as timm saves them itself');
  }
}

/** `input_size` [c, h, w] → `shape` [h, w, c], and what is done to images. */
function imagesOf(pretrained: Json, channels: unknown, path: string): Record<string, unknown> {
  const size = pretrained.input_size ?? [3, 224, 224];
  if (!Array.isArray(size) || size.length !== 3) {
    throw invalid(`${path}.input_size`, 'is no list of three numbers', '[channels, height, width]');
  }
  const shape = [size[1], size[2], channels ?? size[0]];
  const fields = Object.entries(INPUT_FIELDS).flatMap(([timms, ours]) => {
    const value = pretrained[timms];
    if (value === undefined || value === null) return [];
    const choices = CHOICES[timms];
    if (choices && !choices.includes(value as string)) {
      throw invalid(`${path}.${timms}`, `is ${JSON.stringify(value).slice(0, 80)}`, `one of ${choices.join(', ')}`);
    }
    return [[ours, fits(ours, value, shape[2]) ? value : null]];
  });
  return { shape, ...Object.fromEntries(fields) };
}

/** Older versions of timm leave three means to networks that read one channel: `null` takes those out. */
function fits(field: string, value: unknown, channels: unknown): boolean {
  if (field !== 'mean' && field !== 'std') return true;
  return !Array.isArray(value) || value.length === 1 || value.length === channels;
}

function objectAt(all: Json, key: string, path: string): Json | undefined {
  const value = all[key];
  if (value === undefined || value === null) return undefined;
  if (isObject(value)) return value;
  throw invalid(`${path}: ${key}`, 'is no object', 'an object');
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
