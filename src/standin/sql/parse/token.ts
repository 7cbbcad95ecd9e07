import { OraError } from '../../contract/ora-error';

/** One lexical unit. `text` of a word is upper case, of a quoted name and of a string the decoded content. */
export interface Token {
  readonly type: 'word' | 'quoted' | 'string' | 'number' | 'bind' | 'symbol' | 'end';
  readonly text: string;
  /** 0-based offset into the statement. */
  readonly position: number;
  readonly end: number;
}

type Rule = (sql: string, start: number) => Token | undefined;

const WORD = /[\p{L}][\p{L}\p{N}_$#]*/uy;
const NUMBER = /(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?/y;
const BIND = /:\s*(?:"[^"]+"|[\p{L}\p{N}_$#]+)/uy;
const BLANK = /(?:\s+|--[^\n]*|\/\*[^]*?\*\/)+/y;
const QUOTED = /"([^"]+)"/y;
const STRING = /[nN]?'((?:[^']|'')*)'/y;
const ALTERNATIVE = /[nN]?[qQ]'(\S)/y;
const SYMBOL = /\(\+\)|\|\||<=|>=|<>|!=|\^=|:=|=>|\*\*|\.\.|[()+\-*/,.<>=;@?[\]]/y;
const CLOSERS: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}', '<': '>' };

function matchAt(pattern: RegExp, sql: string, start: number): RegExpExecArray | undefined {
  pattern.lastIndex = start;
  return pattern.exec(sql) ?? undefined;
}

function alternativeQuote(sql: string, start: number): Token | undefined {
  const open = matchAt(ALTERNATIVE, sql, start);
  if (open === undefined) return undefined;
  const delimiter = open[1] ?? '';
  const from = start + open[0].length;
  const to = sql.indexOf(`${CLOSERS[delimiter] ?? delimiter}'`, from);
  if (to < 0) throw new OraError(1756, 'quoted string not properly terminated', start);
  return { type: 'string', text: sql.slice(from, to), position: start, end: to + 2 };
}

function plainString(sql: string, start: number): Token | undefined {
  const match = matchAt(STRING, sql, start);
  if (match === undefined) {
    if (sql[start] === "'") throw new OraError(1756, 'quoted string not properly terminated', start);
    return undefined;
  }
  const text = (match[1] ?? '').replaceAll("''", "'");
  return { type: 'string', text, position: start, end: start + match[0].length };
}

function rule(type: Token['type'], pattern: RegExp, textOf: (match: RegExpExecArray) => string): Rule {
  return (sql, position) => {
    const match = matchAt(pattern, sql, position);
    if (match === undefined) return undefined;
    return { type, text: textOf(match), position, end: position + match[0].length };
  };
}

const RULES: readonly Rule[] = [
  alternativeQuote,
  plainString,
  rule('word', WORD, (match) => match[0].toUpperCase()),
  rule('quoted', QUOTED, (match) => match[1] ?? ''),
  rule('number', NUMBER, (match) => match[0]),
  rule('bind', BIND, (match) => match[0].slice(1).trim()),
  rule('symbol', SYMBOL, (match) => (match[0] === '!=' || match[0] === '^=' ? '<>' : match[0])),
];

function skipBlank(sql: string, start: number): number {
  const blank = matchAt(BLANK, sql, start);
  return blank === undefined ? start : start + blank[0].length;
}

function next(sql: string, start: number): Token {
  for (const attempt of RULES) {
    const token = attempt(sql, start);
    if (token !== undefined) return token;
  }
  throw new OraError(911, 'invalid character', start);
}

/** The tokens of one statement, comments and hints dropped, closed by an `end` token. ORA-00911, ORA-01756. */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = skipBlank(sql, 0);
  while (at < sql.length) {
    const token = next(sql, at);
    tokens.push(token);
    at = skipBlank(sql, token.end);
  }
  tokens.push({ type: 'end', text: '', position: sql.length, end: sql.length });
  return tokens;
}
