/** What Pillow and timm made of the same images: test/goldens/images. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Image } from '@senet/images';

const GOLDENS = new URL('../goldens/', import.meta.url);

export function goldenPath(name: string): string {
  return fileURLToPath(new URL(name, GOLDENS));
}

export function goldenBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(goldenPath(name)));
}

export function goldenCases<T>(name: string): readonly T[] {
  return JSON.parse(readFileSync(goldenPath(`images/${name}`), 'utf8')).cases;
}

/** `noise` of test/goldens/images/gen.py. */
export function noise(width: number, height: number, channels: 1 | 3): Image {
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    let x = (Math.imul(i, 0x9e3779b9) + 1) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    x ^= x >>> 16;
    return Math.min(Math.max((x >>> 22) - 384, 0), 255);
  });
  return { width, height, channels, data };
}

/** The first 16 digits of the SHA-256 of its bytes. */
export function digestOf({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
