import type oracledb from 'oracledb';
import { MigrationError } from '../core/errors';
import type { LegacyRow, LegacyValue } from '../core/mapping/wire';
import type { ChunkBounds, ChunkRead, ReadPlan, RowList, SourceTable } from '../core/ports/legacy-source';
import { ROWID } from '../core/read-plan';
import { columnReader, type ColumnReader } from './column-text';
import { needColumn, type TableFacts } from './dictionary';
import type { OracleSession, OracleSettings } from './driver';
import { keyColumn, padded, type KeyColumn } from './key-text';
import { oracleError } from './ora-errors';
import { decodeRowid } from './rowid';
import { FETCH, type Sessions } from './sessions';
import type { LobSizes } from './lob-sizes';
import { selectRows } from './sql/read-statements';
import type { Statement } from './sql/statement';

/** About what the LOBs of one row weigh in a fetch where the table has no rows to tell; each. */
const LOB_BYTES = 65_536;
/** LOBs differ much in size: a fetch has room for rows of several times the mean, and never counts on small ones. */
const LOB_SPREAD = 4;
const LEAST_LOB_BYTES = 16_384;
const DEFAULT_ROW_BYTES = 256;

export interface RowSource {
  readonly sessions: Sessions;
  readonly settings: OracleSettings;
  readonly lobSizes: LobSizes;
}

interface PlannedColumn {
  readonly name: string;
  readonly reader: ColumnReader;
}

/** Reads the rows of one chunk or list; restartable, since it holds no state between calls. */
export async function* readRows(
  { sessions, settings, lobSizes }: RowSource,
  facts: TableFacts,
  { read, chunk }: { readonly read: ChunkRead; readonly chunk: ChunkBounds | RowList },
): AsyncGenerator<readonly LegacyRow[]> {
  const { plan, scn } = read;
  if (chunk.kind === 'rowid') refuseRebuilt(facts, chunk);
  const columns = plannedColumns(facts.table, plan);
  const query = selectRows({
    table: facts.table.name,
    scn,
    where: plan.where,
    withRowid: facts.table.kind === 'table',
    columns,
    bounds: chunk.kind === 'keys' ? paddedKeys(chunk, facts.table, plan) : chunk,
    key: chunk.kind === 'key' || chunk.kind === 'keys' ? keyOf(facts.table, plan) : [],
  });
  const doing = `reading ${plan.entity}`;
  const lobBytes = await lobSizes(facts.table, read);
  const session = await sessions.lease(doing);
  try {
    const most = fetchRows(settings, facts.table, { columns, lobBytes });
    const batches = fetchAhead(session, query, Math.min(most, read.batchRows ?? most));
    for await (const rows of batches) yield withLobs(rows, columns);
  } catch (error) {
    throw oracleError(error, doing);
  } finally {
    await sessions.release(session);
  }
}

/** A table that was moved or truncated has its rows at other addresses: the chunks not yet read would miss them or read them twice. */
function refuseRebuilt({ table, dataObjectId }: TableFacts, { from, before }: ChunkBounds & { kind: 'rowid' }): void {
  const address = decodeRowid(from ?? before ?? '');
  if (address === null || address.object === dataObjectId) return;
  throw new MigrationError('SOURCE_READ_FAILED', `${table.name.name} was rebuilt after its chunks were planned`, {
    hint: 'Its rows have other addresses now: reset this entity and migrate it anew.',
    facts: { table: table.name.name },
  });
}

/** Keys as CHAR columns hold them, for a target may have dropped the blanks; without those that no row can have. Throws where the key cannot be listed. */
function paddedKeys({ keys }: RowList & { kind: 'keys' }, table: SourceTable, plan: ReadPlan): RowList {
  const columns = keyOf(table, plan);
  if (columns.length === 0) throw keyNotListable(plan);
  const possible = keys.filter((key) => key.every((value, at) => columns[at]?.holds(value) === true));
  return {
    kind: 'keys',
    keys: possible.map((key) => key.map((value, at) => padded(value, needColumn(table, columns[at]?.name ?? '')))),
  };
}

function keyNotListable({ entity }: ReadPlan): MigrationError {
  return new MigrationError('SOURCE_READ_FAILED', `single rows of ${entity} cannot be read by its key`, {
    hint: 'Name key columns of the types VARCHAR2, NUMBER, DATE, TIMESTAMP or RAW.',
    facts: { entity },
  });
}

