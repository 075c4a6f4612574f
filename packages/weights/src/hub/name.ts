import { SenetError } from '@senet/core/graph';

/** A repository of models on the hub, and which of its states. */
export interface HubName {
  /** `owner/repository`, or `repository` for the few without an owner. */
  readonly repo: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
}

const PREFIX = /^hf(?:-hub)?:/;
/** As huggingface_hub's validate_repo_id: no dots or dashes at the ends, none of `--` and `..`. */
const REPO = /^(?:[A-Za-z0-9][\w.-]*\/)?[A-Za-z0-9_](?:[\w.-]*\w)?$/;
/** What git allows in a ref and a file system in a path: the cache keeps a file of that name. */
const REVISION = /^[\w+-][\w.+-]*(?:\/[\w+-][\w.+-]*)*$/;

export function isHubName(name: string): boolean {
  return PREFIX.test(name);
}

/**
 * `hf:owner/repository@revision` → its parts. timm's `hf-hub:` is read too.
 *
 * @param revision what an option says; `main` where nothing does
 * @throws SenetError `InputInvalid`
 */
export function parseHubName(name: string, revision?: string): HubName {
  const [repo = '', ...revisions] = name.replace(PREFIX, '').split('@');
  if (revisions.length > 1 || repo.length > 96 || !REPO.test(repo) || /--|\.\./.test(repo)) {
    throw malformed(name, 'is no name of a repository', 'hf:owner/repository or hf:owner/repository@revision');
  }
  const [own] = revisions;
  if (own !== undefined && revision !== undefined && own !== revision) {
    throw malformed(name, `the option says revision '${revision.slice(0, 80)}'`, `one revision, not two`);
  }
  const wanted = own ?? revision ?? 'main';
  if (wanted.length > 255 || !REVISION.test(wanted) || wanted.includes('..')) {
    throw malformed(name, `'${wanted.slice(0, 80)}' is no revision`, 'a branch, a tag or a commit');
  }
  return { repo, revision: wanted };
}

function malformed(name: string, problem: string, expected: string): SenetError {
  return new SenetError('InputInvalid', problem, { path: name.slice(0, 160), expected });
}
