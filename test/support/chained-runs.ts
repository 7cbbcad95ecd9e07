import { COMPARE_LEVELS } from '../../src/core/comparison/comparison';
import type { Target } from '../../src/core/ports/target';
import type { Validation } from '../../src/core/run/evidence';
import { NO_SETTINGS } from '../../src/core/run/run-settings';

let runs = 0;
let notes = 0;

/** A run of which the ledger knows no more than that it began. */
export async function newRun({ ledger }: Pick<Target, 'ledger'>): Promise<string> {
  runs += 1;
  const facts = { scn: '1', source: 's', target: 't', fingerprints: {}, settings: NO_SETTINGS };
  return (await ledger.createRun({ ...facts, id: `run-${runs}` })).id;
}

/** Notes validations of a run, one after the other, no two alike. */
export async function noteValidations({ ledger }: Pick<Target, 'ledger'>, runId: string, count: number): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) {
    notes += 1;
    await ledger.noteValidation(runId, aValidation(`note ${notes}`), `id ${notes}`);
  }
}

export function aValidation(message: string): Validation {
  const level = COMPARE_LEVELS[message.length % COMPARE_LEVELS.length] ?? 'counts';
  return { level, issues: [{ code: 'X', level: 'error', subject: 'x', message, hint: '' }], verdicts: [] };
}
