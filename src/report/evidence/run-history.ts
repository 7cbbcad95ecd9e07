import { counted } from '../../core/counted';
import type { RunTrail } from '../../core/evidence';
import { repairedRows } from '../../core/trail-mark';

/** What was done to a run beside its load, a phrase each: whoever signs for it is told. */
export function historyOf({
  starts,
  repairs,
  retries,
  resets,
}: Pick<RunTrail, 'starts' | 'repairs' | 'retries' | 'resets'>): string[] {
  const resumed = starts.filter((start) => start.resumed).length;
  return [
    ...dangers(starts),
    ...(resumed === 0 ? [] : [`the run was resumed ${times(resumed)}`]),
    ...(resets.length === 0 ? [] : [resetText(resets)]),
    ...repairedTexts(repairs),
    ...sums(retries.map(({ entity, rows }) => [entity, rows])).map(
      ([entity, rows]) => `${counted(rows, 'rejected row')} of ${entity} ${rows === 1 ? 'was' : 'were'} loaded later`,
    ),
  ];
}

const DANGERS: Readonly<Record<string, (subject: string, names: string) => string>> = {
  TRIGGERS_FIRE: (subject, names) => `triggers or rules fired on rows of ${subject} (${names})`,
  TARGET_UNLOGGED: (subject, names) =>
    `${subject} was loaded into what a crash of the server empties (unlogged: ${names})`,
};

/** What the operator has allowed against the pre-flight, which names it behind a colon. */
function dangers(starts: RunTrail['starts']): string[] {
  const texts = starts.flatMap(({ findings }) =>
    findings.flatMap(({ code, subject, message }) => {
      const text = Object.hasOwn(DANGERS, code) ? DANGERS[code] : undefined;
      return text === undefined ? [] : [text(subject, message.slice(message.indexOf(': ') + 2))];
    }),
  );
  return [...new Set(texts)];
}

function resetText(resets: RunTrail['resets']): string {
  if (resets.some(({ entities }) => entities === null)) return 'the run was taken back';
  const names = [...new Set(resets.flatMap(({ entities }) => entities ?? []))];
  return `${names.join(', ')} ${names.length === 1 ? 'was' : 'were'} taken back by a reset`;
}

function repairedTexts(repairs: RunTrail['repairs']): string[] {
  const rows = repairs.flatMap(({ entities }) => entities.map((one) => [one.entity, repairedRows(one)] as const));
  return sums(rows)
    .filter(([, count]) => count > 0)
    .map(([entity, count]) => `${counted(count, 'row')} of ${entity} ${count === 1 ? 'was' : 'were'} repaired`);
}

function sums(counts: readonly (readonly [entity: string, rows: number])[]): (readonly [string, number])[] {
  const byEntity = new Map<string, number>();
  for (const [entity, rows] of counts) byEntity.set(entity, (byEntity.get(entity) ?? 0) + rows);
  return [...byEntity];
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
