import type { DatabaseError } from 'pg';
import { MigrationError } from '../../core/errors';
import { otherPolicies, possiblePolicies, type OrphanKey } from '../../core/mapping/orphan-policies';
import { sameTable } from '../../core/mapping/table-name';
import type { OrphanPolicy } from '../../core/mapping/table-mapping';
import { ORPHAN_CLEARED } from '../../core/run/change-names';
import type { OrphanRule, TableName } from '../../core/ports/target';
import { entityTables, type EntityTable } from '../ledger/entity-table';
import { AFTER_THE_LOAD } from '../ledger/schema/schema';
import { recordRewrite, writtenBySql } from '../ledger/written-by';
import type { Place } from '../session/place';
import { exactJson } from '../catalogue/exact-text';
import { parentRowsOf, rowsOf } from '../catalogue/rows-of';
import type { Session } from '../session/session';
import { ident, qualified } from '../session/sql';
import { isDataFault } from '../session/sqlstate';
import { orphanCondition } from '../catalogue/live-keys';
import { readColumns } from '../catalogue/columns';
import { keysCanBeNotValid } from '../catalogue/not-valid-keys';
import { readReplaced } from './put-back';
import { keysTo, type LiveKey } from './referencing-keys';
import { refuseReferred } from './referred-orphans';
import { keepingAsReject } from '../session/too-large';
import { SAMPLES } from '../../core/run/sample-size';
import { FOREIGN_KEY_VIOLATION } from '../session/row-states';

/** A rule with the tables that it really works on. */
export interface OrphanWork {
  readonly rule: OrphanRule;
  readonly child: TableName;
  readonly parent: TableName;
  /** SQL: the rows of the child, and those that it may refer to. */
  readonly childRows: string;
  readonly parents: readonly string[];
  /** The entities that fill the parent table in this run. */
  readonly parentEntities: readonly EntityTable[];
  /** Columns of the child that may be null. */
  readonly nullable: readonly string[];
  readonly keysCanBeNotValid: boolean;
  /** SQL with `$1` the run and `$2` the entity: the row `c` is one that the entity loaded. Rows of others are neither moved, changed nor counted. */
  readonly movable: string;
}

interface OrphanMove {
  readonly schema: string;
  readonly runId: string;
  readonly work: OrphanWork;
  /** The foreign keys to the table of the orphans. */
  readonly keys: readonly LiveKey[];
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
  const works: OrphanWork[] = [];
  for (const rule of rules) {
    const parent = place.actual(rule.foreignKey.parent);
    const child = place.written(rule.table);
    const parentEntities = entities.filter(({ table }) => sameTable(table, parent));
    const isShared = entities.filter(({ table }) => sameTable(table, child)).length > 1;
    const written = `c.xmin::text::bigint in (${writtenBySql(place.ledgerSchema)})`;
    const movable = isShared || rule.rowsBefore > 0 ? written : `(${written} or ${untrackedSql(place.ledgerSchema)})`;
    const parents = await parentRowsOf(session, place, parent);
    const childRows = await rowsOf(session, child);
    const nullable = (await readColumns(session, child)).filter((column) => column.nullable).map(({ name }) => name);
    const admitted = { nullable, keysCanBeNotValid: await keysCanBeNotValid(session, child) };
    works.push({ rule, child, parent, childRows, parents, parentEntities, ...admitted, movable });
  }
  return works;
}

/** SQL: an earlier version, which noted no numbers of transactions, has loaded chunks of the entity, so that all rows pass for its own. */
function untrackedSql(schema: string): string {
  return `exists (select from ${ident(schema)}.chunk_load l
    where l.run = $1 and l.entity = $2 and l.written_by is null and l.inserted + l.updated > 0)`;
}

/** Moves the orphans of a key from the table to the rejects. Where one has overwritten a row, the table gets that row back. How many. */
export async function moveOrphans(session: Session, move: OrphanMove): Promise<number> {
  const { schema, runId, work, keys } = move;
  const { child, childRows, rule } = work;
  const replaced = await readReplaced(session, schema, { runId, entity: rule.entity, table: child });
  let back = 0;
  if (replaced !== null) {
    const condition = `${conditionOf(work, work.movable)} and ${replaced.isReplaced}`;
    back = await turnAway(session, move, `select c.* from ${childRows} c where ${condition}`);
    if (back > 0) await replaced.putBack(conditionOf(work, work.movable));
  }
  await refuseReferred(session, { ...work, runId, keys, orphans: conditionOf(work, work.movable) });
  const others = `delete from ${childRows} c where ${conditionOf(work, work.movable)} returning c.*`;
  return back + (await turnAway(session, move, others));
}

