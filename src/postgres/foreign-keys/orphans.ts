import type { OrphanRule, TableName } from '../../core/ports/target';
import { entityTables, type EntityTable } from '../load/entity-table';
import { AFTER_THE_LOAD } from '../ledger/schema';
import { sameTable, type Place } from '../place';
import type { Session } from '../session';
import { ident, qualified } from '../sql';
import { orphanCondition } from './live-keys';

const SAMPLES = 5;
const FOREIGN_KEY_VIOLATION = '23503';

/** A rule with the tables that it really works on. */
export interface OrphanWork {
  readonly rule: OrphanRule;
  readonly child: TableName;
  readonly parent: TableName;
  /** The entity that fills the parent table in this run; null where none does. */
  readonly parentEntity: EntityTable | null;
}

interface Moving {
  readonly schema: string;
  readonly runId: string;
  readonly work: OrphanWork;
  /** Orphans found after others have been moved owe it to them. */
  readonly round: 'first' | 'later';
}

/** Pairs rules with the tables they work on. */
export async function orphanWorks(
  session: Session,
  place: Place,
  { runId, rules }: { readonly runId: string; readonly rules: readonly OrphanRule[] },
): Promise<OrphanWork[]> {
  const entities = await entityTables(session, place.ledgerSchema, runId);
  return rules.map((rule) => {
    const parent = place.actual(rule.foreignKey.parent);
    const parentEntity = entities.find(({ table }) => sameTable(table, parent)) ?? null;
    return { rule, child: place.written(rule.table), parent, parentEntity };
  });
}

/** Moves the orphans of a key from the table to the rejects, in one statement. How many. */
export async function moveOrphans(session: Session, { schema, runId, work, round }: Moving): Promise<number> {
  const { rule, child, parent } = work;
  const key = keySql('c', rule.keyColumns);
  const moved = await session.query(
    `with parameters as (select $4::text as no_parent, $5::text as parent_entity),
     orphan as (delete from ${qualified(child)} c where ${conditionOf(work)} returning c.*),
     last as (select coalesce(max(ordinal), -1) as ordinal from ${ident(schema)}.reject
       where run = $1 and entity = $2 and chunk = ${AFTER_THE_LOAD})
     insert into ${ident(schema)}.reject (run, entity, chunk, ordinal, stage, key, rowid, property, reason, sql_state, raw)
     select $1, $2, ${AFTER_THE_LOAD}, last.ordinal + row_number() over (order by ${key}),
       'orphan', ${key}, null, $3, ${reasonSql({ schema, work, round })}, '${FOREIGN_KEY_VIOLATION}',
       convert_to(row_to_json(c)::text, 'UTF8')
     from orphan c, last, parameters`,
    [runId, rule.entity, rule.property, `no parent in ${parent.name}`, work.parentEntity?.entity ?? null],
  );
  return moved.rowCount ?? 0;
}

/** Clears the key of orphans, where its columns can be null, and counts the change. How many. */
export async function clearOrphans(
  session: Session,
  { schema, runId, work, columns }: Omit<Moving, 'round'> & { readonly columns: readonly string[] },
): Promise<number> {
  const { rule, child } = work;
  const { rows } = await session.query<{ cleared: string }>(
    `with cleared as (
       update ${qualified(child)} c set ${columns.map((column) => `${ident(column)} = null`).join(', ')}
       where ${conditionOf(work)} returning ${keySql('c', rule.keyColumns)} as key),
     counted as (
       insert into ${ident(schema)}.change_count as total (run, entity, chunk, property, kind, count, sample_keys)
       select $1, $2, ${AFTER_THE_LOAD}, $3, 'orphan→null', count(*), (array_agg(key order by key))[1:${SAMPLES}]
       from cleared having count(*) > 0
       on conflict (run, entity, chunk, property, kind) do update set count = total.count + excluded.count)
     select count(*) as cleared from cleared`,
    [runId, rule.entity, rule.property],
  );
  return Number(rows[0]?.cleared);
}

export async function countOrphansOf(session: Session, work: OrphanWork): Promise<number> {
  const { rows } = await session.query<{ orphans: string }>(
    `select count(*) as orphans from ${qualified(work.child)} c where ${conditionOf(work)}`,
  );
  return Number(rows[0]?.orphans);
}

function conditionOf({ rule, parent }: OrphanWork): string {
  return orphanCondition({ ...rule.foreignKey, parent });
}

/** `parent rejected` where the run has turned the parent away, else `no parent in …`. */
function reasonSql({ schema, work, round }: Omit<Moving, 'runId'>): string {
  if (round === 'later') return `'parent rejected'`;
  const { columns, parentColumns } = work.rule.foreignKey;
  const positions = work.parentEntity?.keyColumns.map((column) => parentColumns.indexOf(column)) ?? [];
  // Only a key that refers to the parent's legacy key can be looked up among the rejects.
  if (positions.length !== columns.length || positions.includes(-1)) return 'parameters.no_parent';
  const same = positions.map((position, part) => {
    return `rtrim(r.key::json ->> ${part}) = rtrim(${textSql('c', columns[position] ?? '')})`;
  });
  // An escaped NUL cannot be read as text; no key in the target has one.
  return `case when exists (select from ${ident(schema)}.reject r where r.run = $1 and r.entity = parameters.parent_entity
    and case when strpos(r.key, '\\u0000') > 0 then false else ${same.join(' and ')} end)
    then 'parent rejected' else parameters.no_parent end`;
}

/** The key of a row as rejects have it: a JSON array of texts, without blanks; empty where it is not carried over. */
function keySql(row: string, columns: readonly string[]): string {
  if (columns.length === 0) return `'[]'`;
  const parts = columns.map((column) => `coalesce(to_json(${textSql(row, column)})::text, 'null')`);
  return `'[' || ${parts.join(` || ',' || `)} || ']'`;
}

/** A value as the legacy key was written: a number without the zeros that its column's scale has added. */
function textSql(row: string, column: string): string {
  const value = `${row}.${ident(column)}`;
  return `case when pg_typeof(${value}) = 'numeric'::regtype
    then regexp_replace(${value}::text, '(\\.\\d*[1-9])0+$|\\.0+$', '\\1') else ${value}::text end`;
}
