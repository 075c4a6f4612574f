/** Run in Node before the page: saves the folders that it will fetch, and says what to expect of them. */
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core';
import { decodeImage } from '@senet/images';
import { openRunner } from '@senet/run';
import { attentions } from '@senet/se';
import { saveFolder } from '@senet/weights/node';
import { formulaInput, formulaState } from '../support/formula.js';
import { digestOf, digestOfArrays } from './digest.js';
import type { Facts, GoldenFacts, ImageFacts } from './facts.js';

const GOLDENS = {
  resnet18_se: { backbone: 'resnet18', attach: [{ type: 'se' }] },
  mobilenetv3_small_100: 'mobilenetv3_small_100',
} as const;

const NARROW = {
  name: 'narrow-se-resnet',
  backbone: { type: 'resnet18', widths: [8, 8, 16, 16] },
  attach: [{ type: 'se', ratio: 4 }],
  input: { shape: [32, 32, 3] },
  head: { type: 'classifier', classes: 5 },
} as const;
const SEED = 7;

const PICTURES = ['rgb.png', 'rgba.png', 'palette.png', 'interlaced.png', '420.jpg', '420-progressive.jpg', 'cmyk.jpg'];
const WEBP = 'rgb.webp';
const PHOTOGRAPH = 'rocket';

const assembler = createAssembler(attentions, backbones);

/**
 * @param root folder of the repository
 * @param models folder to save the models in
 */
export async function prepare(root: string, models: string): Promise<Facts> {
  const goldens = [];
  for (const [name, config] of Object.entries(GOLDENS)) goldens.push(await saveGolden(root, models, name, config));
  return {
    goldens,
    narrow: await saveNarrow(join(models, 'narrow')),
    images: await saveImages(join(root, 'test', 'goldens'), join(models, 'images')),
  };
}

async function saveGolden(
  root: string,
  models: string,
  name: string,
  config: (typeof GOLDENS)[keyof typeof GOLDENS],
): Promise<GoldenFacts> {
  const golden = JSON.parse(readFileSync(join(root, 'test', 'goldens', 'timm', `${name}.json`), 'utf8'));
  const size: number = golden.input.shape[2];
  const net = assembler.assemble(config, { inputShape: [size, size, 3] });
  await saveFolder(assembler, net, formulaState(net, 'timm', golden.gain), join(models, name));
  return { name, config, size, params: golden.params, logits: golden.logits };
}

async function saveNarrow(folder: string): Promise<Facts['narrow']> {
  const net = assembler.assemble(NARROW);
  const state = net.initialState(SEED);
  await saveFolder(assembler, net, state, folder);
  const runner = await openRunner({ assembly: net, state }, { backend: 'wasm' });
  const [logits] = await runner.run({ data: formulaInput(32, 32, 3, 'nhwc'), shape: [1, 32, 32, 3] });
  runner.dispose();
  return { config: NARROW, seed: SEED, digest: await digestOf(state), logits: [...logits!.data] };
}

/** Copies some of the pictures whose pixels are known from Pillow. */
async function saveImages(goldens: string, folder: string): Promise<ImageFacts> {
  await mkdir(folder, { recursive: true });
  for (const file of [...PICTURES, WEBP]) await copyFile(join(goldens, 'images', file), join(folder, file));
  await copyFile(join(goldens, 'real', `${PHOTOGRAPH}.png`), join(folder, `${PHOTOGRAPH}.png`));
  const { cases } = JSON.parse(await readFile(join(goldens, 'images', 'decode.json'), 'utf8'));
  const known = (file: string) => ({ file, rgb: cases.find((one: { file: string }) => one.file === file).rgb });
  const crop = await decodeImage(await readFile(join(goldens, 'real', `${PHOTOGRAPH}_224.png`)), PHOTOGRAPH);
  return {
    files: PICTURES.map(known),
    photograph: { file: `${PHOTOGRAPH}.png`, crop: (await digestOfArrays([crop.data])).slice(0, 16) },
    webp: known(WEBP),
  };
}
