import { invalid, MAX_RANK, shortName } from './bytes.js';

/** What the header of a .npy file says. */
export interface NpyHeader {
  /** NumPy's type string: `<f4`, `>i8`, `|b1`. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

type Value = string | boolean | number[];

// One token of the Python literal: a string, an integer (NumPy under Python 2 wrote 3L), a boolean, or a mark.
const TOKEN =
  /\s*(?:'(?<single>[^'\\\n]*)'|"(?<double>[^"\\\n]*)"|(?<int>0|[1-9]\d{0,15})L?|(?<bool>True|False)|(?<mark>[{}():,]))/y;

/**
 * Parses the dict literal of a .npy header: the keys `descr`, `fortran_order` and `shape`, each once, in any order,
 * and nothing else. No expression is evaluated.
 *
 * @throws SenetError `FileInvalid` for anything else, record types among it
 */
export function parseNpyHeader(text: string, path: string): NpyHeader {
  const literal = new DictLiteral(text, path);
  const entries = literal.read();
  const descr = entries.get('descr');
  const fortranOrder = entries.get('fortran_order');
  const shape = entries.get('shape');
  if (entries.size !== 3 || typeof descr !== 'string' || typeof fortranOrder !== 'boolean' || !Array.isArray(shape)) {
    throw invalid(
      path,
      'the header lacks what it needs',
      'descr (a string), fortran_order (a boolean), shape (a tuple)',
    );
  }
  return { descr, fortranOrder, shape };
}

class DictLiteral {
  #at = 0;
  #token: Record<string, string | undefined> = {};

  constructor(
    private readonly text: string,
    private readonly path: string,
  ) {
    this.#advance();
  }

  read(): Map<string, Value> {
    const entries = new Map<string, Value>();
    this.#mark('{');
    while (this.#token.mark !== '}') {
      const key = this.#string();
      if (key === undefined || entries.has(key)) throw this.#refuse('each key once, as a string');
      this.#mark(':');
      entries.set(key, this.#value());
      if (this.#token.mark !== '}') this.#mark(',');
    }
    if (this.text.slice(this.#at).trim() !== '') throw this.#refuse('nothing after the dict');
    return entries;
  }

  #value(): Value {
    const { bool } = this.#token;
    if (bool) {
      this.#advance();
      return bool === 'True';
    }
    return this.#string() ?? this.#tuple();
  }

  #string(): string | undefined {
    const value = this.#token.single ?? this.#token.double;
    if (value !== undefined) this.#advance();
    return value;
  }

  #tuple(): number[] {
    const values: number[] = [];
    this.#mark('(');
    while (this.#token.mark !== ')') {
      const value = Number(this.#token.int ?? Number.NaN);
      if (!Number.isSafeInteger(value) || values.length === MAX_RANK) {
        throw this.#refuse(`at most ${MAX_RANK} integers below 2^53`);
      }
      values.push(value);
      this.#advance();
      // (3) is an integer in Python, no tuple.
      if (this.#token.mark !== ')' || values.length === 1) this.#mark(',');
    }
    this.#mark(')');
    return values;
  }

  #mark(mark: string): void {
    if (this.#token.mark !== mark) throw this.#refuse(`'${mark}'`);
    this.#advance();
  }

  /** To the next token; none of its groups is set where the text holds no token. */
  #advance(): void {
    TOKEN.lastIndex = this.#at;
    this.#token = TOKEN.exec(this.text)?.groups ?? {};
    this.#at = TOKEN.lastIndex || this.#at;
  }

  #refuse(expected: string) {
    const header = shortName(JSON.stringify(this.text.trim()));
    return invalid(this.path, `the header ${header} breaks off before character ${this.#at}`, expected);
  }
}
