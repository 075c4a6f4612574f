import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSafetensors, safetensorsChunks, writeSafetensors } from './safetensors.js';
import { DTYPE_BYTES, DTYPES, fromFloat32, type RawTensor } from './tensor.js';

describe('writeSafetensors', () => {
  const one = fromFloat32(Float32Array.of(1), [1]);

  test('empty content is the reference implementation: 8, {} and six spaces', () => {
    expect(Buffer.from(writeSafetensors({ tensors: new Map() })).toString('latin1')).toBe('\b\0\0\0\0\0\0\0{}      ');
  });

  test('equal content gives equal bytes, whatever the order it comes in', () => {
    const a = writeSafetensors({
      tensors: new Map([
        ['x', one],
        ['y', one],
      ]),
      metadata: { b: '1', a: '2', '10': '3' },
    });
    const b = writeSafetensors({
      tensors: new Map([
        ['y', one],
        ['x', one],
      ]),
      metadata: { '10': '3', a: '2', b: '1' },
    });
    expect(a).toEqual(b);
    expect(Buffer.from(a).toString('latin1')).toContain('{"__metadata__":{"10":"3","a":"2","b":"1"},"x"');
  });

  test('the chunks are the header and the tensors, uncopied', () => {
    const chunks = safetensorsChunks({ tensors: new Map([['x', one]]) });
    expect(chunks).toHaveLength(2);
    expect(chunks[0]!.length % 8).toBe(0);
    expect(chunks[1]).toBe(one.bytes);
  });

  test('what is written is read again, for any content', () => {
    const text = fc.string({ unit: 'binary', maxLength: 12 });
    const tensor = fc
      .record({ dtype: fc.constantFrom(...DTYPES), shape: fc.array(fc.nat(3), { maxLength: 4 }), seed: fc.nat(255) })
      .map(({ dtype, shape, seed }): RawTensor => {
        const length = shape.reduce((a, b) => a * b, 1) * DTYPE_BYTES[dtype];
        return { dtype, shape, bytes: Uint8Array.from({ length }, (_, i) => (i * 7 + seed) % 256) };
      });
    const name = text.filter((name) => name !== '__metadata__');
    const content = fc.record({
      tensors: fc.array(fc.tuple(name, tensor), { maxLength: 8 }).map((pairs) => new Map(pairs)),
      metadata: fc.array(fc.tuple(text, text), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
    });
    fc.assert(
      fc.property(content, ({ tensors, metadata }) => {
        const bytes = writeSafetensors({ tensors, metadata });
        const back = readSafetensors(bytes);
        expect(back.tensors).toEqual(tensors);
        expect({ ...back.metadata }).toEqual(metadata);
        expect(writeSafetensors(back)).toEqual(bytes);
        for (const { dtype, bytes: view } of back.tensors.values())
          expect(view.byteOffset % DTYPE_BYTES[dtype]).toBe(0);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test.each<[string, Map<string, RawTensor>, Record<string, string>, string]>([
    ['bytes that do not fit the shape', new Map([['w', { ...one, shape: [2] }]]), {}, 'w: 4 bytes of data'],
    ['a tensor named __metadata__', new Map([['__metadata__', one]]), {}, 'the name is reserved'],
    ['a name with half a surrogate pair', new Map([['\ud83d', one]]), {}, 'half a surrogate pair'],
    ['metadata with half a surrogate pair', new Map(), { a: '\udc00' }, 'half a surrogate pair'],
  ])('refuses %s', (_, tensors, metadata, message) => {
    const write = () => writeSafetensors({ tensors, metadata });
    expect(write).toThrow(expect.objectContaining({ name: 'SenetError', code: 'FileInvalid' }));
    expect(write).toThrow(message);
  });
});
