import type { RunReport } from './run-report';
import { timeText } from './times';

/** What stands under the verdict: a name and its value. */
export type HeadlineFact = readonly [name: string, value: string];

/** Which run this is, in a few facts. */
export function headlineFacts({ run, starts, generated, seal }: RunReport): HeadlineFact[] {
  const operators = [...new Set(starts.flatMap(({ operator }) => operator ?? []))];
  return [
    ['Run', `${run.id}, ${run.state}`],
    ['Source', run.source],
    ['Target', run.target],
    ['Moment', run.scn === null ? 'no snapshot: tables may not agree with each other' : `SCN ${run.scn}`],
    ['Started', timeText(run.startedAt)],
    ['Ended', run.finishedAt === null ? 'not yet' : timeText(run.finishedAt)],
    ...(operators.length === 0 ? [] : [['By', operators.join(', ')] as const]),
    ...(seal === null ? [] : [['Digest of the ledger', seal.digest] as const]),
    ['Report of', timeText(generated.at)],
  ];
}

/** The title of the report. */
export function titleOf({ run, mode }: RunReport): string {
  return `${mode === 'rehearse' ? 'Rehearsal' : 'Migration'} ${run.id}`;
}

/** The verdict in a word. */
export const VERDICT_WORDS: Readonly<Record<RunReport['verdict']['kind'], string>> = {
  proven: 'Proven',
  counted: 'Counts agree',
  'not-validated': 'Not validated',
  'not-proven': 'Not proven',
  'not-complete': 'Not complete',
};

/** What a rehearsal is not. */
export const REHEARSAL_NOTE = 'This was a rehearsal in a shadow schema: nothing of it was kept in the target.';
