import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backbones } from '@senet/backbones';
import { createAssembler } from '@senet/core/container';
import { attentions } from '@senet/se';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sameBits } from '../../../../test/support/bits.js';
import { loadFolder, saveFolder, timmConfig } from '../node.js';

const assembler = createAssembler(attentions, backbones);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'senet-'));
});
afterEach(() => rm(folder, { recursive: true }));

const config = async () => JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as Record<string, unknown>;

describe('a saved folder', () => {
  test('reloads to the same network and the same bits', async () => {
    const net = assembler.assemble({
      name: 'small',
      backbone: { type: 'resnet18', widths: [8, 8, 16, 16] },
      attach: [
        { type: 'se', ratio: 4, at: 'input', overrides: [{ where: { stages: [2] }, ratio: 2 }] },
        { type: 'eca', at: 'output', where: { stages: [1, 'layer3'], blocks: 'last' }, label: 'late' },
      ],
      head: { type: 'classifier', classes: 7, pool: 'avg+max', dropout: 0.1 },
    });
    const state = net.initialState(5);
    await saveFolder(assembler, net, state, folder);
    expect((await readdir(folder)).sort()).toEqual(['config.json', 'model.safetensors']);
    const loaded = await loadFolder(assembler, folder);
    expect(loaded.assembly.graph).toEqual(net.graph);
    expect(loaded.assembly.toJSON()).toEqual(net.toJSON());
    for (const [key, values] of state) expect(sameBits(loaded.state.get(key), values), key).toBe(true);
  });

  test('opens at another input size', async () => {
    const net = assembler.assemble('mobilenetv3_small_100');
    await saveFolder(assembler, net, net.initialState(0), folder);
    const { assembly } = await loadFolder(assembler, folder, { inputShape: [64, 96, 3] });
    expect(assembly.plan.inputShape).toEqual([64, 96, 3]);
  });

  test('has what timm needs to open it, in timm’s words', async () => {
    const net = assembler.assemble({ extends: 'seresnet18', head: { type: 'classifier', classes: 5 } });
    const { architecture, hash } = await saveFolder(assembler, net, net.initialState(0), folder);
    expect(architecture).toBe('seresnet18');
    expect(await config()).toMatchObject({
      format: 1,
      hash,
      architecture: 'seresnet18',
      num_classes: 5,
      pretrained_cfg: { num_classes: 5, input_size: [3, 224, 224], classifier: 'fc', mean: [0.485, 0.456, 0.406] },
    });
  });

  test('is refused where its config was changed', async () => {
    const net = assembler.assemble('mobilenetv3_small_100');
    await saveFolder(assembler, net, net.initialState(0), folder);
    const { hash, ...rest } = await config();
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...rest, hash, name: 'other' }));
    await expect(loadFolder(assembler, folder)).rejects.toMatchObject({
      code: 'FileInvalid',
      path: join(folder, 'config.json'),
    });
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...rest, name: 'other' }));
    expect((await loadFolder(assembler, folder)).assembly.name).toBe('other');
  });

  test('is refused where a file is missing or no JSON', async () => {
    await expect(loadFolder(assembler, folder)).rejects.toMatchObject({ code: 'FileUnreadable' });
    await writeFile(join(folder, 'config.json'), '{');
    await expect(loadFolder(assembler, folder)).rejects.toMatchObject({ code: 'FileInvalid' });
    await writeFile(join(folder, 'config.json'), '{ "architecture": "resnet50" }');
    await expect(loadFolder(assembler, folder)).rejects.toMatchObject({ code: 'FileInvalid' });
  });
});

describe('timmConfig', () => {
  const of = (given: Parameters<typeof assembler.assemble>[0]) =>
    timmConfig(assembler as never, assembler.assemble(given));

  test('knows a recipe however it is written', () => {
    expect(
      of({ backbone: { type: 'resnet', depths: [3, 4, 6, 3] }, attach: [{ type: 'se', at: 'branch' }] })?.architecture,
    ).toBe('seresnet50');
    expect(of({ extends: 'mobilenetv3_small_100', name: 'mine' })?.architecture).toBe('mobilenetv3_small_100');
    expect(of('legacy_seresnet18')?.architecture).toBe('legacy_seresnet18');
  });

  test('gives other attentions of a ResNet as block_args, and channels as in_chans', () => {
    const made = of({ backbone: 'resnet18', input: { shape: [32, 32, 1] }, attach: [{ type: 'cbam' }] });
    expect(made).toMatchObject({
      architecture: 'resnet18',
      model_args: { block_args: { attn_layer: 'cbam' }, in_chans: 1 },
      pretrained_cfg: { input_size: [1, 32, 32] },
    });
  });

  test('says nothing where timm has no such network', () => {
    expect(of('se_resnet50_seed')).toBeUndefined();
    expect(of('seinception_v3')).toBeUndefined();
    expect(of({ backbone: 'resnet50', attach: [{ type: 'se', at: 'input' }] })).toBeUndefined();
    expect(of({ backbone: 'resnet50', attach: [{ type: 'se', where: { stages: [4] } }] })).toBeUndefined();
    expect(of({ backbone: { type: 'resnet18', widths: [16, 32, 64, 128] } })).toBeUndefined();
    expect(of({ extends: 'resnet18', head: { type: 'features', taps: [1] } })).toBeUndefined();
  });
});