/**
 * The columns that key chunks are cut by: the plan's key, else (or where that is the row's address) the primary key; empty where
 * these cannot cut the table.
 */
export function keyOf(table: SourceTable, plan: ReadPlan): readonly KeyColumn[] {
  const names = plan.key.length > 0 && !plan.key.includes(ROWID) ? plan.key : table.primaryKey;
  const columns = names.map((name) => keyColumn(needColumn(table, name)));
  return columns.every((column) => column !== null) ? columns : [];
}

function plannedColumns(table: SourceTable, plan: ReadPlan): readonly PlannedColumn[] {
  return plan.columns.map(({ name, as }) => {
    const column = needColumn(table, name);
    return { name: column.name, reader: columnReader(column, as) };
  });
}

/** Rows per fetch: few round trips for narrow rows, little memory for wide ones. */
function fetchRows(
  settings: OracleSettings,
  table: SourceTable,
  { columns, lobBytes }: { readonly columns: readonly PlannedColumn[]; readonly lobBytes: number | null },
): number {
  const lobs = columns.filter(({ reader }) => reader.lob !== null).length;
  const ofLobs = lobBytes === null ? lobs * LOB_BYTES : Math.max(lobs * LEAST_LOB_BYTES, lobBytes * LOB_SPREAD);
  const rowBytes = (table.averageRowBytes ?? DEFAULT_ROW_BYTES) + ofLobs;
  const byBytes = Math.floor((settings.fetchBytes ?? 8_388_608) / Math.max(rowBytes, 1));
  return Math.max(1, Math.min(settings.fetchRows ?? 2_000, byBytes));
}

/** Yields array fetches while the next one is already under way. */
async function* fetchAhead(session: OracleSession, query: Statement, size: number): AsyncGenerator<LegacyValue[][]> {
  const options = { ...FETCH, resultSet: true, prefetchRows: size, fetchArraySize: size } as const;
  const { resultSet } = await session.execute<LegacyValue[]>(query.sql, { ...query.binds }, options);
  if (resultSet === undefined) return;
  let next = settled(resultSet.getRows(size));
  try {
    for (;;) {
      const rows = (await next)();
      if (rows.length === 0) return;
      next = settled(resultSet.getRows(size));
      yield rows;
    }
  } finally {
    await next;
    await closeQuietly(resultSet);
  }
}

/** A failure that nobody awaits yet must not count as unhandled: it is kept until asked for. */
async function settled<T>(work: Promise<T>): Promise<() => T> {
  try {
    const value = await work;
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** On a broken session this fails too, and the failure that matters is already on its way. */
async function closeQuietly(resultSet: oracledb.ResultSet<LegacyValue[]>): Promise<void> {
  await resultSet.close().catch(() => undefined);
}

/** Uses the LOB lengths at the end of each row: tells empty from NULL, refuses a value that was cut, and drops the lengths. */
function withLobs(rows: LegacyValue[][], columns: readonly PlannedColumn[]): LegacyRow[] {
  const lobs = columns.flatMap(({ name, reader }, index) =>
    reader.lob === null ? [] : [{ name, kind: reader.lob, index }],
  );
  if (lobs.length === 0) return rows;
  const width = 1 + columns.length;
  for (const row of rows) {
    lobs.forEach(({ name, kind, index }, position) => {
      const length = row[width + position] ?? null;
      if (length === '0') row[1 + index] = kind === 'text' ? '' : Buffer.alloc(0);
      else if (!isWhole(row[1 + index] ?? null, length)) throw lobCut(name);
    });
    row.length = width;
  }
  return rows;
}

/** CLOB lengths count UTF-16 units, or characters where the server counts those; BLOB lengths count bytes. */
function isWhole(value: LegacyValue, length: LegacyValue): boolean {
  if (value === null || length === null) return value === length;
  if (value.length === Number(length)) return true;
  return typeof value === 'string' && Array.from(value).length === Number(length);
}

function lobCut(column: string): MigrationError {
  return new MigrationError(
    'SOURCE_READ_FAILED',
    `a value of LOB column ${column} arrived with another length than the database has`,
    {
      hint: 'Read the chunk again; if it stays so, read the column through a view and report the driver version.',
      facts: { column },
    },
  );
}