/** Makes rejects of the rows that a statement returns. How many. */
async function turnAway(
  session: Session,
  { schema, runId, work, round }: OrphanMove,
  orphansSql: string,
): Promise<number> {
  const { rule } = work;
  const key = keySql('c', rule.keyColumns);
  const statement = `with parameters as (select $4::text as no_parent, $5::text[] as parent_entities),
     orphan as (${orphansSql}),
     last as (select coalesce(max(ordinal), -1) as ordinal from ${ident(schema)}.reject
       where run = $1 and entity = $2 and chunk = ${AFTER_THE_LOAD})
     insert into ${ident(schema)}.reject (run, entity, chunk, ordinal, stage, key, rowid, property, reason, sql_state, raw)
     select $1, $2, ${AFTER_THE_LOAD}, last.ordinal + row_number() over (order by ${key}),
       'orphan', ${key}, null, $3, ${reasonSql({ schema, work, round })}, '${FOREIGN_KEY_VIOLATION}',
       convert_to(${await exactJson(session, work.child, 'c')}::text, 'UTF8')
     from orphan c, last, parameters`;
  const values = [
    runId,
    rule.entity,
    rule.property,
    `no parent in ${rule.foreignKey.parent.name}`,
    work.parentEntities.map(({ entity }) => entity),
  ];
  const noReject = { table: work.child, others: otherPolicies(keyOf(work), 'reject') };
  const moved = await keepingAsReject(noReject, () => session.query(statement, values));
  return moved.rowCount ?? 0;
}

/** Clears the key of orphans, where its columns can be null, and counts the change. How many. */
export async function clearOrphans(
  session: Session,
  { schema, runId, work, columns }: Omit<OrphanMove, 'round' | 'keys'> & { readonly columns: readonly string[] },
): Promise<number> {
  const { rule, childRows } = work;
  const keys = await keysTo(session, work.child);
  await refuseReferred(session, { ...work, runId, keys, orphans: conditionOf(work, work.movable), changing: columns });
  const clearing = session.query<{ cleared: string }>(
    `with cleared as (
       update ${childRows} c set ${columns.map((column) => `${ident(column)} = null`).join(', ')}
       where ${conditionOf(work, work.movable)} returning ${keySql('c', rule.keyColumns)} as key),
     counted as (
       insert into ${ident(schema)}.change_count as total (run, entity, chunk, property, kind, count, sample_keys)
       select $1, $2, ${AFTER_THE_LOAD}, $3, '${ORPHAN_CLEARED}', count(*), (array_agg(key order by key))[1:${SAMPLES}]
       from cleared having count(*) > 0
       on conflict (run, entity, chunk, property, kind) do update set count = total.count + excluded.count)
     select count(*) as cleared from cleared`,
    [runId, rule.entity, rule.property],
  );
  const { rows } = await clearing.catch((error: unknown) => {
    throw isDataFault(error) ? nullRefused(work, error) : error;
  });
  const cleared = Number(rows[0]?.cleared);
  if (cleared > 0) await recordRewrite(session, schema, { runId, entity: rule.entity });
  return cleared;
}

/** A check, a partition, an index or a function of one: whatever has nothing against null itself, but against null in such a row. */
function nullRefused(work: OrphanWork, { code = '', constraint = '' }: DatabaseError): MigrationError {
  const { rule, child } = work;
  const by = constraint === '' ? `SQLSTATE ${code}` : `${constraint}, SQLSTATE ${code}`;
  const message = `orphans of ${rule.entity}.${rule.property} cannot be set to null: ${qualified(child)} refuses such rows (${by})`;
  return new MigrationError('LOAD_FAILED', message, {
    hint: `None of them was cleared. Let the table take null there (a list partition for null or a default one; a constraint that allows it), then go on with "cutover migrate --resume". Or ${otherThanNull(work)}`,
    facts: { entity: rule.entity, property: rule.property, table: qualified(child), sqlState: code },
  });
}

/** For orphans that cannot be set to null. The policy is part of the mapping that a run was started with. */
export function otherThanNull(work: OrphanWork): string {
  return `choose the policy ${otherPolicies(keyOf(work), 'null')} in the mapping, and start anew with "cutover migrate --restart".`;
}

export function admittedPolicies(work: OrphanWork): OrphanPolicy[] {
  return possiblePolicies(keyOf(work));
}

function keyOf({ rule, nullable, keysCanBeNotValid: canBeNotValid }: OrphanWork): OrphanKey {
  return { ...rule.foreignKey, nullable, canBeNotValid };
}

