import type { Report } from '../words/report';
import { tableLines } from '../words/table';

/** One entity of a plan, in loading order. */
export interface PlannedEntity {
  readonly entity: string;
  readonly source: string;
  readonly target: string;
  readonly parents: readonly string[];
  /** Rows of the source now: all of them, and those that meet the mapping's condition. */
  readonly total: number;
  readonly matching: number;
  /** How the table would be cut: by ROWID blocks, by key, or not at all. */
  readonly strategy: 'rowid' | 'key' | 'all';
  readonly chunks: number;
}

const CUTS = { rowid: 'by ROWID', key: 'by key', all: 'whole' } as const;

/** The loading order with rows, chunks and parents. */
export function planReport(entities: readonly PlannedEntity[]): Report {
  const rows = entities.map((planned, index) => [
    index + 1,
    planned.entity,
    planned.source,
    planned.target,
    planned.matching,
    planned.total - planned.matching,
    planned.chunks,
    CUTS[planned.strategy],
    planned.parents.join(', ') || null,
  ]);
  const headings = ['#', 'entity', 'source', 'target', 'rows', 'filtered', 'chunks', 'cut', 'after'];
  return { output: `${tableLines(headings, rows).join('\n')}\n`, exitCode: 0, facts: { entities } };
}
