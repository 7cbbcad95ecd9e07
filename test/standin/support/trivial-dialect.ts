import { notImplemented, OraError } from '../../../src/standin/contract/ora-error';
import type { BackendError, Dialect, OracleColumn, Translation } from '../../../src/standin/contract/translation';

const KINDS: readonly (readonly [RegExp, Translation['kind']])[] = [
  [/^\s*(select|with|\()/i, 'query'],
  [/^\s*(insert|update|delete|merge)\b/i, 'dml'],
  [/^\s*(create|drop|alter\s+table|truncate)\b/i, 'ddl'],
  [/^\s*alter\s+session\b/i, 'alter-session'],
  [/^\s*commit\b/i, 'commit'],
  [/^\s*rollback\b/i, 'rollback'],
  [/^\s*savepoint\b/i, 'savepoint'],
];

/**
 * A dialect that is PostgreSQL's own, but for placeholders, `dual`, `AS OF SCN` and `:new_scn`: enough to test the wire and
 * the session by themselves. Identifiers are as PostgreSQL reads them. `columns` names true Oracle types by column name.
 */
export function trivialDialect(
  columns: Readonly<Record<string, Omit<OracleColumn, 'name' | 'nullable'>>> = {},
): Dialect & {
  learn(tableOid: number, attnum: number, name: string): void;
} {
  const known = new Map<string, OracleColumn>();
  return {
    translate,
    columnOf: (tableOid, attnum) => known.get(`${tableOid}.${attnum}`),
    refresh: () => Promise.resolve(),
    errorFor,
    learn: (tableOid, attnum, name) => {
      const type = columns[name.toUpperCase()];
      if (type) known.set(`${tableOid}.${attnum}`, { name, nullable: true, ...type });
    },
  };
}

const PLACEHOLDER = /'(?:[^']|'')*'|:(\w+)/g;

function translate(sql: string): Translation {
  const kind = KINDS.find(([pattern]) => pattern.test(sql))?.[1];
  if (!kind) throw notImplemented(`the statement ${sql.trim().split(/\s/)[0] ?? ''}`);
  const parameters: Translation['parameters'][number][] = [];
  let bindCount = 0;
  let asOfScn: Translation['asOfScn'];
  const text = sql
    .replace(/\s+as\s+of\s+scn\s+(:\w+|\d+)/i, (_, scn: string) => {
      if (scn.startsWith(':')) asOfScn = [{ bind: bindCount++ }];
      else asOfScn = [scn];
      return '';
    })
    .replace(PLACEHOLDER, (match, name: string | undefined) => {
      if (name === undefined) return match;
      if (name === 'new_scn') parameters.push({ from: 'new-scn' });
      else parameters.push({ from: 'bind', index: bindCount++, as: name.startsWith('rid') ? 'rowid' : 'value' });
      return `$${parameters.length}`;
    })
    .replace(/\s+from\s+dual\b/i, '');
  return {
    kind,
    text: kind === 'rollback' || kind === 'commit' ? text.replace(/^\s*(rollback|commit)\s*$/i, '') : text,
    parameters,
    bindCount,
    locks: /\bfor\s+update\b/i.test(sql),
    tables: [...sql.matchAll(/\b(?:from|into|table|update)\s+(\w+)/gi)].map(
      ([, table]) => `ABIS.${(table ?? '').toUpperCase()}`,
    ),
    ...(asOfScn === undefined ? {} : { asOfScn }),
    ...(kind === 'alter-session' ? { settings: settingsOf(sql) } : {}),
  };
}

function settingsOf(sql: string): Record<string, string> {
  const match = /set\s+(\w+)\s*=\s*'?([^']*)'?/i.exec(sql);
  return match ? { [(match[1] ?? '').toUpperCase()]: match[2] ?? '' } : {};
}

const CODES: Readonly<Record<string, number>> = {
  '42P01': 942,
  '23505': 1,
  '23502': 1400,
  '22012': 1476,
  '55P03': 54,
  '22P02': 1722,
};

function errorFor(error: BackendError): { ora: number; message: string; position: number } {
  const { ora, message } = new OraError(CODES[error.sqlState] ?? 20000, `${error.message} [${error.sqlState}]`);
  return { ora, message, position: error.position === undefined ? -1 : error.position - 1 };
}
