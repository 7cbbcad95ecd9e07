import type { SnapshotRead, SourceTable } from '../core/ports/legacy-source';
import { isLob } from './column-text';
import { needColumn } from './dictionary';
import { queryRows, type Sessions } from './sessions';
import { lobLengths } from './sql/lob-statements';

/** What the LOBs of a table weigh that a read takes, in bytes or characters as the source counts them. */
export interface LobFacts {
  /** Of a row together, over all rows; null where the table has none. */
  readonly average: number | null;
  readonly longest: number;
}

/**
 * Measures the LOBs that a read takes, by their locators: one pass over the table, whose first rows say nothing of the others. The
 * dictionary's row length leaves LOBs out, and they decide what a fetch and a chunk weigh in memory.
 */
export type LobSizes = (table: SourceTable, read: SnapshotRead) => Promise<LobFacts>;

const NO_LOBS: LobFacts = { average: 0, longest: 0 };

/** Asks once per table, columns and snapshot, then remembers. */
export function openLobSizes(sessions: Sessions): LobSizes {
  const known = new Map<string, LobFacts>();
  return async (table, { plan, scn }) => {
    const lobs = plan.columns.map(({ name }) => needColumn(table, name)).filter(isLob);
    const names = [...new Set(lobs.map(({ name }) => name))];
    if (names.length === 0) return NO_LOBS;
    const key = JSON.stringify([table.name, names, scn]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const query = lobLengths({ table: table.name, scn }, names);
    const [row = []] = await sessions.use(`measuring LOBs of ${plan.entity}`, (session) => queryRows(session, query));
    const [average = null, ...longest] = row.map(numberIn);
    const facts = { average, longest: Math.max(0, ...longest.map((length) => length ?? 0)) };
    known.set(key, facts);
    return facts;
  };
}

function numberIn(value: unknown): number | null {
  const number = typeof value === 'string' ? Number(value) : NaN;
  return Number.isNaN(number) ? null : number;
}
