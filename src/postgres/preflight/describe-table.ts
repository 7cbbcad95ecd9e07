import type { TableName, TargetColumn, TargetForeignKey, TargetTable } from '../../core/ports/target';
import { readColumns, type CatalogueColumn } from '../catalogue/columns';
import { isByText } from '../catalogue/encoders';
import { smallestField } from '../encode/intervals';
import { STAGING_COLUMNS } from '../load/staging/staging-table';
import { openJournalKeys } from '../foreign-keys/journal';
import { isTemporal, readForeignKeys } from '../catalogue/live-keys';
import { readUnruledKeys } from '../foreign-keys/unruled-keys';
import type { Place } from '../session/place';
import { mayUseSchema } from './rights';
import { rowsOf } from '../catalogue/rows-of';
import { onlyRow, type Session } from '../session/session';
import { triggersAside } from '../objects/aside-object';
import { readTriggers } from '../objects/live-objects';
import { qualified } from '../session/sql';
import { columnNames } from '../catalogue/constraint-sql';
import { KEYS_CAN_BE_NOT_VALID } from '../catalogue/not-valid-keys';

const KEYS = `
  select ${KEYS_CAN_BE_NOT_VALID} as "keysCanBeNotValid",
    coalesce((select ${columnNames('own')} from pg_constraint c where c.conrelid = t.oid and c.contype = 'p'), '{}') as "primaryKey"
  from pg_class t where t.oid = to_regclass($1)`;

/** A partition is one of a partitioned table, which has no rows of its own. */
const HEIRS = `
  with recursive heir as (
    select i.inhrelid from pg_inherits i join pg_class p on p.oid = i.inhparent
      where i.inhparent = to_regclass($1) and p.relkind <> 'p'
    union select i.inhrelid from pg_inherits i join heir h on i.inhparent = h.inhrelid)
  select n.nspname || '.' || c.relname as name from heir h join pg_class c on c.oid = h.inhrelid
    join pg_namespace n on n.oid = c.relnamespace order by 1`;

/** What the port knows of a table; foreign keys that a run has set aside count as there. Null where there is no table. */
export function describeTable(place: Place, name: TableName): Promise<TargetTable | null> {
  const table = place.actual(name);
  return place.sessions.use(async (session) => {
    // The check of rights says why.
    if (!(await mayUseSchema(session, table.schema))) return null;
    const columns = await readColumns(session, table);
    if (columns.length === 0) return null;
    const live = await readForeignKeys(session, table);
    const aside = await openJournalKeys(session, place.ledgerSchema, table);
    return {
      table: name,
      columns: columns.map(portColumn),
      ...(await readKeys(session, table)),
      foreignKeys: [...live, ...aside].filter((key) => !isTemporal(key)).map((key) => knownKey(place, key)),
      empty: await isEmpty(session, table),
      reserved: columns.map(({ name: own }) => own).filter((own) => STAGING_COLUMNS.includes(own)),
      inheritedBy: await readHeirs(session, table),
      unruledKeys: await readUnruledKeys(session, place, table),
      triggers: [
        ...new Set((await readTriggers(session, table)).filter(({ owned }) => owned).map(({ name: own }) => own)),
        ...(await triggersAside(session, place.ledgerSchema, table)),
      ],
    };
  });
}

/** Without what only this folder needs. */
function portColumn(column: CatalogueColumn): TargetColumn {
  const { name, type, nullable, maxLength, precision, scale, hasDefault, generated } = column;
  return {
    ...{ name, type, nullable, maxLength, precision, scale, hasDefault, generated },
    ...(column.fields === null ? {} : { smallestField: smallestField(column.fields) }),
    ...(isByText(column) ? { byText: true } : {}),
  };
}

async function readHeirs(session: Session, table: TableName): Promise<string[]> {
  const { rows } = await session.query<{ name: string }>(HEIRS, [qualified(table)]);
  return rows.map(({ name }) => name);
}

async function readKeys(
  session: Session,
  table: TableName,
): Promise<Pick<TargetTable, 'primaryKey' | 'keysCanBeNotValid'>> {
  const { rows } = await session.query<{ primaryKey: string[]; keysCanBeNotValid: boolean }>(KEYS, [qualified(table)]);
  return onlyRow(rows);
}

/** Views and what is on other servers may fail to be read, or take any time; row-level security hides rows, or refuses to be asked. */
const READABLE = `
  select has_table_privilege(t.oid, 'select') and not row_security_active(t.oid) and not exists (
    select from pg_class c where c.relkind not in ('r', 'p')
      and c.oid in (select t.oid union select relid::oid from pg_partition_tree(t.oid))) as reads
  from (select to_regclass($1)::oid as oid) t`;

/** What may not be read, or is no table of this server, is taken for filled; the checks of rights and hazards say why. */
async function isEmpty(session: Session, table: TableName): Promise<boolean> {
  const { rows: readable } = await session.query<{ reads: boolean }>(READABLE, [qualified(table)]);
  if (readable[0]?.reads === false) return false;
  const { rows } = await session.query<{ empty: boolean }>(
    `select not exists (select from ${await rowsOf(session, table)}) as empty`,
  );
  return rows[0]?.empty ?? true;
}

function knownKey(place: Place, { name, columns, parent, parentColumns, match }: TargetForeignKey): TargetForeignKey {
  return { name, columns, parent: place.known(parent), parentColumns, match: match ?? 'simple' };
}
