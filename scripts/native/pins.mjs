/**
 * What is downloaded, to the byte. A new version means new hashes here, a new `npm run setup:native -- --check` and new
 * figures in docs/native.md.
 */

/** The package as npm serves it; `integrity` is what the registry states and the tarball has. */
export const TFJS_NODE = {
  name: '@tensorflow/tfjs-node',
  version: '4.22.0',
  integrity: 'sha512-uHrXeUlfgkMxTZqHkESSV7zSdKdV0LlsBeblqkuKU9nnfxB1pC6DtoyYVaLxznzZy7WQSegjcohxxCjAf6Dc7w==',
  bytes: 228_166,
};

/**
 * The Python wheel that carries the TensorFlow C library. The machine's own Python may be of any version: nothing of
 * the wheel is ever run by it.
 */
export const TENSORFLOW = {
  name: 'tensorflow-cpu',
  version: '2.15.1',
  python: '3.11',
  abi: 'cp311',
  platform: 'manylinux2014_x86_64',
  sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
  bytes: 207_208_420,
};

/** The small packages of packages/package-lock.json, which holds their hashes: about this much as tarballs. */
export const PACKAGES = { count: 60, bytes: 660_000 };

/** Free space the installation asks for: wheel, unstripped and stripped libraries stand side by side for a moment. */
export const NEEDED_BYTES = 1_200_000_000;

/** What stays on the disk. */
export const INSTALLED_BYTES = 454_000_000;
