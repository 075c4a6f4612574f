/** Files that this library writes, read by numpy. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatRegistry, fromFloat32, type RawTensor, toFloat32 } from '@senet/weights';
import { describe, expect, test } from 'vitest';
import { integer, randomFor, uniform } from './random.js';
import { readTensors } from './tensors.js';
import { useWorker } from './worker.js';

const { call, folder } = useWorker('torch', 'files_worker');

const written = formatRegistry()
  .all()
  .filter(({ name, write }) => write && ['npz', 'safetensors'].includes(name))
  .map(({ name }) => name);

test('npz and safetensors are written', () => {
  expect(written.sort()).toEqual(['npz', 'safetensors']);
});

describe('names, shapes and bits', () => {
  test.each(written)('%s', async (name) => {
    const tensors = randomTensors(name);
    const path = join(folder, `ours.${name}`);
    writeFileSync(path, await formatRegistry().get(name).write!({ tensors, metadata: {} }));
    await call('read', { path, folder });
    const theirs = readTensors(join(folder, 'read.safetensors')).tensors;
    expect([...theirs.keys()].sort()).toEqual([...tensors.keys()].sort());
    for (const [key, tensor] of tensors) {
      expect(theirs.get(key)!.shape, key).toEqual(tensor.shape);
      expect(toFloat32(theirs.get(key)!, key), key).toEqual(toFloat32(tensor, key));
    }
  });
});

function randomTensors(purpose: string): Map<string, RawTensor> {
  const random = randomFor(purpose);
  return new Map(
    Array.from({ length: 30 }, (_, i) => {
      const shape = Array.from({ length: integer(random, 0, 4) }, () => integer(random, 1, 6));
      const values = uniform(
        random,
        shape.reduce((a, b) => a * b, 1),
        -2,
        2,
      );
      return [`layer${i}.weight`, fromFloat32(values, shape, i % 5 === 0 ? 'F16' : 'F32')];
    }),
  );
}
