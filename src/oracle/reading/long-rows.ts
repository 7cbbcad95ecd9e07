import { unreadValue } from '../../core/rows/large-value';
import { bytesInCell } from '../../core/run/lob-speed';
import type { LegacyRow, LegacyValue } from '../../core/mapping/wire';
import { refuseRow } from '../../core/rows/refused-rows';
import { heldBytes, VALUE_LIMITS } from '../../core/rows/value-limits';

/** A column of type LONG or LONG RAW: no SQL measures its values, and no locator reads them piece by piece. */
export interface LongColumn {
  readonly name: string;
  readonly class: 'LONG' | 'LONG RAW';
  readonly index: number;
}

/** How many rows the next fetch has, and whether it may begin while the last one is in use. */
interface NextFetch {
  readonly rows: number;
  readonly ahead: boolean;
}

/** Decides from the rows of a fetch how the next one is made. */
export interface FetchPace {
  readonly first: number;
  after(rows: readonly (readonly unknown[])[]): NextFetch;
}

export function steadyPace(rows: number): FetchPace {
  return { first: rows, after: () => ({ rows, ahead: true }) };
}

/**
 * Rows of a fetch at most. Any of them may be long, whatever came before it: so many of the longest that are taken still fit the
 * memory that a single converted value of that length may use.
 */
const MOST_ROWS = 4;

/** One row at first, then more as long as no long one was met; no fetch ahead before all sizes were small at the largest fetch. */
export function longPace(most: number, longs: readonly LongColumn[]): FetchPace {
  const largest = Math.min(MOST_ROWS, most);
  let rows = 1;
  let longest = 1;
  return {
    first: 1,
    after(fetched) {
      for (const row of fetched) for (const { index } of longs) longest = Math.max(longest, bytesInCell(row[index]));
      const room = Math.max(1, Math.floor(VALUE_LIMITS.batch / longest));
      const ahead = rows === largest && room > largest;
      rows = Math.min(rows * 2, room, largest);
      return { rows, ahead };
    },
  };
}

/** Bytes that the texts and bytes of a row take in memory, at most. */
export function bytesOf(row: LegacyRow): number {
  let bytes = 0;
  for (const value of row) {
    if (typeof value === 'string' || Buffer.isBuffer(value)) bytes += heldBytes(value);
  }
  return bytes;
}

/** Refuses the rows whose LONG is larger than may lie in memory; of such a value only the length is kept. */
export function refuseLong<Row extends LegacyRow>(
  rows: readonly Row[],
  columns: readonly LongColumn[],
): readonly Row[] {
  for (const row of rows) for (const column of columns) refuseCell(row, column);
  return rows;
}

function refuseCell(row: LegacyRow, { name, class: type, index }: LongColumn): void {
  const bytes = bytesInCell(row[index]);
  if (bytes <= VALUE_LIMITS.read) return;
  // The rows of a fetch belong to nobody else yet.
  (row as LegacyValue[])[index] = unreadValue(type === 'LONG' ? 'text' : 'bytes', bytes).asCell();
  const reason = `${name} has more than ${VALUE_LIMITS.read} bytes, the most of a ${type}, which is read as a whole`;
  refuseRow(row, { column: name, reason });
}

/** Joins short fetches to batches of about the bytes that a batch may have, and of `most` rows. */
export function joined(most: number): {
  /** The rows of the batch where it is full with these; else null. */
  readonly add: (rows: readonly LegacyRow[]) => readonly LegacyRow[] | null;
  readonly rest: () => readonly LegacyRow[];
} {
  let batch: LegacyRow[] = [];
  let bytes = 0;
  const rest = (): readonly LegacyRow[] => {
    const rows = batch;
    batch = [];
    bytes = 0;
    return rows;
  };
  return {
    add(rows) {
      batch.push(...rows);
      bytes += rows.reduce((sum, row) => sum + bytesOf(row), 0);
      return bytes < VALUE_LIMITS.batch && batch.length < most ? null : rest();
    },
    rest,
  };
}
