import type { TableName, TargetForeignKey } from '../../core/ports/target';
import { mayReadLedger } from '../ledger/schema/ledger-rights';
import { onlyRow, type Session } from '../session/session';
import { ident } from '../session/sql';
import type { LiveForeignKey } from '../catalogue/live-keys';

/** `aside`: dropped, to be restored; `not-valid`: restored, but some rows break it. */
export type JournalState = 'aside' | 'restored' | 'not-valid';

/** A foreign key that a run has set aside. */
export interface JournalKey extends LiveForeignKey {
  readonly seq: string;
  readonly table: TableName;
  readonly state: JournalState;
}

interface Row {
  readonly seq: string;
  readonly schema_name: string;
  readonly table_name: string;
  readonly object: string;
  readonly restore_sql: string;
  readonly details: Omit<TargetForeignKey, 'name'> & {
    readonly validated: boolean;
    readonly comment: string | null;
  };
  readonly state: JournalState;
}

const KIND = 'foreign-key';

/** The keys of a table that are set aside at present, whichever run did it. */
export async function openJournalKeys(session: Session, schema: string, table: TableName): Promise<JournalKey[]> {
  if (!(await mayReadLedger(session, schema))) return [];
  const { rows } = await session.query<Row>(
    `select * from ${ident(schema)}.journal
     where kind = $1 and state = 'aside' and schema_name = $2 and table_name = $3 order by seq`,
    [KIND, table.schema, table.name],
  );
  return rows.map(keyOf);
}

/** The keys that the run has set aside, restored ones included. */
export async function journalKeysOf(session: Session, schema: string, runId: string): Promise<JournalKey[]> {
  const { rows } = await session.query<Row>(
    `select * from ${ident(schema)}.journal where kind = $1 and run = $2 order by seq`,
    [KIND, runId],
  );
  return rows.map(keyOf);
}

/** The keys that any run, or any but one, has aside at present, of tables that are there. */
export async function keysAside(session: Session, schema: string, but: string | null): Promise<JournalKey[]> {
  const { rows } = await session.query<Row>(
    `select * from ${ident(schema)}.journal where kind = $1 and state = 'aside' and run is distinct from $2
       and to_regclass(format('%I.%I', schema_name, table_name)) is not null order by seq`,
    [KIND, but],
  );
  return rows.map(keyOf);
}

/** Notes a key: `aside` before it is dropped, in the same transaction. */
export async function journalKey(session: Session, schema: string, entry: NewEntry): Promise<JournalKey> {
  const { runId, table, key, state } = entry;
  const { rows } = await session.query<Row>(
    `insert into ${ident(schema)}.journal (run, kind, schema_name, table_name, object, restore_sql, details, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning *`,
    [runId, KIND, table.schema, table.name, key.name, key.definition, JSON.stringify(detailsOf(key)), state],
  );
  return keyOf(onlyRow(rows));
}

/** What the journal keeps of a key beside its name and definition. */
export function detailsOf({
  columns,
  parent,
  parentColumns,
  match,
  validated,
  comment,
}: LiveForeignKey): Row['details'] {
  return { columns, parent, parentColumns, ...(match === undefined ? {} : { match }), validated, comment };
}

interface NewEntry {
  readonly runId: string;
  readonly table: TableName;
  readonly key: LiveForeignKey;
  readonly state: JournalState;
}

/** Takes over what a run that was never finished has set aside of a table. */
export async function adoptKeys(
  session: Session,
  schema: string,
  owner: { readonly runId: string; readonly table: TableName },
): Promise<void> {
  await session.query(
    `update ${ident(schema)}.journal set run = $1
     where kind = $2 and state = 'aside' and schema_name = $3 and table_name = $4`,
    [owner.runId, KIND, owner.table.schema, owner.table.name],
  );
}

export async function closeKey(
  session: Session,
  schema: string,
  { seq, state }: { readonly seq: string; readonly state: JournalState },
): Promise<void> {
  await session.query(`update ${ident(schema)}.journal set state = $2, closed_at = clock_timestamp() where seq = $1`, [
    seq,
    state,
  ]);
}

/** Adds to the orphans of a key; in the transaction that moves or clears them. */
export async function addOrphans(
  session: Session,
  schema: string,
  { seq, orphans }: { readonly seq: string; readonly orphans: number },
): Promise<void> {
  await session.query(`update ${ident(schema)}.journal set orphans = orphans + $2 where seq = $1`, [seq, orphans]);
}

function keyOf(row: Row): JournalKey {
  return {
    seq: row.seq,
    table: { schema: row.schema_name, name: row.table_name },
    name: row.object,
    definition: row.restore_sql,
    state: row.state,
    ...row.details,
    // Entries of earlier versions say it in the definition only.
    match: row.details.match ?? (row.restore_sql.includes(' MATCH FULL') ? 'full' : 'simple'),
  };
}
