import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables of huggingface_hub that are not about the cache: those the package reads itself. */
export function hubEndpoint(env: Environment = process.env): string | undefined {
  return env.HF_ENDPOINT || undefined;
}

export function isOffline(env: Environment = process.env): boolean {
  return isTrue(env.HF_HUB_OFFLINE ?? env.TRANSFORMERS_OFFLINE);
}

/** `HF_TOKEN`, or what `hf auth login` left in a file; neither where `HF_HUB_DISABLE_IMPLICIT_TOKEN` forbids it. */
export async function hubToken(env: Environment = process.env): Promise<string | undefined> {
  if (isTrue(env.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined;
  const named = (env.HF_TOKEN ?? env.HUGGING_FACE_HUB_TOKEN)?.trim();
  if (named) return named;
  const home = env.HF_HOME ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface');
  const kept = await readFile(env.HF_TOKEN_PATH ?? join(home, 'token'), 'utf8').catch(() => '');
  return kept.trim() || undefined;
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && ['1', 'true', 'yes', 'on'].includes(value.toLowerCase());
}
