import { MigrationError } from '../errors';

/** One piece of a query: comments and white space are left out. */
type Token =
  | { readonly kind: 'table'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'literal' }
  | { readonly kind: 'sign'; readonly text: string };

/** Comments, texts (also `q'[…]'`), marked tables, names (quoted, or with dots), then any one character. */
const TOKENS =
  /--[^\n]*|\/\*[^]*?\*\/|n?q'(?:\[[^]*?\]|\{[^]*?\}|<[^]*?>|\([^]*?\)|([^\s[{<(])[^]*?\1)'|'[^']*'|\{[^{}]*\}|(?:"[^"]*"|[\p{L}_][\p{L}\d_$#]*)(?:\.(?:"[^"]*"|[\p{L}_][\p{L}\d_$#]*))*|[^\s]/giu;
/** A table or view in braces: `{NAME}` or `{OWNER.NAME}`, each part quoted or not. */
const MARKED = /^\{\s*((?:"[^"{}]+"|[\p{L}][\p{L}\d_$#]*)(?:\.(?:"[^"{}]+"|[\p{L}][\p{L}\d_$#]*))?)\s*\}$/u;
/** `JOIN t`, `CROSS APPLY t` */
const BEFORE_TABLE = new Set(['JOIN', 'APPLY']);
const ENDS_FROM = new Set(['WHERE', 'GROUP', 'ORDER', 'HAVING', 'CONNECT', 'START', 'UNION', 'MINUS', 'INTERSECT']);

/**
 * Makes sure that a query can be read at the run's SCN: every table and view in it stands in braces, where `queryAt` puts the SCN.
 * Throws MAPPING_INVALID, naming the query and what is wrong with it.
 */
export function checkQuery(name: string, query: string): void {
  const tokens = tokensOf(query);
  const [first] = tokens;
  if (first?.kind !== 'word' || !['SELECT', 'WITH'].includes(first.text.toUpperCase())) {
    throw queryFault(name, 'does not begin with SELECT or WITH');
  }
  if (tokens.some((token) => token.kind === 'sign' && (token.text === ';' || token.text === ':'))) {
    throw queryFault(name, 'has a ; or a bind variable');
  }
  const wrong = tokens.find((token) => token.kind === 'table' && !MARKED.test(token.text));
  if (wrong?.kind === 'table') throw queryFault(name, `has ${wrong.text} where a table or view is meant`);
  const bare = unmarkedTable(tokens);
  if (bare !== null) throw queryFault(name, `reads ${bare} without braces, and so not at the SCN of the run`);
  if (!tokens.some(({ kind }) => kind === 'table')) throw queryFault(name, 'marks no table');
}

/** The query as Oracle reads it, with `asOf` (` AS OF SCN n`, or nothing) behind each of its tables. */
export function queryAt(query: string, asOf: string): string {
  return query.replace(TOKENS, (token) => {
    const [, table] = MARKED.exec(token) ?? [];
    return table === undefined ? token : table + asOf;
  });
}

/** The tables and views of a query as it writes them, `NAME` or `OWNER.NAME` without quotes, each once. */
export function tablesInQuery(query: string): string[] {
  const names = tokensOf(query).flatMap((token) =>
    token.kind === 'table' ? [MARKED.exec(token.text)?.[1] ?? ''] : [],
  );
  return [...new Set(names.map((name) => name.replaceAll('"', '')))].filter((name) => name !== '');
}

function tokensOf(query: string): Token[] {
  return [...query.matchAll(TOKENS)].flatMap(([text]): Token[] => {
    if (text.startsWith('--') || text.startsWith('/*')) return [];
    if (/^(n?q)?'/i.test(text)) return [{ kind: 'literal' }];
    if (text.startsWith('{')) return [{ kind: 'table', text }];
    return [/^["\p{L}_]/u.test(text) ? { kind: 'word', text } : { kind: 'sign', text }];
  });
}

/** A pair of parentheses, or the whole: whether it is a query of its own, and whether a table comes next. */
interface Level {
  kind: 'query' | 'tables' | 'other';
  inFrom: boolean;
  tableNext: boolean;
}

/** The first name that stands where a table is read and is not marked; null where there is none. */
function unmarkedTable(tokens: readonly Token[]): string | null {
  const named = withNames(tokens);
  const levels: Level[] = [{ kind: 'query', inFrom: false, tableNext: false }];
  for (const token of tokens) {
    const level = levels.at(-1);
    if (level === undefined) return null;
    if (token.kind === 'sign') stepSign(token.text, levels, level);
    else if (token.kind === 'word') {
      if (!isKeyword(token.text, level) && level.tableNext && !named.has(token.text.toUpperCase())) return token.text;
      stepWord(token.text.toUpperCase(), level);
    } else level.tableNext = false;
  }
  return null;
}

function stepSign(sign: string, levels: Level[], level: Level): void {
  if (sign === '(') {
    // `from (a join b)` is a list of tables, unless a SELECT follows.
    levels.push({ kind: level.tableNext ? 'tables' : 'other', inFrom: level.tableNext, tableNext: level.tableNext });
    level.tableNext = false;
  } else if (sign === ')') levels.pop();
  else if (sign === ',' && level.inFrom) level.tableNext = true;
}

/** Words that are never the name of a table where one is expected. */
function isKeyword(word: string, { tableNext }: Level): boolean {
  return tableNext && ['SELECT', 'WITH'].includes(word.toUpperCase());
}

function stepWord(word: string, level: Level): void {
  if (word === 'SELECT' || word === 'WITH') {
    Object.assign(level, { kind: 'query', inFrom: false, tableNext: false });
  } else if (word === 'FROM' && level.kind === 'query') {
    // Elsewhere it is a function's: EXTRACT(YEAR FROM d).
    Object.assign(level, { inFrom: true, tableNext: true });
  } else if (BEFORE_TABLE.has(word) && level.inFrom) level.tableNext = true;
  else {
    level.tableNext = false;
    if (ENDS_FROM.has(word)) level.inFrom = false;
  }
}

/** DUAL, and what the query itself names by WITH: `name [(…)] AS (`. */
function withNames(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set(['DUAL', 'SYS.DUAL']);
  tokens.forEach((token, index) => {
    if (token.kind !== 'word' || token.text.toUpperCase() !== 'AS' || !isSign(tokens[index + 1], '(')) return;
    let at = index - 1;
    if (isSign(tokens[at], ')')) at = tokens.slice(0, at).findLastIndex((before) => isSign(before, '(')) - 1;
    const name = tokens[at];
    if (name?.kind === 'word') names.add(name.text.toUpperCase());
  });
  return names;
}

function isSign(token: Token | undefined, text: string): boolean {
  return token?.kind === 'sign' && token.text === text;
}

function queryFault(name: string, fault: string): MigrationError {
  return new MigrationError('MAPPING_INVALID', `the query ${name} ${fault}`, {
    hint: 'Write one SELECT with every table and view in braces: select o.ID from {SHOP.ORDERS} o.',
    facts: { query: name },
  });
}
