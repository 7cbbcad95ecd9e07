import type { SideObject } from '../../core/run/outcomes';
import type { TableName } from '../../core/ports/target';
import type { Definition } from './definitions';
import { mayReadLedger } from '../ledger/schema/ledger-rights';
import type { PlainIndex } from './plain-indexes';
import type { Session } from '../session/session';
import { ident, qualified } from '../session/sql';

/** A trigger, a rule or an index that is to be set aside, with the statements that take it away and bring it back. */
export interface LiveObject {
  readonly kind: SideObject['kind'];
  readonly table: TableName;
  readonly name: string;
  readonly removal: string;
  readonly restoration: string;
  /** Of a trigger or a rule: what stays the same when it is renamed. */
  readonly oid?: string;
  /** Of an index that refuses a row for its size alone: what rows are tried by while it is away. */
  readonly index?: PlainIndex;
  /** Of a trigger or a rule: what it is. */
  readonly defined?: Definition;
}

/** One that is set aside at present. */
export interface AsideObject extends Omit<LiveObject, 'removal' | 'index'> {
  readonly seq: string;
}

interface Row {
  readonly seq: string;
  readonly kind: SideObject['kind'];
  readonly schema_name: string;
  readonly table_name: string;
  readonly object: string;
  readonly restore_sql: string;
  readonly oid: string | null;
}

/**
 * Notes an object as set aside; in the transaction that takes it away. One of its name that a killed start has left aside is there again
 * as its owner has made it since: what was noted of the former one is done with.
 */
export async function journalObject(
  session: Session,
  schema: string,
  { runId, object }: { readonly runId: string; readonly object: LiveObject },
): Promise<void> {
  const { kind, table, name, restoration, oid, index, defined } = object;
  await session.query(
    `update ${ident(schema)}.journal set state = 'restored', closed_at = clock_timestamp()
     where run = $1 and kind = $2 and schema_name = $3 and table_name = $4 and object = $5 and state = 'aside'`,
    [runId, kind, table.schema, table.name, name],
  );
  await session.query(
    `insert into ${ident(schema)}.journal (run, kind, schema_name, table_name, object, restore_sql, details, state)
     values ($1, $2, $3, $4, $5, $6, $7, 'aside')`,
    [...[runId, kind, table.schema, table.name, name, restoration], JSON.stringify({ oid, index, ...defined })],
  );
}

/** What the run has to restore, in the order of the journal. */
export async function objectsAside(session: Session, schema: string, runId: string): Promise<AsideObject[]> {
  const { rows } = await session.query<Row>(
    `select seq, kind, schema_name, table_name, object, restore_sql, details ->> 'oid' as oid from ${ident(schema)}.journal
     where kind in ('trigger', 'rule', 'index') and state = 'aside' and run = $1 order by seq`,
    [runId],
  );
  return rows.map((row) => ({
    seq: row.seq,
    kind: row.kind,
    table: { schema: row.schema_name, name: row.table_name },
    name: row.object,
    restoration: row.restore_sql,
    ...(row.oid === null ? {} : { oid: row.oid }),
  }));
}

/** The triggers and rules of a table that are set aside at present, whichever run did it; by name. */
export async function triggersAside(session: Session, schema: string, table: TableName): Promise<string[]> {
  if (!(await mayReadLedger(session, schema))) return [];
  const { rows } = await session.query<{ object: string }>(
    `select object from ${ident(schema)}.journal
     where kind in ('trigger', 'rule') and state = 'aside' and schema_name = $1 and table_name = $2 order by object`,
    [table.schema, table.name],
  );
  return rows.map(({ object }) => object);
}

/** Takes over what a run that was never finished has set aside of a table and its partitions. */
export async function adoptObjects(
  session: Session,
  schema: string,
  { runId, table }: { readonly runId: string; readonly table: TableName },
): Promise<void> {
  await session.query(
    `update ${ident(schema)}.journal set run = $1
     where kind in ('trigger', 'rule', 'index') and state = 'aside' and to_regclass(format('%I.%I', schema_name, table_name))
       in (select to_regclass($2) union select relid from pg_partition_tree(to_regclass($2)))`,
    [runId, qualified(table)],
  );
}

/** Notes an object as restored, under the name and as what it is now; in the transaction that brings it back. */
export async function closeObject(
  session: Session,
  schema: string,
  { seq, name, restoration, defined }: Pick<AsideObject, 'seq' | 'name' | 'restoration' | 'defined'>,
): Promise<void> {
  await session.query(
    `update ${ident(schema)}.journal set state = 'restored', closed_at = clock_timestamp(), object = $2, restore_sql = $3,
       details = details || $4::jsonb where seq = $1`,
    [seq, name, restoration, JSON.stringify(defined ?? {})],
  );
}

/** Indexes first: while they are built, no trigger or rule is in force. */
export function inRestoringOrder(objects: readonly AsideObject[]): AsideObject[] {
  return (['index', 'trigger', 'rule'] as const).flatMap((kind) => objects.filter((object) => object.kind === kind));
}
