import type { OrphanVerdict, SequenceVerdict } from '../core/outcomes';
import type { RunRecord } from '../core/ports/ledger';
import type { EntityJob } from './entity-job';
import { settleOrphans, type OrphanPorts } from './settle-orphans';

/** What follows the last chunk: orphans settled, what was set aside restored, sequences beyond the loaded numbers. Safe to repeat. */
export async function restoreTarget(
  ports: OrphanPorts,
  run: Pick<RunRecord, 'id' | 'settings'>,
  jobs: readonly EntityJob[],
): Promise<readonly OrphanVerdict[]> {
  const { target, emit } = ports;
  const orphans = await settleOrphans(ports, run, jobs);
  await target.restoreObjects(run.id);
  for (const verdict of await target.advanceSequences(jobs.map(({ contract }) => contract.table))) {
    const message = sequenceNotice(verdict);
    if (message !== null) emit('notice', { message });
  }
  return orphans;
}

/** Null where there is nothing to know. */
function sequenceNotice({ sequence, state, next }: SequenceVerdict): string | null {
  const subject = `sequence ${sequence}`;
  switch (state) {
    case 'ahead':
      return null;
    case 'moved':
      return `${subject} now continues at ${BigInt(next ?? 0).toLocaleString('en-US')}`;
    case 'exhausted':
      return `${subject} has no number left beyond those in the table; inserts that use it will fail`;
    case 'descending':
      return `${subject} counts down and is left alone; see that it does not meet the loaded numbers`;
    case 'not-a-number':
      return `${subject} feeds a text column and is left alone; see that it does not meet the loaded values`;
    case 'no-right':
      return `${subject} is left alone, for the user may not set it; set it past the loaded numbers as its owner`;
  }
}
