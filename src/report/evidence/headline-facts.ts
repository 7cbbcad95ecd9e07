import { partName } from '../words/part-text';
import type { RunReport } from './run-report';
import { isCountedOnly } from './run-verdict';
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
    [run.state === 'reset' ? 'Taken back' : 'Ended', run.finishedAt === null ? 'not yet' : timeText(run.finishedAt)],
    ...(operators.length === 0 ? [] : [['By', operators.join(', ')] as const]),
    ...(seal === null ? [] : [['Digest of the ledger', seal.digest] as const]),
    ['Report of', timeText(generated.at)],
  ];
}

/** The title of the report. */
export function titleOf({ run, mode }: RunReport): string {
  return `${mode === 'rehearse' ? 'Rehearsal' : 'Migration'} ${run.id}`;
}

/** The verdict in a word; of a run of some entities, with how many they are. */
export function verdictWord({ verdict, entities }: Pick<RunReport, 'verdict' | 'entities'>): string {
  const { kind, part } = verdict;
  const word = kind === 'counted' && !isCountedOnly(entities) ? 'Nothing differs, not proven' : VERDICT_WORDS[kind];
  return part === null ? word : `${word} (${partName(part)})`;
}

const VERDICT_WORDS: Readonly<Record<RunReport['verdict']['kind'], string>> = {
  proven: 'Proven',
  'partly-proven': 'Proven in part',
  counted: 'Counts agree',
  'not-validated': 'Not validated',
  'not-proven': 'Not proven',
  'not-complete': 'Not complete',
};

/** What a rehearsal is not. */
export const REHEARSAL_NOTE = 'This was a rehearsal in a shadow schema: nothing of it was kept in the target.';
