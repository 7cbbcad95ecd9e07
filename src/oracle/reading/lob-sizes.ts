import type { LobFacts, SnapshotRead, SourceTable } from '../../core/ports/legacy-source';
import { isLob } from '../sql/column-text';
import { needColumn } from '../dictionary/dictionary';
import { queryRows, type Sessions } from '../session/sessions';
import { lobLengths } from '../sql/lob-statements';

/**
 * Measures the LOBs that a read takes, by their locators: one pass over the table, whose first rows say nothing of the others. The
 * dictionary's row length leaves LOBs out, and they decide what a fetch and a chunk weigh in memory.
 */
export interface LobSizes {
  readonly of: (table: SourceTable, read: SnapshotRead) => Promise<LobFacts>;
  /** Remembers what was measured elsewhere. */
  readonly know: (table: SourceTable, read: SnapshotRead, facts: LobFacts) => void;
}

const NO_LOBS: LobFacts = { average: 0, longest: 0 };

/** Asks once per table, columns and snapshot, then remembers; those who ask meanwhile wait for the same answer. */
export function openLobSizes(sessions: Sessions): LobSizes {
  const known = new Map<string, Promise<LobFacts>>();
  const keyOf = (table: SourceTable, read: SnapshotRead): string =>
    JSON.stringify([table.name, lobsOf(table, read), read.scn]);
  return {
    of: (table, read) => {
      if (lobsOf(table, read).length === 0) return Promise.resolve(NO_LOBS);
      const key = keyOf(table, read);
      const before = known.get(key);
      if (before !== undefined) return before;
      const facts = measured(sessions, table, read);
      known.set(key, facts);
      facts.catch(() => known.delete(key));
      return facts;
    },
    know: (table, read, facts) => known.set(keyOf(table, read), Promise.resolve(facts)),
  };
}

function lobsOf(table: SourceTable, { plan }: SnapshotRead): string[] {
  const lobs = plan.columns.map(({ name }) => needColumn(table, name)).filter(isLob);
  return [...new Set(lobs.map(({ name }) => name))];
}

async function measured(sessions: Sessions, table: SourceTable, read: SnapshotRead): Promise<LobFacts> {
  const query = lobLengths({ table: table.name, scn: read.scn }, lobsOf(table, read));
  const doing = `measuring LOBs of ${read.plan.entity}`;
  const [row = []] = await sessions.use(doing, (session) => queryRows(session, query));
  const [average = null, ...longest] = row.map(numberIn);
  return { average, longest: Math.max(0, ...longest.map((length) => length ?? 0)) };
}

function numberIn(value: unknown): number | null {
  const number = typeof value === 'string' ? Number(value) : NaN;
  return Number.isNaN(number) ? null : number;
}
