import type { Place } from '../../session/place';
import type { Session } from '../../session/session';
import { ident } from '../../session/sql';
import { LEDGER_COLUMNS, LEDGER_TABLES, type LedgerColumn, type LedgerColumnOf, type LedgerTable } from './tables';
import { requireReading } from './ledger-rights';
import { LEDGER_VERSION } from './steps';
import { ledgerVersion } from './version';

/** A ledger of this version or an earlier one, as statements that only read it see it: with every table and column of this version. */
export interface ReadableLedger {
  readonly version: number;
  /** Whether it has seals over the rows of its runs. */
  readonly sealed: boolean;
  /** SQL to follow `from`, before an alias: the table, or what stands for it in a ledger that lacks it or some of its columns. */
  readonly of: (table: LedgerTable) => string;
  /** Whether it has the table, or that column of it. */
  readonly has: <Table extends LedgerTable>(table: Table, column?: LedgerColumnOf<Table>) => boolean;
}

/** The tables of a ledger of this version. */
export function tablesIn(schema: string): ReadableLedger['of'] {
  return (table) => `${ident(schema)}.${table}`;
}

/** Null where there is no ledger. Asked anew for each question: a ledger may be upgraded meanwhile. Throws LEDGER_NEWER, TARGET_RIGHTS. */
export async function readableLedger(session: Session, schema: string): Promise<ReadableLedger | null> {
  const version = await ledgerVersion(session, schema);
  if (version === null) return null;
  await requireReading(session, schema);
  // It need not be asked for what its version says.
  if (version === LEDGER_VERSION) return { version, has: () => true, sealed: true, of: tablesIn(schema) };
  const there = await columnsThere(session, schema);
  const has = (table: LedgerTable, column?: string): boolean => {
    const columns = there.get(table);
    return columns !== undefined && (column === undefined || columns.has(column));
  };
  return { version, has, sealed: there.has('seal'), of: (table) => standIn(schema, table, there.get(table)) };
}

async function columnsThere(session: Session, schema: string): Promise<Map<string, ReadonlySet<string>>> {
  const { rows } = await session.query<{ name: string; columns: string[] }>(
    `select c.relname::text as name, array_agg(a.attname::text) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
     where n.nspname = $1 and c.relname = any ($2) and a.attnum > 0 and not a.attisdropped group by c.relname`,
    [schema, LEDGER_TABLES],
  );
  return new Map(rows.map(({ name, columns }) => [name, new Set(columns)]));
}

function standIn(schema: string, table: LedgerTable, there: ReadonlySet<string> | undefined): string {
  const columns: [string, LedgerColumn][] = Object.entries(LEDGER_COLUMNS[table]);
  if (there === undefined)
    return `(select ${columns.map(([name, { type }]) => nullAs(type, name)).join(', ')} where false)`;
  const name = `${ident(schema)}.${table}`;
  if (columns.every(([column]) => there.has(column))) return name;
  const items = columns.map(([column, { type, before }]) => {
    if (there.has(column)) return column;
    return before === undefined ? nullAs(type, column) : `${before(schema)} as ${column}`;
  });
  return `(select ${items.join(', ')} from ${name})`;
}

function nullAs(type: string, name: string): string {
  return `null::${type} as ${name}`;
}

/** Runs `work` over the ledger with a session of the place; answers `none` where there is no ledger. */
export function readingLedger<T>(
  place: Place,
  none: T,
  work: (session: Session, ledger: ReadableLedger) => Promise<T>,
): Promise<T> {
  return place.sessions.use(async (session) => {
    const ledger = await readableLedger(session, place.ledgerSchema);
    return ledger === null ? none : work(session, ledger);
  });
}
