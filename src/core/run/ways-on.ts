import type { ErrorCode } from '../errors';
import type { RejectCount } from './readiness';
import { rowsBefore } from './rows-before';
import type { RunRecord } from './run-record';

const DUPLICATE = '23505';

/** How a run has ended that is not complete. */
export interface RunEnding {
  readonly runId: string;
  /** The command that goes on with it. */
  readonly resume: string;
  /** Of its entities. */
  readonly codes: readonly (ErrorCode | null)[];
  /** Whether most of too many rejects have the key of a row that the target had before. */
  readonly tooMany: 'duplicates' | 'others';
}

/** What can be done with it, a line each: never only what would end in the same way again. */
export function waysOn({ runId, resume, codes, tooMany }: RunEnding): string[] {
  if (codes.includes('TARGET_CONFLICT')) {
    return [
      'Under --on-conflict abort a resumed run would end in the same way again.',
      `Take this one back with: cutover reset --run ${runId}`,
      `Or take it back and start anew, with skip, reject or update: cutover migrate --restart --on-conflict skip`,
    ];
  }
  const goOn = `Go on with: ${resume}`;
  if (tooMany === 'others') return [goOn];
  return [
    'Most of the rejected rows have a key that the target had before the run.',
    `To keep those: cutover migrate --restart --on-conflict skip`,
    `To overwrite those: cutover migrate --restart --on-conflict update`,
    `To leave them rejected: ${resume}`,
  ];
}

/** Whether most rejects of a run have the key of a row that the target may have had before it. */
export function mostlyDuplicates(
  { settings, fingerprints }: Pick<RunRecord, 'settings' | 'fingerprints'>,
  rejects: readonly RejectCount[],
): boolean {
  const before = Object.keys(fingerprints).filter((entity) => rowsBefore(settings, entity) > 0);
  const sum = (counts: readonly RejectCount[]): number => counts.reduce((total, { count }) => total + count, 0);
  const duplicates = rejects.filter(({ sqlState, entity }) => sqlState === DUPLICATE && before.includes(entity));
  return sum(duplicates) * 2 > sum(rejects);
}
