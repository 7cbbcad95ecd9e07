import type { EntityProgress, RunRecord } from '../core/ports/ledger';
import type { Report } from './report';
import { tableLines } from './table';

/** Where a run stands by the ledger. */
export function statusReport(run: RunRecord, entities: readonly EntityProgress[]): Report {
  const ended = run.finishedAt === null ? '' : `, ended ${run.finishedAt}`;
  const rows = entities.map(({ entity, plannedChunks, loadedChunks, tally }) => [
    entity,
    loadedChunks,
    plannedChunks,
    tally.source,
    tally.loaded,
    tally.rejected,
    tally.filtered,
  ]);
  const lines = [
    `Run ${run.id}: ${run.state}, started ${run.startedAt}${ended}`,
    `source ${run.source}, target ${run.target}, ${run.scn === null ? 'no snapshot' : `SCN ${run.scn}`}`,
    ...tableLines(['entity', 'chunks done', 'of', 'source', 'loaded', 'rejected', 'filtered'], rows),
    ...(run.state === 'complete' ? [] : [`Go on with: cutover migrate --resume --run ${run.id}`]),
  ];
  return { output: `${lines.join('\n')}\n`, exitCode: 0, facts: { run, entities } };
}

/** The same where no run has begun. */
export function noRunReport(): Report {
  return { output: 'No run in the ledger of this target.\n', exitCode: 0, facts: { run: null } };
}
