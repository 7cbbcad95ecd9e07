import { toBeListed } from '../core/comparison/listing';
import type { Issue } from '../core/issues';

/** What was counted, and what there is to be done where it is not what the ledger says. */
const HINTS = {
  source: {
    code: 'COUNT_MISMATCH',
    hint: 'The load is not finished, or it read without a snapshot and the source has changed since: "cutover status" says which.',
  },
  account: {
    code: 'ACCOUNT_OPEN',
    hint: 'The load is not finished, or its ledger was edited: "cutover status" says whether it is finished, "cutover report" whether the ledger holds.',
  },
  gone: {
    code: 'COUNT_MISMATCH',
    hint: `Somebody has removed rows beside the run, or the load is not finished: "cutover status" says whether it is. ${toBeListed('rows that are missing')}`,
  },
  came: {
    code: 'COUNT_MISMATCH',
    hint: 'Somebody has added rows beside the run: see whose they are. A repair removes those that a comparison of keys or rows calls extra, and leaves others alone.',
  },
  orphans: {
    code: 'ORPHANS_FOUND',
    hint: `Somebody has removed parents or added children beside the run. ${toBeListed('parents that are missing')}`,
  },
} as const;

/** What is counted is not what the ledger says. */
export function mismatch(what: keyof typeof HINTS, subject: string, message: string): Issue {
  return { ...HINTS[what], level: 'error', subject, message };
}
