import { sequenceFindings } from '../../core/checks/sequence-findings';
import { MigrationError } from '../../core/errors';
import type { OrphanVerdict, RunFailure, SequenceVerdict } from '../../core/run/outcomes';
import type { RunRecord } from '../../core/run/run-record';
import { tablesOf, type EntityJob } from '../jobs/entity-job';
import { settleOrphans, type OrphanPorts } from './settle-orphans';

export interface RestoredTarget {
  readonly orphans: readonly OrphanVerdict[];
  /** The first thing that did not come back; null where all did. */
  readonly failure: RunFailure | null;
}

/**
 * What follows the last chunk: orphans settled, what was set aside restored, sequences beyond the loaded numbers. Safe to repeat. What
 * does not come back is part of the outcome, for the rows are there; triggers and indexes wait for the foreign keys, whose orphans may
 * still have to be moved.
 */
export async function restoreTarget(
  ports: OrphanPorts,
  run: Pick<RunRecord, 'id' | 'settings'>,
  { jobs, mode }: { readonly jobs: readonly EntityJob[]; readonly mode: 'load' | 'rehearse' },
): Promise<RestoredTarget> {
  const { target, emit } = ports;
  const settled = await attempted(() => settleOrphans(ports, run, jobs));
  const restored = settled.failure === null ? await attempted(() => target.restoreObjects(run.id)) : settled;
  const advanced = await attempted(() => target.advanceSequences(run.id, tablesOf(jobs)));
  for (const verdict of advanced.result ?? []) {
    const message = sequenceNotice(verdict, mode);
    if (message !== null) emit('notice', { message });
  }
  const short = await attempted(() => target.shortSequences(tablesOf(jobs)));
  for (const issue of sequenceFindings(short.result ?? [], SINCE[mode])) emit('issue', issue);
  return { orphans: settled.result ?? [], failure: restored.failure ?? advanced.failure ?? short.failure };
}

/** What the tables themselves hold of the run: a rehearsal fills copies. */
const SINCE = { load: 'loaded', rehearse: 'nothing' } as const;

/** A refusal of the target is a result; a target that is lost, or the work of another operator, ends the run. */
async function attempted<T>(
  work: () => Promise<T>,
): Promise<{ readonly result?: T; readonly failure: RunFailure | null }> {
  try {
    return { result: await work(), failure: null };
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'LOAD_FAILED') throw error;
    const { code, message, hint = null } = error;
    return { failure: { code, message, hint } };
  }
}

/** Null where there is nothing to know, or a finding says it before and after the load (SEQUENCE_BEHIND). */
function sequenceNotice({ sequence, state, next }: SequenceVerdict, mode: 'load' | 'rehearse'): string | null {
  const subject = `sequence ${sequence}`;
  switch (state) {
    case 'ahead':
    case 'no-right':
      return null;
    case 'moved':
      return `${subject} ${mode === 'rehearse' ? 'would continue' : 'now continues'} at ${BigInt(next ?? 0).toLocaleString('en-US')}`;
    case 'exhausted':
      return `${subject} has no number left beyond those in the table; inserts that use it will fail`;
    case 'descending':
      return `${subject} counts down and is left alone; see that it does not meet the loaded numbers`;
    case 'not-a-number':
      return `${subject} feeds a text column and is left alone; see that it does not meet the loaded values`;
  }
}
