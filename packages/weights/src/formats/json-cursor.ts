import { invalid, shortName } from './bytes.js';

/**
 * Reads the small part of JSON that a safetensors header is made of, strictly and in one pass: objects, strings and
 * arrays of non-negative integers. Unlike `JSON.parse` it sees duplicate keys, never rounds an integer, and builds
 * nothing that the header's schema has no use for: depth costs no stack and no memory.
 *
 * Every method takes the place to name in its error and throws SenetError `FileInvalid`.
 */
export class JsonCursor {
  #at = 0;

  constructor(private readonly text: string) {}

  /** The keys of an object, one by one: the caller reads each key's value before it asks for the next. */
  *object(place: string): Generator<string, void> {
    this.#expect('{', place);
    if (this.#skips('}')) return;
    const seen = new Set<string>();
    do {
      const key = this.string(place);
      if (seen.has(key)) throw invalid(place, `the key '${shortName(key)}' appears twice`, 'every key once');
      seen.add(key);
      this.#expect(':', place);
      yield key;
    } while (this.#skips(','));
    this.#expect('}', place);
  }

  /** A string, its escapes resolved. */
  string(place: string): string {
    this.#peek('"', place);
    const from = this.#at;
    this.#at = this.#closingQuote(place) + 1;
    const value = parseString(this.text.slice(from, this.#at));
    if (value === undefined)
      throw this.#refuse('a string without raw control characters or broken escapes', place, from);
    // A lone surrogate has no UTF-8: the name could not be written again.
    if (/\p{Surrogate}/u.test(value)) throw this.#refuse('a string of whole Unicode characters', place, from);
    return value;
  }

  /** An array of at most `limit` non-negative safe integers, written without sign, fraction or exponent. */
  integers(limit: number, place: string): number[] {
    const values: number[] = [];
    this.#expect('[', place);
    if (this.#skips(']')) return values;
    do {
      if (values.length === limit) throw this.#refuse(`at most ${limit} integers`, place);
      values.push(this.#integer(place));
    } while (this.#skips(','));
    this.#expect(']', place);
    return values;
  }

  /** Nothing but white space may be left. */
  end(place: string): void {
    this.#skipSpace();
    if (this.#at < this.text.length) throw this.#refuse('nothing but spaces after the object', place);
  }

  #integer(place: string): number {
    this.#skipSpace();
    const digits = /(?:0|[1-9]\d{0,15})(?![\d.eE])/y;
    digits.lastIndex = this.#at;
    const value = Number(digits.exec(this.text)?.[0] ?? Number.NaN);
    if (!Number.isSafeInteger(value)) throw this.#refuse('a non-negative integer below 2^53', place);
    this.#at = digits.lastIndex;
    return value;
  }

  /** Where the string that opens here closes: a quote is escaped when an odd number of backslashes precedes it. */
  #closingQuote(place: string): number {
    for (let quote = this.#at; ; ) {
      quote = this.text.indexOf('"', quote + 1);
      if (quote < 0) throw this.#refuse('a closed string', place);
      let backslashes = 0;
      while (this.text[quote - 1 - backslashes] === '\\') backslashes++;
      if (backslashes % 2 === 0) return quote;
    }
  }

  #expect(mark: string, place: string): void {
    this.#peek(mark, place);
    this.#at++;
  }

  #peek(mark: string, place: string): void {
    this.#skipSpace();
    if (this.text[this.#at] !== mark) throw this.#refuse(`'${mark}'`, place);
  }

  #skips(mark: string): boolean {
    this.#skipSpace();
    if (this.text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    while (' \n\r\t'.includes(this.text[this.#at] ?? '-')) this.#at++;
  }

  #refuse(expected: string, place: string, at = this.#at) {
    const found = at < this.text.length ? JSON.stringify(this.text.slice(at, at + 12)) : 'the end of the header';
    return invalid(place, `found ${found} at character ${at} of the header`, expected);
  }
}

function parseString(literal: string): string | undefined {
  try {
    return JSON.parse(literal);
  } catch {
    return undefined;
  }
}
