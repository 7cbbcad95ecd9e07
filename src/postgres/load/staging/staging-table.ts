import { encodeRows, type EncodedRows } from '../../encode/encode-rows';
import type { RowEncoder } from '../../encode/row-encoder';
import type { TargetRow } from '../../../core/mapping/wire';
import type { Session } from '../../session/session';
import { ident } from '../../session/sql';
import { copyRows } from '../shape/copy-rows';
import type { TableShape } from '../shape/table-shape';

/** The staging table of a redo; it lives as long as the transaction. */
export const STAGING = 'pg_temp.cutover_staging';
/** Its first column: the index of the row in the chunk. */
export const ORDINAL = 'cutover_ordinal';
/** Its last column: whether the row overwrites the one that has its key. */
export const UPDATES = 'cutover_updates';
/** A table with a column of such a name is refused before a run (TARGET_COLUMN_RESERVED). */
export const STAGING_COLUMNS: readonly string[] = [ORDINAL, UPDATES];

/**
 * A page holds 8,160 bytes of a row, and 1,600 columns are allowed: what the target can just store would not fit beside the two columns
 * here. So many columns of a row always fit, whatever they hold: a value of up to 64 bytes, or the pointer to a longer one.
 */
export const COLUMNS_IN_A_PART = 120;

/** The staging table, or a further one for columns that do not fit into it. */
interface Part {
  readonly name: string;
  readonly columns: TableShape['columns'];
  readonly encoder: RowEncoder;
}

function partsOf({ columns, stagedEncoder }: TableShape): Part[] {
  if (columns.length <= COLUMNS_IN_A_PART) return [{ name: STAGING, columns, encoder: stagedEncoder }];
  return Array.from({ length: Math.ceil(columns.length / COLUMNS_IN_A_PART) }, (_, nth) => {
    const first = nth * COLUMNS_IN_A_PART;
    const own = columns.slice(first, first + COLUMNS_IN_A_PART);
    const encoder = stagedEncoder.part(own.map((__, at) => first + at));
    return { name: nth === 0 ? STAGING : `${STAGING}_${nth}`, columns: own, encoder };
  });
}

/** Of the staging table and its further parts. */
export function stagingNames(shape: TableShape): string[] {
  return partsOf(shape).map(({ name }) => name);
}

/** SQL: the staging table with all its parts. */
export function staged(shape: TableShape): string {
  return stagingNames(shape)
    .map((name, nth) => (nth === 0 ? name : `join ${name} using (${ORDINAL})`))
    .join(' ');
}

/** Creates it empty, with the loaded columns and no constraint but the ordinal's. */
export async function createStaging(session: Session, shape: TableShape): Promise<void> {
  for (const [nth, { name, columns }] of partsOf(shape).entries()) {
    const definitions = columns.map((column) => `${ident(column.name)} ${column.stagedAs}`);
    const marks = nth === 0 ? [`${UPDATES} boolean not null default false`] : [];
    const all = [`${ORDINAL} int4 primary key`, ...definitions, ...marks];
    await session.query(`create temp table ${name} (${all.join(', ')}) on commit drop`);
    await storeUncompressed(session, name);
  }
}

export async function dropStaging(session: Session, shape: TableShape): Promise<void> {
  await session.query(`drop table ${stagingNames(shape).join(', ')}`);
}

/** Fills it. By index of the row: why it was left out. */
export async function fillStaging(
  session: Session,
  shape: TableShape,
  { rows, onHalf }: { readonly rows: readonly TargetRow[]; readonly onHalf?: () => void },
): Promise<EncodedRows['faults']> {
  const faults: EncodedRows['faults'] = new Map();
  const parts = partsOf(shape);
  for (const [nth, { name, columns, encoder }] of parts.entries()) {
    const told = nth === 0 && onHalf !== undefined ? { onHalf } : {};
    const encoded = encodeRows(rows, { encoder, ordinals: 'with', ...told });
    await copyRows(session, { table: name, columns: [ORDINAL, ...columns.map((column) => column.name)] }, encoded);
    for (const [index, fault] of encoded.faults) if (!faults.has(index)) faults.set(index, fault);
  }
  // A row of which a later part could not be encoded has its first part there.
  if (parts.length > 1) await unstage(session, faults.keys());
  return faults;
}

/** What comes compressed out of it would be stored and measured so, whatever the storage of the real column is. */
async function storeUncompressed(session: Session, table: string): Promise<void> {
  const { rows } = await session.query<{ name: string }>(
    `select attname::text as name from pg_attribute
     where attrelid = to_regclass('${table}') and attnum > 0 and attlen = -1 and attstorage in ('x', 'm')`,
  );
  const changes = rows.map(({ name }) => `alter column ${ident(name)} set storage external`);
  if (changes.length > 0) await session.query(`alter table ${table} ${changes.join(', ')}`);
}

/** SQL: the staged rows with the target's types and collations. Errors where a value is none of its type. */
export function stagedRows(shape: TableShape, condition = 'true'): string {
  const casts = shape.columns.map(({ name, stagedAs, castTo, collation }) => {
    const cast = stagedAs === castTo ? '' : `::${castTo}`;
    return `${ident(name)}${cast}${collation === null ? '' : ` collate ${collation}`} as ${ident(name)}`;
  });
  return `select ${[ORDINAL, ...casts].join(', ')} from ${staged(shape)} where ${condition}`;
}

/**
 * SQL: whether the ordinal of a staged row is among those of a query. Of a key of several columns the server expects hardly a row, and
 * would join the staging table with itself row by row: an array is looked up in the index, whatever is expected.
 */
export function isAmong(ordinals: string): string {
  return `${ORDINAL} = any (array(${ordinals}))`;
}

/** Takes rows out of the staging table. */
export async function unstage(session: Session, ordinals: Iterable<number>): Promise<void> {
  const out = [...ordinals];
  if (out.length > 0) await session.query(`delete from ${STAGING} where ${ORDINAL} = any($1::int4[])`, [out]);
}

/** Runs `work` under a savepoint. Its error undoes only what it did, and is returned. */
export async function attempting<T>(
  session: Session,
  work: () => Promise<T>,
): Promise<T | { readonly error: unknown }> {
  await session.query('savepoint attempt');
  try {
    const result = await work();
    await session.query('release savepoint attempt');
    return result;
  } catch (error) {
    if (session.isLost()) throw error;
    await session.query('rollback to savepoint attempt; release savepoint attempt');
    return { error };
  }
}
