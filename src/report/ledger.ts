import { counted } from '../core/counted';
import type { RunListing } from '../core/ports/ledger';
import type { Report } from './report';
import { tableLines } from './table';

/** All runs of a ledger. */
export function ledgerReport(runs: readonly RunListing[]): Report {
  const rows = runs.map(({ id, state, startedAt, finishedAt, rows: loaded, rejects }) => [
    id,
    state,
    startedAt,
    finishedAt,
    loaded,
    rejects,
  ]);
  const lines =
    runs.length === 0
      ? ['No run in the ledger of this target.']
      : tableLines(['run', 'state', 'started', 'finished', 'rows', 'rejects'], rows);
  return { output: `${lines.join('\n')}\n`, exitCode: 0, facts: { runs } };
}

/** What was dropped: runs of the ledger, or with them the ledger itself. */
export function droppedReport(dropped: readonly string[], what: 'ledger' | 'run'): Report {
  const line =
    what === 'run'
      ? `Dropped: run ${dropped.join(', ')}`
      : `Dropped: the ledger, with ${counted(dropped.length, 'run')}. Nothing of it is left in the target.`;
  return { output: `${line}\n`, exitCode: 0, facts: { dropped, what } };
}
