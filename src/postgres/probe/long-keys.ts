import { DatabaseError } from 'pg';
import type { TargetRow, TargetValue } from '../../core/mapping/wire';
import type { LoadFault } from '../../core/outcomes';
import type { LoadPlan, TableName } from '../../core/ports/target';
import { encodeRows } from '../encode/encode-rows';
import { insertSql } from '../load/conflicts';
import { copyRows } from '../load/copy-rows';
import { createStaging, ORDINAL, STAGING } from '../load/staging-table';
import { readShape, type TableShape } from '../load/table-shape';
import { inTransaction, type Session } from '../session';
import { qualified } from '../sql';
import { sqlStateOf } from '../sqlstate';
import { cloneTable, TEMPORARY } from './clone-table';
import { narrowedPlan, picked } from './narrowed-plan';

/** A B-tree takes no entry above 2,704 bytes, compressed where that helps. Shorter than this, no row comes near it. */
const SUSPICIOUS_BYTES = 2_000;
const MOST_INDEX_BYTES = '2,704';
const LIMIT_EXCEEDED = '54000';

const INDEXED = `
  select distinct a.attname::text as name from pg_index i join pg_class c on c.oid = i.indexrelid
    join pg_am m on m.oid = c.relam and m.amname = 'btree'
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
    join pg_type t on t.oid = a.atttypid
  where i.indrelid = to_regclass($1) and t.typlen = -1`;

/** Finds rows that a B-tree index of the table cannot take. The answer is the server's own: it compresses before it measures. */
export interface LongKeys {
  faultOf(row: TargetRow): Promise<LoadFault | null>;
}

interface Trial {
  readonly session: Session;
  readonly original: TableName;
  readonly plan: LoadPlan;
  /** Where an indexed column is in the rows of the whole plan. */
  readonly positions: readonly number[];
  readonly clone: TableName;
}

/** Columns of any length that B-tree indexes are over. */
export async function openLongKeys(
  session: Session,
  { original, plan, clone }: Pick<Trial, 'original' | 'plan' | 'clone'>,
): Promise<LongKeys> {
  const { rows } = await session.query<{ name: string }>(INDEXED, [qualified(original)]);
  const positions = rows.map(({ name }) => plan.columns.indexOf(name)).filter((position) => position >= 0);
  const trial: Trial = { session, original, plan, positions, clone };
  let shape: TableShape | null = null;
  return {
    faultOf: async (row) => {
      if (bytesOf(row, positions) < SUSPICIOUS_BYTES) return null;
      // Made for the first such row: most tables have none.
      shape ??= await openTrial(trial);
      return (await isTaken(trial, shape, row)) ? null : faultAt(trial, row);
    },
  };
}

async function openTrial({ session, original, plan, positions, clone }: Trial): Promise<TableShape> {
  const keep = new Set(positions.map((position) => plan.columns[position] ?? ''));
  await cloneTable(session, { original, clone, keep, indexes: 'all' });
  return readShape(session, clone, narrowedPlan(plan, positions));
}

/** Tried with the server and taken back. Whatever else it has against the row is found elsewhere. */
async function isTaken({ session, positions }: Trial, shape: TableShape, row: TargetRow): Promise<boolean> {
  try {
    await inTransaction(session, async () => {
      await tryRow(session, shape, picked(row, positions));
      await session.query(`truncate ${qualified(shape.table)}`);
    });
    return true;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return sqlStateOf(error) !== LIMIT_EXCEEDED;
  }
}

async function tryRow(session: Session, shape: TableShape, row: TargetRow): Promise<void> {
  const columns = shape.columns.map(({ name }) => name);
  if (shape.direct) {
    const encoded = encodeRows([row], { encoder: shape.encoder, ordinals: 'without' });
    await copyRows(session, { table: qualified(shape.table), columns }, encoded);
    return;
  }
  await createStaging(session, shape);
  const encoded = encodeRows([row], { encoder: shape.stagedEncoder, ordinals: 'with' });
  await copyRows(session, { table: STAGING, columns: [ORDINAL, ...columns] }, encoded);
  await session.query(insertSql(shape, 'true'));
}

/** The longest of the indexed values is blamed. */
function faultAt({ plan, positions }: Trial, row: TargetRow): LoadFault {
  const [longest] = [...positions].sort((a, b) => sizeOf(row[b] ?? null) - sizeOf(row[a] ?? null));
  const reason = `longer than the ${MOST_INDEX_BYTES} bytes that an index takes`;
  return { property: plan.properties[longest ?? 0] ?? null, reason, sqlState: LIMIT_EXCEEDED };
}

function bytesOf(row: TargetRow, positions: readonly number[]): number {
  let bytes = 0;
  for (const position of positions) bytes += sizeOf(row[position] ?? null);
  return bytes;
}

function sizeOf(value: TargetValue): number {
  if (typeof value === 'string') return value.length < SUSPICIOUS_BYTES / 3 ? value.length : Buffer.byteLength(value);
  return Buffer.isBuffer(value) ? value.length : 0;
}

/** Name of the table of trials that belongs to a clone. */
export function trialName(clone: TableName): TableName {
  return { schema: TEMPORARY, name: `${clone.name}_keys` };
}
