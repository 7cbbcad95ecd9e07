import { counted } from '../../core/counted';
import { MigrationError } from '../../core/errors';
import type { EntityFindings } from '../../core/comparison/comparison';
import type { Emit } from '../../core/run/events';
import type { EntityVerdict } from '../../core/run/outcomes';
import { isPending } from '../../core/run/pending';
import type { RunRecord } from '../../core/run/run-record';
import { isOfManyMoments } from '../../core/run/snapshots';
import { compareEntity, type Comparing } from './compare-entity';
import type { ComparisonSubject } from './comparison-plan';

export interface RunComparing extends Omit<Comparing, 'tally' | 'ofOneMoment'> {
  readonly run: Comparing['run'] & Pick<RunRecord, 'state'>;
  readonly emit: Emit;
}

/** The verdicts with what their rows' comparison added to them, and what was found, values included. */
export interface RunCompared {
  readonly verdicts: readonly EntityVerdict[];
  readonly findings: readonly EntityFindings[];
}

/** Compares the entities one after the other, without those that are still to be loaded; `verdicts` are those of the counts. */
export async function compareRun(
  subjects: readonly ComparisonSubject[],
  verdicts: readonly EntityVerdict[],
  comparing: RunComparing,
): Promise<RunCompared> {
  const progress = await comparing.target.ledger.progress(comparing.run.id);
  const compared: EntityVerdict[] = [];
  const findings: EntityFindings[] = [];
  for (const verdict of verdicts) {
    const subject = subjects.find(({ entity }) => entity === verdict.entity);
    if (subject === undefined) throw withoutSubject(verdict.entity);
    const account = progress.find(({ entity }) => entity === subject.entity);
    if (isPending(comparing.run, account)) {
      compared.push(verdict);
      continue;
    }
    comparing.emit('notice', { message: noticeOf(verdict) });
    // After --new-snapshot the last one: what was written between the two shows as a difference.
    const snapshots = account?.snapshots ?? [];
    const scn = snapshots.at(-1) ?? comparing.run.scn;
    const run = { ...comparing.run, scn };
    const result = await compareEntity(subject, {
      ...comparing,
      run,
      tally: verdict.tally,
      ofOneMoment: !isOfManyMoments(snapshots),
    });
    if (result.findings !== null) findings.push(result.findings);
    const comparison = result.findings === null ? {} : { comparison: result.findings.comparison };
    compared.push({ ...verdict, ...comparison, issues: [...verdict.issues, ...result.issues] });
  }
  return { verdicts: compared, findings };
}

/** Left out, an entity would vanish from the result, its errors with it. */
function withoutSubject(entity: string): MigrationError {
  return new MigrationError('INTERNAL', `${entity} was counted, and there is nothing to compare it by`);
}

/** The rows of a table that several entities fill are none of one entity's figures. */
function noticeOf({ entity, targetRows, filledBy = [] }: EntityVerdict): string {
  const rows = counted(targetRows, 'row');
  return `comparing ${entity}: ${filledBy.length === 0 ? rows : `${rows} of ${filledBy.join(', ')} together`}`;
}
