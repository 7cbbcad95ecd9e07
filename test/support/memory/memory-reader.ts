import type { TargetRow } from '../../../src/core/mapping/wire';
import type { ReadingRequest, ServerRow, TargetReader } from '../../../src/core/ports/target-reader';

/** Rows that were loaded in the order of the request's columns, as texts; the run wrote them all, and no parent is missing. */
export function memoryReader({ columns }: ReadingRequest, rows: readonly TargetRow[]): TargetReader {
  return {
    kinds: columns.map(() => 'text'),
    tracked: true,
    rows: () => batches(rows.map(serverRow)),
    owners: () => Promise.resolve({ t: rows.length, o: 0, l: 0, s: 0, f: 0 }),
    movedRows: () => batches([]),
    asStored: (_column, values) => Promise.resolve(values),
    parentless: (_question, keys) => Promise.resolve(keys.map(() => false)),
    newcomers: () => Promise.resolve([]),
    heldBefore: (_columns, keys) => Promise.resolve(keys.map(() => false)),
    close: () => Promise.resolve(),
  };
}

function serverRow(row: TargetRow): ServerRow {
  return ['t', ...row.map((value) => (Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : shown(value)))];
}

function shown(value: Exclude<TargetRow[number], Buffer>): string | null {
  return value === null ? null : String(value);
}

async function* batches(rows: readonly ServerRow[]): AsyncGenerator<readonly ServerRow[]> {
  await Promise.resolve();
  if (rows.length > 0) yield rows;
}
