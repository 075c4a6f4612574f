import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearest, SenetError, unknownName } from './errors.js';

describe('SenetError', () => {
  test('says where, what, what instead, and what comes nearest', () => {
    const error = new SenetError('UnknownName', 'there is no x', {
      path: 'attach[0].type',
      expected: 'one of a, b',
      suggestions: ['a', 'b'],
    });
    expect(error.message).toBe("attach[0].type: there is no x; expected one of a, b; did you mean 'a' or 'b'?");
    expect(error).toMatchObject({ name: 'SenetError', code: 'UnknownName', problem: 'there is no x' });
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ code: 'UnknownName', path: 'attach[0].type' });
  });

  test('leaves out what it does not know, and keeps its cause', () => {
    const cause = new Error('below');
    const error = new SenetError('FileInvalid', 'is no file', { cause });
    expect(error.message).toBe('is no file');
    expect(error.cause).toBe(cause);
    expect('cause' in new SenetError('FileInvalid', 'is no file')).toBe(false);
    expect(error.suggestions).toEqual([]);
  });
});

describe('did you mean', () => {
  test.each([
    ['resnet05', ['resnet50', 'seresnet50']],
    ['RESNET50', ['resnet50', 'seresnet50']],
    ['seresnet50', ['seresnet50', 'resnet50']],
    ['mobilenet', []],
  ])('%s: %j', (name, expected) => {
    expect(nearest(name, ['seresnet50', 'resnet50', 'inception_v3'])).toEqual(expected);
  });

  test('a swap of neighbours is one step, so it comes before two substitutions', () => {
    expect(nearest('abcdef', ['abxyef', 'abdcef'])).toEqual(['abdcef', 'abxyef']);
  });

  test('any one edit of a name finds it first among others', () => {
    const name = 'bottleneck';
    const edit = fc.tuple(fc.nat(name.length - 1), fc.constantFrom('insert', 'delete', 'replace'));
    fc.assert(
      fc.property(edit, ([at, kind]) => {
        const skip = kind === 'insert' ? 0 : 1;
        const typo = name.slice(0, at) + (kind === 'delete' ? '' : 'q') + name.slice(at + skip);
        expect(nearest(typo, ['basic', name, 'inverted-residual'])[0]).toBe(name);
      }),
    );
  });

  test('a short list is stated in full, a long one is not', () => {
    expect(unknownName('site', 'brnch', ['branch', 'hidden'], 'attach[0].at').message).toBe(
      "attach[0].at: there is no site 'brnch'; expected one of branch, hidden; did you mean 'branch'?",
    );
    const many = Array.from({ length: 13 }, (_, i) => `name${i}`);
    expect(unknownName('recipe', 'x', many).expected).toBeUndefined();
  });

  test('a name of any length is printed short', () => {
    const error = unknownName('recipe', 'x'.repeat(1e6), ['resnet50']);
    expect(error.message.length).toBeLessThan(200);
  });
});
