import type { LegacyRow, LegacyValue } from '../../core/mapping/wire';
import type { ChunkRead, LobFacts, SourceTable } from '../../core/ports/legacy-source';
import { lobClass } from '../../core/run/lob-speed';
import { HELD_BYTES_PER_UNIT, VALUE_LIMITS } from '../../core/rows/value-limits';
import { plainType, type ColumnReader } from '../sql/column-text';
import type { OracleSession, OracleSettings } from '../session/driver';
import { exactTextButLobs } from '../session/fetch-types';
import { noteFetch, timed, type MeteredColumn } from './lob-meter';
import { readLobs, type LobColumn, type LocatedRow } from './lob-values';
import { bytesOf, joined, longPace, refuseLong, steadyPace, type FetchPace, type LongColumn } from './long-rows';
import { FETCH } from '../session/sessions';
import type { Statement } from '../sql/statement';
import { withLobs } from './whole-lobs';

/** About what the LOBs of one row weigh in a fetch where the table has no rows to tell; each. */
const LOB_BYTES = 65_536;
/** LOBs differ much in size: a fetch has room for rows of several times the mean, and never counts on small ones. */
const LOB_SPREAD = 4;
const LEAST_LOB_BYTES = 16_384;
const DEFAULT_ROW_BYTES = 256;
/** Rows whose LOBs are read by their locators; nothing of them but these is fetched. */
const LOCATED_ROWS = 64;

/** A column of a read, as the dictionary has it. */
export interface PlannedColumn {
  readonly name: string;
  readonly dataType: string;
  /** Nothing but a copy reads its values. */
  readonly copied: boolean;
  readonly reader: ColumnReader;
}

/** How the rows of a read are fetched. */
export interface FetchShape {
  readonly lobs: readonly LobColumn[];
  /** The same and columns of type LONG, for the measure of their speed. */
  readonly metered: readonly MeteredColumn[];
  /** Of a row: its ROWID and columns. */
  readonly width: number;
  /** Most rows of a fetch whose LOBs come with them. */
  readonly rows: number;
  /** Of type LONG or LONG RAW. */
  readonly longs: readonly LongColumn[];
}

interface FetchedTable {
  readonly table: SourceTable;
  readonly columns: readonly PlannedColumn[];
  readonly lobs: LobFacts;
  readonly settings: OracleSettings;
  readonly batchRows: number;
}

export function fetchShape(fetched: FetchedTable): FetchShape {
  const { columns, batchRows } = fetched;
  const width = 1 + columns.length;
  const classed = columns.map((column, index) => {
    return { ...column, class: lobClass(plainType(column.dataType)), index: index + 1 };
  });
  const metered = classed.flatMap(({ class: name, index }) => (name === null ? [] : [{ class: name, index }]));
  const lobs = classed
    .flatMap(({ reader, class: name, ...column }) =>
      reader.lob === null || name === null ? [] : [{ ...column, class: name, kind: reader.lob }],
    )
    .map((lob, position) => ({ ...lob, lengthAt: width + position }));
  const rows = Math.max(1, Math.min(fetchRows(fetched, lobs.length), batchRows));
  const longs = classed.flatMap(({ name, class: type, index }) =>
    type === 'LONG' || type === 'LONG RAW' ? [{ name, class: type, index }] : [],
  );
  return { lobs, metered, width, rows, longs };
}

/** Rows per fetch: few round trips for narrow rows, little memory for wide ones; however the sizes are spread, bounded by the longest. */
function fetchRows({ settings, table, lobs }: FetchedTable, count: number): number {
  const { average, longest } = lobs;
  const ofLobs = average === null ? count * LOB_BYTES : Math.max(count * LEAST_LOB_BYTES, average * LOB_SPREAD);
  const rowBytes = (table.averageRowBytes ?? DEFAULT_ROW_BYTES) + ofLobs;
  const byBytes = Math.floor((settings.fetchBytes ?? 8_388_608) / Math.max(rowBytes, 1));
  const atWorst = count * Math.min(longest, VALUE_LIMITS.inline) * HELD_BYTES_PER_UNIT;
  // One batch is used while another is fetched.
  const byLongest = atWorst === 0 ? Infinity : Math.floor((VALUE_LIMITS.batch * 2) / atWorst);
  return Math.min(settings.fetchRows ?? 2_000, byBytes, byLongest);
}

