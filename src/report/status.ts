import type { EntityProgress, RunRecord } from '../core/ports/ledger';
import { resumeCommand } from '../core/resume-command';
import { snapshotIssues } from '../core/snapshots';
import { issueLines } from './issues';
import type { Report } from './report';
import { tableLines } from './table';
import { tallyColumns } from './tally-columns';

/** Where a run stands by the ledger. */
export function statusReport(run: RunRecord, entities: readonly EntityProgress[]): Report {
  const ended = run.finishedAt === null ? '' : `, ended ${run.finishedAt}`;
  const columns = tallyColumns(entities.map(({ tally }) => tally));
  const rows = entities.map(({ entity, plannedChunks, loadedChunks, tally }) => [
    entity,
    loadedChunks,
    plannedChunks,
    tally.source,
    ...columns.map((column) => column.of(tally)),
  ]);
  const lines = [
    `Run ${run.id}: ${run.state}, started ${run.startedAt}${ended}`,
    `source ${run.source}, target ${run.target}, ${run.scn === null ? 'no snapshot' : `SCN ${run.scn}`}`,
    ...tableLines(['entity', 'chunks done', 'of', 'source', ...columns.map(({ heading }) => heading)], rows),
    ...entities.flatMap(({ entity, snapshots }) => snapshotIssues(entity, snapshots, run.scn)).flatMap(issueLines),
    ...nextStep(run, entities),
  ];
  return { output: `${lines.join('\n')}\n`, exitCode: 0, facts: { run, entities } };
}

function nextStep(run: RunRecord, entities: readonly EntityProgress[]): string[] {
  const { state } = run;
  if (state === 'complete') return [];
  if (state === 'reset') return ['What it had loaded was removed again. Start anew with: cutover migrate'];
  return [`Go on with: ${resumeCommand(run, entities)}`];
}

/** The same where no run has begun. */
export function noRunReport(): Report {
  return { output: 'No run in the ledger of this target.\n', exitCode: 0, facts: { run: null } };
}
