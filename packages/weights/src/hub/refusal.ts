import { SenetError } from '@senet/core/graph';
import type { HubName } from './name.js';

const TOKEN = 'a token of an account that may read it: `token`, HF_TOKEN, or `hf auth login`';

/** What the hub's refusal means, by its status and its X-Error-Code. */
export function refusal({ status, statusText, headers }: Response, address: string, name?: HubName): SenetError {
  const code = headers.get('x-error-code');
  const refused = (problem: string, expected: string) =>
    new SenetError('FileUnreadable', name ? `${problem} (tried ${address})` : problem, {
      path: name ? `hf:${name.repo}` : address,
      expected,
    });
  if (code === 'GatedRepo') return refused('the repository is gated: its page asks to agree to something', TOKEN);
  if (status === 401)
    return refused('there is no such repository, or it needs a token', `an existing one, or ${TOKEN}`);
  if (status === 403) return refused('this account may not read the repository; it needs another token', TOKEN);
  if (code === 'RevisionNotFound')
    return refused(`there is no revision '${name?.revision}'`, 'a branch, a tag or a commit');
  if (code === 'EntryNotFound') return refused('there is no such file', 'a file of the repository');
  if (status === 404 && name) return refused('there is no such repository or revision', 'an existing one');
  return refused(`the server answers ${status} ${statusText}`.trim(), '200');
}
