import { NOTHING_READ } from '../../core/run/account';
import { accountIssues } from '../../core/checks/source-scope-issues';
import type { Emit } from '../../core/run/events';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { EntityProgress, RunRecord } from '../../core/run/run-record';
import type { Target } from '../../core/ports/target';
import { countSources, type SourceSurvey } from '../../core/sources/survey-sources';

interface AccountingPorts {
  readonly source: LegacySource;
  readonly target: Target;
  readonly emit: Emit;
}

/**
 * Counts each row of the legacy tables once, by which mapping takes it, at the SCN of the run, and keeps that in the ledger. A resumed run
 * does so only where an earlier start did not, or another SCN is read now. What no mapping takes is told.
 */
export async function accountForSources(
  { source, target, emit }: AccountingPorts,
  { id, scn }: RunRecord,
  survey: SourceSurvey | undefined,
): Promise<void> {
  if (survey === undefined) return;
  const saved = await target.ledger.sources(id);
  if (saved?.every((account) => account.scn === scn) === true) return;
  const progress = await target.ledger.progress(id);
  const accounts = await countSources(survey, { source, scn, known: (entity) => countsOf(entity, progress, scn) });
  await target.ledger.saveSources(id, accounts);
  const told = accountIssues(accounts, 'warning').filter(({ code }) => code !== 'SOURCE_TABLES_UNMAPPED');
  for (const issue of told) emit('issue', issue);
}

/** As the plan of the entity has counted them, where that was at this SCN. */
function countsOf(
  entity: string,
  progress: readonly EntityProgress[],
  scn: string | null,
): { readonly matching: number; readonly total: number } | null {
  const tally = progress.find((one) => one.entity === entity && one.countedAt === scn)?.tally ?? NOTHING_READ;
  return tally.source === null ? null : { total: tally.source, matching: tally.source - tally.filtered };
}
