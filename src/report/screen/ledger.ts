import { counted } from '../../core/counted';
import type { RunListing } from '../../core/ports/ledger';
import type { Issue } from '../../core/issues';
import { issueLines } from './issues';
import type { Report } from '../words/report';
import { tableLines } from '../words/table';

export interface ListedRun extends RunListing {
  /** Its state in words, of a run that is loaded and not complete as well. */
  readonly standing: string;
  /** What that word would need, and the ledger does not hold because of its version. */
  readonly outdated: readonly Issue[];
}

/** All runs of a ledger, and what is not in place in its target. */
export function ledgerReport(runs: readonly ListedRun[], issues: readonly Issue[] = []): Report {
  const rows = runs.map(({ id, standing, startedAt, finishedAt, rows: loaded, rejects }) => [
    id,
    standing,
    startedAt,
    finishedAt,
    loaded,
    rejects,
  ]);
  const lines =
    runs.length === 0
      ? ['No run in the ledger of this target.']
      : tableLines(['run', 'state', 'started', 'finished', 'rows', 'rejects'], rows);
  // The same of all runs.
  const outdated = runs.find((run) => run.outdated.length > 0)?.outdated ?? [];
  const output = [...lines, ...[...outdated, ...issues].flatMap(issueLines)].join('\n');
  return { output: `${output}\n`, exitCode: 0, facts: { runs, issues } };
}

/** What was dropped: runs of the ledger, or with them the ledger itself; and what could not be removed with it. */
export function droppedReport(dropped: readonly string[], what: 'ledger' | 'run', left: readonly Issue[] = []): Report {
  const line =
    what === 'run'
      ? `Dropped: run ${dropped.join(', ')}`
      : `Dropped: the ledger, with ${counted(dropped.length, 'run')}.${left.length === 0 ? ' Nothing of it is left in the target.' : ''}`;
  const output = [line, ...left.flatMap(issueLines)].join('\n');
  return { output: `${output}\n`, exitCode: 0, facts: { dropped, what, left } };
}
