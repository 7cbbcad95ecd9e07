import type oracledb from 'oracledb';
import { MigrationError } from '../../core/errors';
import { queryAt } from '../../core/mapping/query-text';

/** One Oracle statement with its named binds. Every statement must be legal on 11.2. */
export interface Statement {
  readonly sql: string;
  readonly binds: Readonly<Record<string, Bind>>;
}

export type Bind = string | number | oracledb.BindParameter;

/** A name as the dictionary has it, `owner.name` resolved. */
export interface ResolvedName {
  readonly owner: string;
  readonly name: string;
  /** A query in place of a table, its tables in braces. */
  readonly query?: string;
}

export function statement(sql: string, binds: Statement['binds'] = {}): Statement {
  return { sql, binds };
}

/** Always quoted, so that mixed case, blanks and reserved words mean what the dictionary says. */
export function quoteName(name: string): string {
  if (name === '' || name.includes('"') || name.includes('\0')) throw unusableName();
  return `"${name}"`;
}

/**
 * `"OWNER"."NAME"`, with `AS OF SCN n` behind it for a consistent read; a null SCN reads what is current. A query has the clause behind
 * each of its tables: behind an inline view it is not documented, and behind a WITH name not allowed.
 */
export function tableAt({ owner, name, query }: ResolvedName, scn: string | null): string {
  if (query !== undefined) return `(\n${queryAt(query, asOf(scn))}\n)`;
  return `${quoteName(owner)}.${quoteName(name)}${asOf(scn)}`;
}

function asOf(scn: string | null): string {
  if (scn === null) return '';
  // A literal, not a bind: it is the same in every statement of a run, and the optimizer need not peek.
  if (!/^\d+$/.test(scn)) throw unusableScn();
  return ` AS OF SCN ${scn}`;
}

/** `WHERE a AND b`, or nothing. */
export function whereAll(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

/**
 * A condition in the user's words. On lines of its own, so that a trailing `--` comment cannot swallow the parenthesis; one that
 * would close it itself is refused, for what follows would then be read beside the bounds of the chunk.
 */
export function userCondition(where: string | null): string[] {
  if (where === null || where.trim() === '') return [];
  if (!isClosed(where)) throw openCondition();
  return [`(\n${where}\n)`];
}

/** Comments, texts (also `q'[…]'`) and quoted names in one piece, where they end; else one character. */
const TOKENS =
  /--[^\n]*|\/\*[^]*?\*\/|n?q'(?:\[[^]*?\]|\{[^]*?\}|<[^]*?>|\([^]*?\)|([^\s[{<(])[^]*?\1)'|'[^']*'|"[^"]*"|[^]/gi;
/** Begins of what never ends; a lone division or minus sign is a token of its own. */
const NEVER_ENDED = new Set([`'`, `"`, ';']);

/** Whether every parenthesis, text and comment that the condition opens is closed in it, and nothing else is. */
function isClosed(where: string): boolean {
  let depth = 0;
  let before = '';
  for (const [token] of where.matchAll(TOKENS)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (depth < 0 || NEVER_ENDED.has(token) || (before === '/' && token === '*')) return false;
    before = token;
  }
  return depth === 0;
}

function openCondition(): MigrationError {
  return new MigrationError(
    'SOURCE_READ_FAILED',
    'a condition has a parenthesis, quote or comment too many, or ends in ;',
    {
      hint: 'Check the `where` of the mapping and --where: each must be one condition that is complete by itself.',
    },
  );
}

function unusableName(): MigrationError {
  return new MigrationError('SOURCE_READ_FAILED', 'a name in the legacy database cannot be quoted', {
    hint: 'Read the table through a view whose names are not empty and hold no double quote.',
  });
}

function unusableScn(): MigrationError {
  return new MigrationError('SOURCE_READ_FAILED', 'the SCN is not a number in decimal digits', {
    hint: 'Start anew with "cutover migrate --restart", which takes a new SCN.',
  });
}
