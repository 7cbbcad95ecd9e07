import { OraError, notImplemented } from '../../contract/ora-error';
import type { Query } from './ast';
import { missingKeyword, missingPunctuation, notProperlyEnded } from './syntax-error';
import { tokenize, type Token } from './token';
import type { Release } from '../../contract/translation';

/** Reads a statement token by token. Holds the place in the text and the number of binds met so far. */
export class Cursor {
  readonly tokens: readonly Token[];
  bindCount = 0;
  readonly #last: Token;
  #at = 0;

  constructor(
    readonly sql: string,
    readonly release: Release,
    /** Parses a query from here; given from outside so that expressions and queries need not import each other. */
    readonly query: (cursor: Cursor) => Query,
  ) {
    this.tokens = tokenize(sql);
    this.#last = { type: 'end', text: '', position: sql.length, end: sql.length };
  }

  /** True where 12c and later syntax exists. */
  get modern(): boolean {
    return this.release === '19c';
  }

  peek(ahead = 0): Token {
    return this.tokens[this.#at + ahead] ?? this.#last;
  }

  get position(): number {
    return this.peek().position;
  }

  take(): Token {
    const token = this.peek();
    if (token.type !== 'end') this.#at += 1;
    return token;
  }

  /** True when the coming tokens are these words or symbols. */
  sees(...texts: readonly string[]): boolean {
    return texts.every((text, ahead) => {
      const token = this.peek(ahead);
      return (token.type === 'word' || token.type === 'symbol') && token.text === text;
    });
  }

  /** Takes the words if all are there. */
  accept(...texts: readonly string[]): boolean {
    if (!this.sees(...texts)) return false;
    this.#at += texts.length;
    return true;
  }

  expect(...texts: readonly string[]): void {
    for (const text of texts) {
      if (this.accept(text)) continue;
      throw /^[A-Z]/.test(text) ? missingKeyword(this.position) : missingPunctuation(text, this.position);
    }
  }

  /** A name: word or quoted, with the length limit of the release (ORA-00972). */
  name(): string {
    const token = this.peek();
    if (token.type !== 'word' && token.type !== 'quoted') {
      throw new OraError(1747, 'invalid user.table.column, table.column, or column specification', token.position);
    }
    this.take();
    if (Buffer.byteLength(token.text) > (this.modern ? 128 : 30))
      throw new OraError(972, 'identifier is too long', token.position);
    if (Buffer.byteLength(token.text) > 63) throw notImplemented('names longer than 63 bytes', token.position);
    return token.text;
  }

  /** `A.B.C` as its parts. */
  path(): readonly string[] {
    const parts = [this.name()];
    while (this.accept('.')) parts.push(this.name());
    if (this.sees('@')) throw notImplemented('database links', this.position);
    return parts;
  }

  /** `( a, b, … )`, at least one. */
  list<T>(item: () => T): readonly T[] {
    this.expect('(');
    const items = [item()];
    while (this.accept(',')) items.push(item());
    this.expect(')');
    return items;
  }

  /** `a, b, …` without parentheses, at least one. */
  commaList<T>(item: () => T): readonly T[] {
    const items = [item()];
    while (this.accept(',')) items.push(item());
    return items;
  }

  /** ORA-00933 (11.2: ORA-00911 for a semicolon) unless all was read. */
  end(): void {
    const token = this.peek();
    if (token.type === 'end') return;
    if (token.text === ';' && !this.modern) throw new OraError(911, 'invalid character', token.position);
    if (token.text === '(+)') throw notImplemented('the outer join operator (+)', token.position);
    throw notProperlyEnded(token.position);
  }

  /** The text between two tokens' offsets as Oracle names an unaliased column. */
  columnText(from: number, to: number): string {
    return this.tokens
      .filter((token) => token.position >= from && token.end <= to)
      .map((token) => this.sql.slice(token.position, token.end))
      .map((text) => text.toUpperCase().replaceAll('"', ''))
      .join('');
  }

  /** End offset of the token read last. */
  get lastEnd(): number {
    return this.tokens[this.#at - 1]?.end ?? 0;
  }

  bind(): number {
    const index = this.bindCount;
    this.bindCount += 1;
    return index;
  }
}
