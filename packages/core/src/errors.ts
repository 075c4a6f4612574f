/**
 * The one error type of `@senet`: every failure that a caller can cause has a stable `code`, says where it
 * happened, what would have been right, and which valid names come nearest.
 */

/** Stable codes: tests and callers may switch on them. */
export type SenetErrorCode =
  | 'ConfigInvalid'
  | 'ConfigCycle'
  | 'ConfigNotFound'
  | 'ConfigPathNotAllowed'
  | 'UnknownName'
  | 'DuplicateName'
  | 'ShapeMismatch'
  | 'UnmappedOp'
  | 'UnknownSite'
  | 'SelectorMatchedNothing'
  | 'ReplaceMatchedNothing'
  | 'AttachmentNotOnPath'
  | 'AttentionChangedShape'
  | 'IdentityUnsupported'
  | 'ReservedOption'
  | 'FileInvalid'
  | 'FileUnreadable'
  | 'WeightsMismatch'
  | 'DialectMismatch'
  | 'InputInvalid'
  | 'BackendUnavailable'
  | 'MissingPart'
  | 'UsageInvalid'
  | 'Aborted';

export interface SenetErrorDetails {
  /** JSON path (`attach[0].ratio`), parameter key, node name or file the error is about. */
  path?: string;
  /** What would have been right. */
  expected?: string;
  /** The nearest valid names, best first. */
  suggestions?: readonly string[];
  cause?: unknown;
}

export class SenetError extends Error {
  override readonly name = 'SenetError';
  readonly path: string | undefined;
  readonly expected: string | undefined;
  readonly suggestions: readonly string[];

  constructor(
    readonly code: SenetErrorCode,
    /** What is wrong, without the place: the place is `path`. */
    readonly problem: string,
    details: SenetErrorDetails = {},
  ) {
    super(describe(problem, details), details.cause === undefined ? undefined : { cause: details.cause });
    this.path = details.path;
    this.expected = details.expected;
    this.suggestions = details.suggestions ?? [];
  }

  toJSON() {
    const { code, problem, message, path, expected, suggestions } = this;
    return { code, problem, message, path, expected, suggestions };
  }
}

function describe(problem: string, { path, expected, suggestions }: SenetErrorDetails): string {
  const where = path ? `${path}: ` : '';
  const wanted = expected ? `; expected ${expected}` : '';
  const hint = suggestions?.length ? `; did you mean ${suggestions.map((name) => `'${name}'`).join(' or ')}?` : '';
  return `${where}${problem}${wanted}${hint}`;
}

/**
 * The error for a name that is not there: lists the nearest of `known`, or all of them where they are few.
 *
 * @param kind what is looked up, in the singular: `'backbone'`, `'attention'`, `'node'`
 */
export function unknownName(kind: string, name: string, known: readonly string[], path?: string): SenetError {
  const suggestions = nearest(name, known);
  const listed = known.length > 0 && known.length <= 12;
  return new SenetError('UnknownName', `there is no ${kind} '${printable(name)}'`, {
    path,
    suggestions,
    expected: listed ? `one of ${known.join(', ')}` : undefined,
  });
}

/** Up to three of `known` within a third of the letters of `name`, nearest first. */
export function nearest(name: string, known: readonly string[], limit = 3): string[] {
  const wanted = name.slice(0, 64).toLowerCase();
  return known
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .filter(
      ({ candidate, distance }) => distance <= Math.max(2, Math.ceil(Math.max(wanted.length, candidate.length) / 3)),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** Optimal string alignment distance: insert, delete, substitute, swap neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(previous[j]! + 1, row[j - 1]! + 1, substitution);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}

function printable(name: string): string {
  return name.length > 80 ? `${name.slice(0, 77)}...` : name;
}
