/** `@senet/images/imagenet`: what the 1,000 outputs of ImageNet's networks are called. */
import { IMAGENET_1K } from './imagenet-data.js';

/** One class of ImageNet-1k. */
export interface ImagenetClass {
  /** WordNet's id of the meaning: `n02123159`. */
  readonly synset: string;
  /** The first of its words: `tiger cat`. Two meanings may share one, as the bird and the machine do in `crane`. */
  readonly name: string;
}

/**
 * The 1,000 classes of ImageNet-1k (ILSVRC 2012) in the order of timm's and torchvision's outputs. Networks of 1,001
 * outputs put a background class before them.
 *
 * @example
 * ```ts
 * imagenetClasses[282]; // { synset: 'n02123159', name: 'tiger cat' }
 * ```
 */
export const imagenetClasses: readonly ImagenetClass[] = /* @__PURE__ */ IMAGENET_1K.split('\n').map((line) => ({
  synset: line.slice(0, 9),
  name: line.slice(10),
}));

/**
 * The names of a classifier's outputs, where their number tells them: ImageNet's for 1,000.
 *
 * @example
 * ```ts
 * classNames(1000)?.[967]; // 'espresso'
 * classNames(10); // undefined
 * ```
 */
export function classNames(count: number): readonly string[] | undefined {
  return count === imagenetClasses.length ? imagenetClasses.map(({ name }) => name) : undefined;
}
