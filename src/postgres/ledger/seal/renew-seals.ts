import { onlyRow, type Session } from '../../session/session';
import { ident } from '../../session/sql';
import { RUN_TABLES, type LedgerTable } from '../schema/tables';
import { chainedDigests, chainTrigger, isChained, linkAll } from './chain';
import { accountDigests } from './digest';
import { IS_OURS, NUMBER, SEALED_COLUMNS, sealedRows, type SealedColumns } from './sealed-rows';

/** From which version the ledger was upgraded, and what its seals are to be over. */
interface Renewal {
  readonly from: number;
  readonly columns?: SealedColumns;
}

/**
 * Makes the seals over the columns that this build names, after the last step of a new or upgraded ledger, in its transaction. The digests
 * so far are kept, one for each number of validations. Each sum changes by the difference of both forms of the rows, so that an edit before
 * the upgrade is still found after.
 */
export async function renewSeals(
  session: Session,
  schema: string,
  { from, columns = SEALED_COLUMNS }: Renewal,
): Promise<void> {
  const s = ident(schema);
  const before = await sealedColumnsOf(session, schema);
  if (before.size > 0) await keepDigests(session, schema, { version: from, columns: before });
  const columnsOf = (table: LedgerTable): readonly string[] => columns.get(table) ?? [];
  const changed = RUN_TABLES.filter((table) => before.get(table)?.join() !== columnsOf(table).join());
  const filled = await tablesWithRows(session, s, changed);
  for (const table of filled) await reseal(session, s, { table, was: before.get(table), is: columnsOf(table) });
  await noteColumns(session, s, new Map(changed.map((table) => [table, columnsOf(table)])));
  await session.query(RUN_TABLES.map((table) => triggersOf(s, table, columnsOf(table))).join('\n'));
  if (!isChained(columns)) return;
  if (filled.includes('validation')) await session.query(linkAll(s, columns));
  await session.query(chainTrigger(schema, columns));
}

/** Those that add nothing to a sum are left out: all tables of a new ledger. */
async function tablesWithRows(session: Session, s: string, tables: readonly LedgerTable[]): Promise<LedgerTable[]> {
  if (tables.length === 0) return [];
  const asked = tables.map((table) => `exists (select from ${s}.${table}) as ${table}`);
  const { rows } = await session.query<Partial<Record<LedgerTable, boolean>>>(`select ${asked.join(', ')}`);
  const filled = onlyRow(rows);
  return tables.filter((table) => filled[table] === true);
}

/** Which columns the seals are over from now on. */
async function noteColumns(session: Session, s: string, columns: SealedColumns): Promise<void> {
  if (columns.size === 0) return;
  const places = [...columns.keys()].map((_, at) => `($${2 * at + 1}, $${2 * at + 2}::text[])`).join(', ');
  await session.query(
    `insert into ${s}.sealed_columns (table_name, columns) values ${places} on conflict (table_name) do update set columns = excluded.columns`,
    [...columns].flat(),
  );
}

/** What the seals of a ledger are over; empty where it has none. */
export async function sealedColumnsOf(session: Session, schema: string): Promise<SealedColumns> {
  const { rows } = await session.query<{ table_name: string; columns: string[] }>(
    `select table_name, columns from ${ident(schema)}.sealed_columns`,
  );
  return new Map(rows.map(({ table_name: table, columns }) => [table, columns]));
}

async function keepDigests(
  session: Session,
  schema: string,
  { version, columns }: { readonly version: number; readonly columns: SealedColumns },
): Promise<void> {
  const s = ident(schema);
  const of = (table: LedgerTable): string => `${s}.${table}`;
  const accounts = `select run, null::int as validations, digest from (${accountDigests(of, columns)}) a`;
  for (const digests of [accounts, ...(isChained(columns) ? [chainedDigests(of, columns)] : [])]) {
    await session.query(
      `insert into ${s}.former_digest (run, version, validations, digest) select run, $1, validations, digest from (${digests}) d
       on conflict do nothing`,
      [version],
    );
  }
}

async function reseal(
  session: Session,
  s: string,
  {
    table,
    was,
    is,
  }: { readonly table: LedgerTable; readonly was: readonly string[] | undefined; readonly is: readonly string[] },
): Promise<void> {
  const rows = [
    signed(sealedRows(table, is, `${s}.${table}`), 1),
    ...(was === undefined ? [] : [signed(sealedRows(table, was, `${s}.${table}`), -1)]),
  ];
  await session.query(addSeals(s, rows));
}

function signed(rows: string, sign: 1 | -1): string {
  return `select run, part, ${sign} as rows, ${sign} * ${NUMBER} as number from (${rows}) hashed`;
}

/** SQL: adds rows, and takes away others, from the seals of their parts. */
function addSeals(s: string, rows: readonly string[]): string {
  return `insert into ${s}.seal as t (run, part, rows, sum)
    select run, part, sum(rows), sum(number) from (${rows.join(' union all ')}) changed group by run, part order by run, part
    on conflict (run, part) do update set rows = t.rows + excluded.rows, sum = t.sum + excluded.sum`;
}

/**
 * What one statement has changed, by its transition tables: a sum takes any number of rows in any order, and an edit by others stays in it
 * for good. A part without rows is dropped where nothing is left over.
 */
function triggersOf(s: string, table: LedgerTable, columns: readonly string[]): string {
  const [added, removed] = [
    signed(sealedRows(table, columns, 'added'), 1),
    signed(sealedRows(table, columns, 'removed'), -1),
  ];
  const call = `for each statement execute function ${s}.seal_${table}()`;
  const trigger = (name: string, when: string): string =>
    `drop trigger if exists seal_${name} on ${s}.${table}; create trigger seal_${name} after ${name} on ${s}.${table} ${when} ${call};`;
  return `
    create or replace function ${s}.seal_${table}() returns trigger language plpgsql as $seal$
    begin
      if ${IS_OURS} then
        if tg_op = 'INSERT' then ${addSeals(s, [added])};
        elsif tg_op = 'UPDATE' then ${addSeals(s, [added, removed])};
        else ${addSeals(s, [removed])};
          delete from ${s}.seal t where t.rows = 0 and t.sum = 0 and t.run in (select ${table === 'run' ? 'id' : 'run'} from removed);
        end if;
      end if;
      return null;
    end $seal$;
    ${trigger('insert', 'referencing new table as added')}
    ${trigger('update', 'referencing old table as removed new table as added')}
    ${trigger('delete', 'referencing old table as removed')}`;
}
