import { SenetError } from '../errors.js';

export interface LoadedConfig {
  readonly config: unknown;
  /** Where it came from: relative `extends` in it start here. */
  readonly location: string;
}

/** Where `extends` finds configs that are no recipes. Rebind it to read them from elsewhere: a bundle, a database. */
export interface ConfigSource {
  /**
   * @param reference what stands in `extends`
   * @param from location of the config that says so, `undefined` for one given as an object
   * @throws SenetError `ConfigNotFound`, `ConfigPathNotAllowed`
   */
  load(reference: string, from: string | undefined): LoadedConfig;
}

/** The default outside of Node: `extends` knows recipes only. */
export const noConfigSource: ConfigSource = {
  load(reference) {
    throw new SenetError('ConfigNotFound', `'${reference.slice(0, 80)}' is no recipe, and files cannot be read here`, {
      path: 'extends',
      expected: 'the name of a recipe',
    });
  },
};
