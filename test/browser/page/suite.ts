/** As much of a test runner as a page needs: the script beside Chromium calls the cases one by one. */
export interface Case {
  readonly name: string;
  /** Throws where it fails; may return a figure worth printing. */
  readonly run: () => Promise<string | undefined>;
  /** The browser itself reports the failure that is provoked, as an error in its console. */
  readonly noisy?: boolean;
  /** Needs a page in which nothing ran before. */
  readonly fresh?: boolean;
}

export interface Result {
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly detail: string;
}

class Skipped extends Error {}

export function skip(reason: string): never {
  throw new Skipped(reason);
}

export function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

export function checkEqual(found: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  check(a === b, `${what} is ${a?.slice(0, 200)}, expected ${b?.slice(0, 200)}`);
}

export function checkBelow(value: number, limit: number, what: string): string {
  check(value < limit, `${what} is ${value}, expected less than ${limit}`);
  return `${what} ${value.toExponential(1)}`;
}

export async function checkRejects(promise: Promise<unknown>, code: string): Promise<string> {
  const error: { code?: unknown; message?: string } = await promise.then(
    () => ({ message: 'nothing was thrown' }),
    (thrown) => thrown,
  );
  check(error.code === code, `expected ${code}: ${error.message}`);
  return error.message!;
}

export async function runCase({ run }: Case): Promise<Result> {
  try {
    return { status: 'passed', detail: (await run()) ?? '' };
  } catch (error) {
    if (error instanceof Skipped) return { status: 'skipped', detail: error.message };
    return { status: 'failed', detail: String(error instanceof Error ? error.stack : error) };
  }
}
