import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNpy } from '@senet/weights';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { readInputs } from './read.js';

const folder = mkdtempSync(join(tmpdir(), 'senet-inputs-'));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function npy(name: string, shape: number[], values = ramp(shape)): string {
  return file(name, writeNpy(values, shape));
}

function ramp(shape: number[], start = 0): Float32Array {
  return Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => start + i);
}

function png(name: string, width: number, height: number, value: number): string {
  const image = new PNG({ width, height });
  image.data.fill(value);
  return file(name, PNG.sync.write(image));
}

describe('arrays', () => {
  test('channels last, taken as they are', async () => {
    const path = npy('a.npy', [2, 2, 1, 3]);
    const [batch] = await readInputs([path], { channels: 3, mean: [9], std: [9] });
    expect(batch!.shape).toEqual([2, 1, 3]);
    expect(batch!.items).toEqual([0, 1].map((index) => ({ index, file: path })));
    expect(batch!.rows(0, 2)).toEqual(ramp([12]));
    expect(batch!.rows(1, 2)).toEqual(ramp([6], 6));
  });

  test('channels first', async () => {
    const [batch] = await readInputs([npy('b.npy', [2, 3, 1, 2])], { channels: 3, layout: 'nchw' });
    expect(batch!.shape).toEqual([1, 2, 3]);
    expect([...(await batch!.rows(0, 2))]).toEqual([0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11]);
    expect([...(await batch!.rows(1, 2))]).toEqual([6, 8, 10, 7, 9, 11]);
  });

  test('channels first by the look of it: refused until it is said', async () => {
    const path = npy('c.npy', [1, 3, 4, 5]);
    const error = { code: 'InputInvalid', path, expected: expect.stringContaining('--layout nchw') };
    await expect(readInputs([path], { channels: 3 })).rejects.toThrow(expect.objectContaining(error));
    const [insisted] = await readInputs([path], { channels: 3, layout: 'nhwc' });
    expect(insisted!.shape).toEqual([3, 4, 5]);
  });

  test('files of one shape are one batch, read across their border', async () => {
    const paths = [npy('d.npy', [2, 1, 1, 2]), npy('e.npy', [1, 2, 1, 2]), npy('f.npy', [2, 1, 1, 2], ramp([4], 100))];
    const [batch, other] = await readInputs(paths, { channels: 2 });
    expect(batch!.items.map(({ index }) => index)).toEqual([0, 1, 3, 4]);
    expect(other!.items).toEqual([{ index: 2, file: paths[1] }]);
    expect([...(await batch!.rows(1, 3))]).toEqual([2, 3, 100, 101]);
    expect([...(await batch!.rows(0, 4))]).toEqual([0, 1, 2, 3, 100, 101, 102, 103]);
  });

  test.each([
    ['three axes', [2, 2, 3], 'InputInvalid'],
    ['no sample', [0, 2, 2, 3], 'InputInvalid'],
  ])('refuses %s', async (name, shape, code) => {
    const path = npy(`${name}.npy`, shape, new Float32Array(shape.reduce((a, b) => a * b)));
    await expect(readInputs([path], { channels: 3 })).rejects.toThrow(expect.objectContaining({ code, path }));
  });

  test('refuses what is no number, and says where', async () => {
    const values = ramp([2, 1, 1, 3]);
    values[4] = Number.NaN;
    const [batch] = await readInputs([npy('nan.npy', [2, 1, 1, 3], values)], { channels: 3 });
    expect(() => batch!.rows(0, 1)).not.toThrow();
    expect(() => batch!.rows(1, 2)).toThrow(/value 4 is NaN/);
  });
});

describe('images', () => {
  test('are prepared, and those of one size are one batch', async () => {
    const paths = [png('g.png', 2, 1, 51), png('h.png', 1, 2, 0), png('i.png', 2, 1, 255)];
    const [wide, tall] = await readInputs(paths, { channels: 1, mean: [0.2], std: [0.8] });
    expect(wide!.shape).toEqual([1, 2, 1]);
    expect(wide!.items).toEqual([
      { index: 0, file: paths[0] },
      { index: 2, file: paths[2] },
    ]);
    expect(tall!.shape).toEqual([2, 1, 1]);
    const rows = await wide!.rows(0, 2);
    for (const [i, value] of [0, 0, 1, 1].entries()) expect(rows[i]).toBeCloseTo(value, 6);
  });

  test('have no layout', async () => {
    const error = { code: 'UsageInvalid', path: '--layout' };
    await expect(readInputs([png('j.png', 1, 1, 0)], { channels: 3, layout: 'nchw' })).rejects.toThrow(
      expect.objectContaining(error),
    );
  });
});

test.each([
  ['a file that is not there', join(folder, 'none.npy'), 'FileUnreadable'],
  ['a .npy that is none', file('text.npy', Buffer.from('no array')), 'FileInvalid'],
  [
    'an array under another name that is broken',
    file('cut.bin', writeNpy(ramp([8]), [8]).subarray(0, 90)),
    'FileInvalid',
  ],
  ['a file of another kind', file('notes.txt', Buffer.from('no image')), 'FileInvalid'],
])('%s', async (_, path, code) => {
  await expect(readInputs([path], { channels: 3 })).rejects.toThrow(expect.objectContaining({ code, path }));
});
