import { visibleSql } from '../../../core/words/visible-sql';
import { MigrationError } from '../../../core/errors';
import { onlyRow, type Session } from '../../session/session';
import { ident } from '../../session/sql';
import { sqlStateOf } from '../../session/sqlstate';
import { LEDGER_STEPS, LEDGER_VERSION } from './steps';

/** Of a ledger that was made before ledgers had a version. */
export const UNVERSIONED = 0;

/** SQL with $1 the schema and $2 columns as `table.column`: for each, whether the schema has it. Read as rows, so that it is of the statement's moment. */
const THERE = `array(select exists (
    select from pg_namespace n join pg_class c on c.relnamespace = n.oid join pg_attribute a on a.attrelid = c.oid
    where n.nspname = $1 and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
      and c.relname = split_part(m.name, '.', 1) and a.attname = split_part(m.name, '.', 2))
  from unnest($2::text[]) with ordinality m(name, nth) order by nth)`;
/** SQL: the relation `c` has a number of a version, as `install` makes it. */
const HAS_NUMBER = `exists (select from pg_attribute a
    where a.attrelid = c.oid and a.attname = 'version' and a.atttypid = 'int4'::regtype and not a.attisdropped)`;
const TABLES = ['r', 'p'];
/** What else may bear the name of the table, by `pg_class.relkind`, in the words of DROP. */
const OTHERS = new Map([
  ['v', 'view'],
  ['m', 'materialized view'],
  ['f', 'foreign table'],
  ['S', 'sequence'],
  ['i', 'index'],
  ['I', 'index'],
  ['c', 'type'],
]);
/** SQLSTATEs of a table, column or right that is not there any more, or of a column of another type. */
const GONE: ReadonlySet<string> = new Set(['42P01', '42703', '42501', '42883', '42809', '3F000']);
const LEFT_BY_STEPS = LEDGER_STEPS.map(({ leaves }) => leaves);
/** By connection and schema, the version that the tables were found to have: they are looked at once, and again when the version has changed. */
const known = new WeakMap<Session['client'], Map<string, number>>();

/**
 * The version of the ledger in a schema; null where there is none (a schema without tables does not count). Throws LEDGER_NEWER where
 * this build does not know it, and LEDGER_VERSION_WRONG where its tables are not those of the version that it says.
 */
export async function ledgerVersion(session: Session, schema: string): Promise<number | null> {
  const before = known.get(session.client)?.get(schema);
  if (before !== undefined && (await stillSays(session, schema, before))) return before;
  known.get(session.client)?.delete(schema);
  const { rows } = await session.query<{ run: boolean; kind: string | null; counts: boolean; readable: boolean }>(
    `select coalesce(bool_or(c.relname = 'run' and c.relkind in ('r', 'p')), false) as run,
       max(c.relkind::text) filter (where c.relname = 'schema_version') as kind,
       coalesce(bool_or(c.relname = 'schema_version' and ${HAS_NUMBER}), false) as counts,
       coalesce(bool_and(has_schema_privilege(c.relnamespace, 'usage') and has_table_privilege(c.oid, 'select')), true) as readable
     from pg_class c where c.relnamespace = to_regnamespace($1) and c.relname in ('run', 'schema_version')`,
    [ident(schema)],
  );
  const { run, kind, counts, readable } = onlyRow(rows);
  if (!run) return null;
  // Whoever may not read the version may not read the ledger; that is said where it is read.
  if (!readable) return UNVERSIONED;
  if (kind === null) return unversioned(session, schema);
  if (!TABLES.includes(kind) || !counts) throw await misshapen(session, schema, kind);
  const now = await lookedAt(session, schema);
  known.set(session.client, new Map(known.get(session.client)).set(schema, now));
  return now;
}

/** False too where it has become another thing, or none: then it is looked at anew. */
async function stillSays(session: Session, schema: string, version: number): Promise<boolean> {
  try {
    const { rows } = await session.query<{ version: unknown }>(
      `select max(version) as version from ${ident(schema)}.schema_version`,
    );
    return onlyRow(rows).version === version;
  } catch (error) {
    if (GONE.has(sqlStateOf(error) ?? '')) return false;
    throw error;
  }
}

