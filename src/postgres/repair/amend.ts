import { MigrationError } from '../../core/errors';
import type { TargetRow } from '../../core/mapping/wire';
import type { Amendment } from '../../core/ports/repair-desk';
import { encodeRows } from '../encode/encode-rows';
import { insertSql } from '../load/conflicts';
import { copyRows } from '../load/copy-rows';
import { createStaging, ORDINAL, STAGING, stagedRows } from '../load/staging-table';
import { readTableColumns } from '../reset/own-rows';
import type { Session } from '../session';
import { columnList, ident, qualified } from '../sql';
import type { RepairedTable } from './repaired-table';

/** Rows that are replaced, as they were. */
const FORMER = 'pg_temp.cutover_former';

/**
 * Takes rows out, puts others in their place, and adds new ones. All that go are gone before any comes, for a unique value of one may be
 * that of another; a replaced row keeps what the mapping does not fill. No savepoint is set here: see `writingFor`.
 */
export async function amend(session: Session, table: RepairedTable, amendment: Amendment): Promise<void> {
  const { remove, replace, add } = amendment;
  const { shape } = table;
  if (replace.length > 0) await keepFormer(session, table, replace);
  const gone = [...remove, ...replace.map(({ place }) => place)];
  const deleted = await session.query(`delete from ${shape.rows} t using ${PLACES} where ${AT_PLACE}`, placesOf(gone));
  expect(table, gone.length, deleted.rowCount);
  const rows = [...replace.map(({ row }) => row), ...add];
  if (rows.length === 0) return;
  await stage(session, table, rows);
  if (replace.length > 0) await insertReplaced(session, table, replace.length);
  const added = await session.query(insertSql(shape, `${ORDINAL} >= ${replace.length}`));
  expect(table, add.length, added.rowCount);
  await session.query(`drop table ${STAGING}`);
}

/** SQL: places as rows, of the two parameters that `placesOf` makes. */
const PLACES = 'unnest($1::oid[], $2::tid[]) with ordinality p(relation, tuple, nth)';
const AT_PLACE = 't.tableoid = p.relation and t.ctid = p.tuple';

function placesOf(places: readonly string[]): [string[], string[]] {
  const parts = places.map((place) => place.split(' '));
  return [parts.map(([relation = '']) => relation), parts.map(([, tuple = '']) => tuple)];
}

/** Generated columns of the copy are ordinary ones, which take what they are given. */
async function keepFormer(session: Session, { shape }: RepairedTable, replace: Amendment['replace']): Promise<void> {
  await session.query(
    `create temporary table cutover_former (like ${qualified(shape.table)}, ${ORDINAL} int4) on commit drop`,
  );
  await session.query(
    `insert into ${FORMER} select t.*, p.nth - 1 from ${shape.rows} t join ${PLACES} on ${AT_PLACE}`,
    placesOf(replace.map(({ place }) => place)),
  );
}

async function stage(session: Session, table: RepairedTable, rows: readonly TargetRow[]): Promise<void> {
  const { shape } = table;
  await createStaging(session, shape);
  const encoded = encodeRows(rows, { encoder: shape.stagedEncoder, ordinals: 'with' });
  const columns = [ORDINAL, ...shape.columns.map(({ name }) => name)];
  await copyRows(session, { table: STAGING, columns }, encoded);
  if (encoded.faults.size > 0) throw notRepairable(table, encoded.faults.size);
}

async function insertReplaced(session: Session, table: RepairedTable, count: number): Promise<void> {
  const { shape } = table;
  const { settable } = await readTableColumns(session, shape.table);
  const mapped = new Set(shape.columns.map(({ name }) => name));
  const items = settable.map((name) => `${mapped.has(name) ? 's' : 'f'}.${ident(name)}`);
  const inserted = await session.query(
    `insert into ${qualified(shape.table)} (${columnList(settable)}) overriding system value
     select ${items.join(', ')} from (${stagedRows(shape)}) s join ${FORMER} f on f.${ORDINAL} = s.${ORDINAL} order by s.${ORDINAL}`,
  );
  expect(table, count, inserted.rowCount);
  await session.query(`drop table ${FORMER}`);
}

/** A rule of the table that keeps or discards rows would make the account wrong. */
function expect(table: RepairedTable, wanted: number, done: number | null): void {
  if ((done ?? 0) !== wanted) throw notRepairable(table, wanted - (done ?? 0));
}

function notRepairable({ entity, shape }: RepairedTable, rows: number): MigrationError {
  return new MigrationError('LOAD_FAILED', `${rows} rows of ${qualified(shape.table)} could not be repaired`, {
    hint: 'Nothing was changed. See whether the table was altered, or a rule discards rows, then compare and repair again.',
    facts: { entity, rows },
  });
}