/** The orphans of the rule's own entity that earlier starts of the run have moved or cleared: entities that fill one table share its keys. */
export async function countSettledOrphans(
  session: Session,
  { schema, runId }: Pick<OrphanMove, 'schema' | 'runId'>,
  { entity, property }: Pick<OrphanRule, 'entity' | 'property'>,
): Promise<number> {
  const { rows } = await session.query<{ settled: string }>(
    `select (select count(*) from ${ident(schema)}.reject
         where run = $1 and entity = $2 and chunk = ${AFTER_THE_LOAD} and stage = 'orphan' and property = $3)
       + (select coalesce(sum(count), 0) from ${ident(schema)}.change_count
         where run = $1 and entity = $2 and chunk = ${AFTER_THE_LOAD} and kind = '${ORPHAN_CLEARED}' and property = $3) as settled`,
    [runId, entity, property],
  );
  return Number(rows[0]?.settled);
}

/** Those that the rule's entity loaded: the only ones that may be moved or changed. */
export async function countMovableOrphans(session: Session, runId: string, work: OrphanWork): Promise<number> {
  const { rows } = await session.query<{ orphans: string }>(
    `select count(*) as orphans from ${work.childRows} c where ${conditionOf(work, work.movable)}`,
    [runId, work.rule.entity],
  );
  return Number(rows[0]?.orphans);
}

/** All orphans of the table, those of other entities and of the application included. */
export async function countOrphansOf(session: Session, work: OrphanWork): Promise<number> {
  const { rows } = await session.query<{ orphans: string }>(
    `select count(*) as orphans from ${work.childRows} c where ${conditionOf(work, null)}`,
  );
  return Number(rows[0]?.orphans);
}

function conditionOf({ rule, parents }: OrphanWork, rows: string | null): string {
  const orphan = orphanCondition({ ...rule.foreignKey, parents });
  return rows === null ? orphan : `${orphan} and ${rows}`;
}

/** `parent rejected` where the run has turned the parent away, else `no parent in …`. */
function reasonSql({ schema, work, round }: Pick<OrphanMove, 'schema' | 'work' | 'round'>): string {
  if (round === 'later') return `'parent rejected'`;
  const rejected = work.parentEntities.flatMap(({ keyColumns }, index) => {
    return rejectedSql({ schema, rule: work.rule, keyColumns, entity: `($5::text[])[${index + 1}]` });
  });
  if (rejected.length === 0) return 'parameters.no_parent';
  return `case when ${rejected.join(' or ')} then 'parent rejected' else parameters.no_parent end`;
}

/**
 * What `c` refers to is among the rejects of an entity, which are read once for all rows. Only a key that refers to the parent's
 * legacy key can be found there.
 */
function rejectedSql(parent: {
  readonly schema: string;
  readonly rule: OrphanRule;
  readonly keyColumns: readonly string[];
  readonly entity: string;
}): string[] {
  const { columns, parentColumns } = parent.rule.foreignKey;
  const positions = parent.keyColumns.map((column) => parentColumns.indexOf(column));
  if (positions.length !== columns.length || positions.includes(-1)) return [];
  const referred = positions.map((position) => plainSql(textSql('c', columns[position] ?? '')));
  // An escaped NUL cannot be read as text; no key in the target has one.
  const parts = positions.map((_, part) => {
    return plainSql(`case when strpos(r.key, '\\u0000') > 0 then null else r.key::json ->> ${part} end`);
  });
  return [
    `(${referred.join(', ')}) in (select ${parts.join(', ')} from ${ident(parent.schema)}.reject r
      where r.run = $1 and r.entity = ${parent.entity})`,
  ];
}

/** The key of a row as rejects have it: a JSON array of texts, without blanks; empty where it is not carried over. */
function keySql(row: string, columns: readonly string[]): string {
  if (columns.length === 0) return `'[]'`;
  const parts = columns.map((column) => `coalesce(to_json(${textSql(row, column)})::text, 'null')`);
  return `'[' || ${parts.join(` || ',' || `)} || ']'`;
}

/** Padding aside, and a moment without its sign, its time where it is midnight, and its zeros behind the second. */
function plainSql(text: string): string {
  const moment = String.raw`^ ?(\d{4}-\d\d-\d\d(?: (?!00:00:00)\d\d:\d\d:\d\d)?)(?: 00:00:00)?(?:\.0+)?$`;
  return `regexp_replace(rtrim(${text}), '${moment}', '\\1')`;
}

/** A value as the legacy key was written: a number without the zeros that its column's scale has added. */
function textSql(row: string, column: string): string {
  const value = `${row}.${ident(column)}`;
  return `case when pg_typeof(${value}) = 'numeric'::regtype
    then regexp_replace(${value}::text, '(\\.\\d*[1-9])0+$|\\.0+$', '\\1') else ${value}::text end`;
}
