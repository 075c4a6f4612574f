import { SenetError } from '@senet/core/graph';

/**
 * SHA-256 of a config as canonical JSON (keys sorted at every level), in hex.
 *
 * @throws SenetError `MissingPart` in a page that came over plain http from another machine: browsers hash only in
 *   secure contexts
 */
export async function configHash(config: unknown): Promise<string> {
  if (!globalThis.crypto?.subtle) {
    throw new SenetError('MissingPart', 'this page may not hash, so that the config cannot be checked', {
      path: 'crypto.subtle',
      expected: 'a page over https, or from localhost',
    });
  }
  const bytes = new TextEncoder().encode(canonical(config));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const parts = entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${parts.join(',')}}`;
}
