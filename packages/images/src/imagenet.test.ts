import { expect, test } from 'vitest';
import { classNames, imagenetClasses } from './imagenet.js';

test.each([
  [0, 'n01440764', 'tench'],
  [282, 'n02123159', 'tiger cat'],
  [657, 'n03773504', 'missile'],
  [872, 'n04485082', 'tripod'],
  [967, 'n07920052', 'espresso'],
  [999, 'n15075141', 'toilet tissue'],
])('class %i is %s, %s', (index, synset, name) => {
  expect(imagenetClasses[index]).toEqual({ synset, name });
});

test('a thousand of them, in the order of their synsets, which are all different', () => {
  const synsets = imagenetClasses.map(({ synset }) => synset);
  expect(new Set(synsets).size).toBe(1000);
  expect([...synsets].sort()).toEqual(synsets);
  expect(synsets.every((synset) => /^n\d{8}$/.test(synset))).toBe(true);
  expect(imagenetClasses.every(({ name }) => /^\S.*\S$/.test(name))).toBe(true);
});

test('names by their number alone', () => {
  expect(classNames(1000)?.[282]).toBe('tiger cat');
  expect(classNames(1001)).toBeUndefined();
  expect(classNames(10)).toBeUndefined();
});
