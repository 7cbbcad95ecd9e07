import { MigrationError } from '../../core/errors';
import type { Amendment } from '../../core/ports/repair-desk';
import type { EncodedRows } from '../encode/encode-rows';
import { insertSql } from '../load/staging/conflicts';
import {
  COLUMNS_IN_A_PART,
  createStaging,
  dropStaging,
  fillStaging,
  ORDINAL,
  stagedRows,
} from '../load/staging/staging-table';
import { readTableColumns } from '../reset/own-rows';
import type { Session } from '../session/session';
import { columnList, ident, qualified } from '../session/sql';
import type { RepairedTable } from './repaired-table';

/** Rows that are replaced, as they were. */
const FORMER = 'pg_temp.cutover_former';

/**
 * Takes rows out, puts others in their place, and adds new ones. All that go are gone before any comes, for a unique value of one may be
 * that of another; a replaced row keeps what the mapping does not fill. No savepoint is set here: see `writingFor`.
 */
export async function amend(session: Session, table: RepairedTable, amendment: Amendment): Promise<void> {
  const { replace, add } = amendment;
  const { shape } = table;
  const faults = await takeOut(session, table, amendment);
  if (faults.size > 0) throw notRepairable(table, faults.size);
  if (replace.length + add.length === 0) return;
  if (replace.length > 0) {
    const inserted = await session.query(await replacedSql(session, table));
    expect(table, replace.length, inserted.rowCount);
    await session.query(`drop table ${FORMER}`);
  }
  const added = await session.query(insertSql(shape, `${ORDINAL} >= ${replace.length}`));
  expect(table, add.length, added.rowCount);
  await dropStaging(session, shape);
}

/** Takes out what goes, and stages what comes: first what replaces rows, then what is added. By its index: why a row cannot be sent. */
export async function takeOut(
  session: Session,
  table: RepairedTable,
  { remove, replace, add }: Amendment,
): Promise<EncodedRows['faults']> {
  const { shape } = table;
  if (replace.length > 0) await keepFormer(session, table, replace);
  const gone = [...remove, ...replace.map(({ place }) => place)];
  const deleted = await session.query(`delete from ${shape.rows} t using ${PLACES} where ${AT_PLACE}`, placesOf(gone));
  expect(table, gone.length, deleted.rowCount);
  const rows = [...replace.map(({ row }) => row), ...add];
  if (rows.length === 0) return new Map();
  await createStaging(session, shape);
  return fillStaging(session, shape, { rows });
}

/** SQL: places as rows, of the two parameters that `placesOf` makes. */
const PLACES = 'unnest($1::oid[], $2::tid[]) with ordinality p(relation, tuple, nth)';
const AT_PLACE = 't.tableoid = p.relation and t.ctid = p.tuple';

function placesOf(places: readonly string[]): [string[], string[]] {
  const parts = places.map((place) => place.split(' '));
  return [parts.map(([relation = '']) => relation), parts.map(([, tuple = '']) => tuple)];
}

/** A row of so many columns leaves no room for one more, neither on its page nor in the list of columns: it is kept as one value. */
function isWide({ catalogue }: RepairedTable['shape']): boolean {
  return catalogue.length > COLUMNS_IN_A_PART;
}

/** Generated columns of the copy are ordinary ones, which take what they are given. */
async function keepFormer(session: Session, { shape }: RepairedTable, replace: Amendment['replace']): Promise<void> {
  const columns = isWide(shape) ? `former ${qualified(shape.table)}` : `like ${qualified(shape.table)}`;
  await session.query(`create temporary table cutover_former (${columns}, ${ORDINAL} int4) on commit drop`);
  await session.query(
    `insert into ${FORMER} select ${isWide(shape) ? `(t.*)::${qualified(shape.table)}` : 't.*'}, p.nth - 1 from ${shape.rows} t join ${PLACES} on ${AT_PLACE}`,
    placesOf(replace.map(({ place }) => place)),
  );
}

/** SQL: inserts those of the replacing rows that meet the condition, with what the mapping does not fill of the replaced ones. */
export async function replacedSql(session: Session, { shape }: RepairedTable, condition = 'true'): Promise<string> {
  const { settable } = await readTableColumns(session, shape.table);
  const mapped = new Set(shape.columns.map(({ name }) => name));
  const former = isWide(shape) ? '(f.former)' : 'f';
  const items = settable.map((name) => `${mapped.has(name) ? 's' : former}.${ident(name)}`);
  return `insert into ${qualified(shape.table)} (${columnList(settable)}) overriding system value
     select ${items.join(', ')} from (${stagedRows(shape, condition)}) s join ${FORMER} f on f.${ORDINAL} = s.${ORDINAL} order by s.${ORDINAL}`;
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