async function lookedAt(session: Session, schema: string): Promise<number> {
  const found = await session.query<{ version: number | null; empty: boolean; there: boolean[] }>(
    `select max(version) as version, count(*) = 0 as empty, ${THERE} as there from ${ident(schema)}.schema_version`,
    [schema, LEFT_BY_STEPS],
  );
  const { version, empty, there } = onlyRow(found.rows);
  return held({ schema, said: version ?? (empty ? 'no row' : 'no number'), there });
}

/** Of tables without a number; asked of one moment, for another process may be upgrading them. */
async function unversioned(session: Session, schema: string): Promise<number> {
  const { rows } = await session.query<{ versioned: boolean; there: boolean[] }>(
    `select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relname = 'schema_version' and c.relkind in ('r', 'p')) as versioned, ${THERE} as there`,
    [schema, LEFT_BY_STEPS],
  );
  const { versioned, there } = onlyRow(rows);
  return versioned ? lookedAt(session, schema) : held({ schema, said: 'no table', there });
}

/** Of what stands in the place of the table with the number: no table, or one whose `version` is no integer. */
async function misshapen(session: Session, schema: string, kind: string): Promise<MigrationError> {
  const { rows } = await session.query<{ there: boolean[] }>(`select ${THERE} as there`, [schema, LEFT_BY_STEPS]);
  return versionWrong({ schema, said: { instead: OTHERS.get(kind) ?? 'table' }, there: onlyRow(rows).there });
}

/** What a ledger says of its version, and which columns it has of those that the steps have left. */
interface Found {
  readonly schema: string;
  readonly said: number | 'no table' | 'no row' | 'no number' | { readonly instead: string };
  readonly there: readonly boolean[];
}

/** The version that the ledger says, held against its tables. */
function held(found: Found): number {
  const { schema, said, there } = found;
  const version = typeof said === 'number' ? said : UNVERSIONED;
  if (version > LEDGER_VERSION) throw ledgerNewer(schema, version);
  if (version !== versionOf(there)) throw versionWrong(found);
  return version;
}

/** Of which version tables are; null where they are of none. */
function versionOf(there: readonly boolean[]): number | null {
  const version = there.lastIndexOf(true) + 1;
  return there.indexOf(false) === version || !there.includes(false) ? version : null;
}

function ledgerNewer(schema: string, version: number): MigrationError {
  return new MigrationError(
    'LEDGER_NEWER',
    `the ledger in schema ${schema} has version ${version}, this cutover knows up to version ${LEDGER_VERSION}`,
    {
      hint: `Nothing was changed. Use the version of cutover that wrote it, or a later one. If no later one did, the number in ${ident(schema)}.schema_version was edited by hand.`,
      facts: { schema, version, known: LEDGER_VERSION },
    },
  );
}

function versionWrong({ schema, said, there }: Found): MigrationError {
  const version = versionOf(there);
  const table = `${ident(schema)}.schema_version`;
  const says = wordsOf(said);
  const missing = LEFT_BY_STEPS.filter((_, index) => there[index] === false);
  const are = version === null ? `lack ${missing.join(', ')}` : `are those of version ${version}`;
  return new MigrationError('LEDGER_VERSION_WRONG', `${table} ${says}, but the tables of the ledger ${are}`, {
    hint: `Nothing was changed. ${version === null ? DAMAGED : `Put it right, then run it again: ${visibleSql(correction(table, said, version))}`}`,
    facts: { schema, found: typeof said === 'object' ? 'another form' : String(said), expected: version ?? 'none' },
  });
}

const DAMAGED =
  'Tables or columns of the ledger were dropped by hand: bring them back from a backup of the target, or drop the schema and load anew.';

function wordsOf(said: Found['said']): string {
  if (typeof said === 'number') return `says ${said}`;
  if (typeof said !== 'object') return said === 'no table' ? 'is missing' : `has ${said}`;
  return said.instead === 'table' ? 'has no integer column version' : `is no table but a ${said.instead}`;
}

/** SQL: makes the table with the number of the version, which has one row. */
export function versionTableSql(table: string): string {
  return `create table if not exists ${table} (version int not null); alter table ${table} replica identity full; create unique index if not exists schema_version_one_row on ${table} ((true))`;
}

function correction(table: string, said: Found['said'], version: number): string {
  const insert = `insert into ${table} (version) values (${version});`;
  if (said === 'no row') return insert;
  const anew = `${versionTableSql(table)}; ${insert}`;
  if (said === 'no table') return anew;
  return typeof said === 'object'
    ? `drop ${said.instead} ${table}; ${anew}`
    : `update ${table} set version = ${version};`;
}