/** Rows with their LOBs, one fetch ahead; of a table with a LONG few at a time, so that no order of sizes makes a fetch large. */
export async function* rowsWithValues(
  session: OracleSession,
  query: Statement,
  { shape, read }: { readonly shape: FetchShape; readonly read: Pick<ChunkRead, 'lobs'> },
): AsyncGenerator<readonly LegacyRow[]> {
  const { lobs, metered, width, rows, longs } = shape;
  const pace = longs.length === 0 ? steadyPace(rows) : longPace(rows, longs);
  const batches = longs.length === 0 ? null : joined(rows);
  for await (const fetched of fetchAhead(session, query, pace)) {
    const values = lobs.length === 0 ? fetched.rows : withLobs(fetched.rows, lobs, width);
    noteFetch(read.lobs, metered, { rows: values, seconds: fetched.seconds });
    const batch = batches === null ? values : batches.add(refuseLong(values, longs));
    if (batch !== null) yield batch;
  }
  const rest = batches?.rest() ?? [];
  if (rest.length > 0) yield rest;
}

interface Fetched {
  readonly rows: LegacyValue[][];
  /** From the request for them to their arrival. */
  readonly seconds: number;
}

/** Yields array fetches; where the pace lets it, while the next one is already under way. */
async function* fetchAhead(session: OracleSession, query: Statement, pace: FetchPace): AsyncGenerator<Fetched> {
  const { first } = pace;
  const options = { ...FETCH, resultSet: true, prefetchRows: first, fetchArraySize: first } as const;
  const { resultSet } = await session.execute<LegacyValue[]>(query.sql, { ...query.binds }, options);
  if (resultSet === undefined) return;
  const fetch = (size: number) => settled(timed(session.answer('fetch', resultSet.getRows(size))));
  let next = fetch(first);
  try {
    for (;;) {
      const { value: rows, seconds } = (await next)();
      if (rows.length === 0) return;
      const { rows: size, ahead } = pace.after(rows);
      if (ahead) next = fetch(size);
      yield { rows, seconds };
      if (!ahead) next = fetch(size);
    }
  } finally {
    await next;
    await closeQuietly(session, resultSet);
  }
}

/** The rows with long LOBs: locators are fetched, then each LOB is read by its own. A batch ends where its values are enough. */
export async function* rowsByLocator(
  session: OracleSession,
  query: Statement,
  { shape, read }: { readonly shape: FetchShape; readonly read: ChunkRead },
): AsyncGenerator<readonly LegacyRow[]> {
  const most = Math.min(LOCATED_ROWS, read.batchRows ?? LOCATED_ROWS);
  const pace = shape.longs.length === 0 ? steadyPace(most) : longPace(most, shape.longs);
  const fetched = { prefetchRows: pace.first, fetchArraySize: pace.first } as const;
  const options = { ...FETCH, fetchTypeHandler: exactTextButLobs, resultSet: true, ...fetched } as const;
  const { resultSet } = await session.execute<LocatedRow>(query.sql, { ...query.binds }, options);
  if (resultSet === undefined) return;
  let size = pace.first;
  try {
    for (;;) {
      const { value: rows, seconds } = await timed(session.answer('fetch', resultSet.getRows(size)));
      if (rows.length === 0) return;
      size = pace.after(rows).rows;
      // A LONG has no locator.
      noteFetch(read.lobs, shape.metered, { rows, seconds });
      yield* readBatches(rows, { ...shape, read, answer: (asked, answer) => session.answer(asked, answer) });
    }
  } finally {
    await closeQuietly(session, resultSet);
  }
}

async function* readBatches(
  rows: readonly LocatedRow[],
  reading: Parameters<typeof readLobs>[1] & Pick<FetchShape, 'longs'>,
): AsyncGenerator<readonly LegacyRow[]> {
  let batch: LegacyRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const values = await readLobs(row, reading);
    refuseLong([values], reading.longs);
    batch.push(values);
    bytes += bytesOf(values);
    if (bytes < VALUE_LIMITS.batch) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
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
async function closeQuietly(session: OracleSession, resultSet: { close(): Promise<void> }): Promise<void> {
  await session.answer('close of a cursor', resultSet.close()).catch(() => undefined);
}
