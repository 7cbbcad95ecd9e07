import type { SnapshotRead, SourceTable } from '../core/ports/legacy-source';
import { isLob } from './column-text';
import { needColumn } from './dictionary';
import { queryRows, type Sessions } from './sessions';
import { averageLobLength } from './sql/read-statements';

/**
 * About how many bytes the LOBs of a row have that the read takes, by the rows that come first; null where the table has no rows
 * to tell. The dictionary's row length leaves them out, and they decide what a fetch and a chunk weigh in memory.
 */
export type LobSizes = (table: SourceTable, read: SnapshotRead) => Promise<number | null>;

/** Asks once per table and columns, then remembers. */
export function openLobSizes(sessions: Sessions): LobSizes {
  const known = new Map<string, number | null>();
  return async (table, { plan, scn }) => {
    const lobs = plan.columns.map(({ name }) => needColumn(table, name)).filter(isLob);
    if (lobs.length === 0) return 0;
    const key = JSON.stringify([table.name, lobs.map(({ name }) => name)]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const query = averageLobLength(
      { table: table.name, scn },
      lobs.map(({ name }) => name),
    );
    const [row] = await sessions.use(`measuring LOBs of ${plan.entity}`, (session) => queryRows(session, query));
    const average = typeof row?.[0] === 'string' ? Number(row[0]) : NaN;
    known.set(key, Number.isNaN(average) ? null : average);
    return known.get(key) ?? null;
  };
}
