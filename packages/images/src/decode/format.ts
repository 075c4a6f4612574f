export type Format = 'png' | 'jpeg' | 'webp' | 'avif' | 'tiff' | 'gif';

/** The first twelve bytes, two digits each; a dot is any digit. */
const SIGNATURES: readonly (readonly [Format, RegExp])[] = [
  ['png', /^89504e470d0a1a0a/],
  ['jpeg', /^ffd8ff/],
  ['webp', /^52494646.{8}57454250/],
  ['avif', /^.{8}66747970(?:61766966|61766973|6d696631)/],
  ['tiff', /^(?:49492a00|4d4d002a)/],
  ['gif', /^47494638(?:37|39)61/],
];

export function formatOf(bytes: Uint8Array): Format | undefined {
  const start = Array.from(bytes.subarray(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return SIGNATURES.find(([, signature]) => signature.test(start))?.[0];
}
