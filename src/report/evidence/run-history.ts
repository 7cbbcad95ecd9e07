import { counted, were } from '../../core/counted';
import type { RepairedEntity, RunTrail } from '../../core/run/evidence';
import { brokenRetryTexts } from '../../core/run/broken-retries';
import type { RunSettings } from '../../core/run/run-settings';
import { repairedRows } from '../../core/run/trail-mark';
import { repairedText } from './run-events';

/** What was done to a run beside its load, a phrase each: whoever signs for it is told. */
export function historyOf(
  { starts, repairs, retries, resets }: Pick<RunTrail, 'starts' | 'repairs' | 'retries' | 'resets'>,
  settings: Pick<RunSettings, 'retriesBegun' | 'retriedBeforeReset'>,
): string[] {
  const resumed = starts.filter((start) => start.resumed).length;
  return [
    ...dangers(starts),
    ...(resumed === 0 ? [] : [`the run was resumed ${times(resumed)}`]),
    ...(resets.length === 0 ? [] : [resetText(resets)]),
    ...repairedTexts(repairs),
    ...sums(retries.map(({ entity, rows }) => [entity, rows])).map(retriedText),
    ...brokenRetryTexts(settings),
    ...Object.entries(settings.retriedBeforeReset).map(
      (retried) => `${retriedText(retried)}, before a reset took them back`,
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

function retriedText([entity, rows]: readonly [entity: string, rows: number]): string {
  return `${counted(rows, 'rejected row')} of ${entity} ${were(rows)} loaded later`;
}

/** A row that is only deleted is not called repaired. */
function repairedTexts(repairs: RunTrail['repairs']): string[] {
  const done = repairs.flatMap(({ entities }) => entities);
  return [...new Set(done.map(({ entity }) => entity))].flatMap((entity) => {
    const all = done.filter((one) => one.entity === entity).reduce(added);
    const rows = repairedRows(all);
    if (rows === 0) return [];
    if (all.inserted + all.replaced === 0)
      return [`${counted(rows, 'row')} of ${entity} ${were(rows)} deleted by a repair`];
    return [`${counted(rows, 'row')} of ${entity} ${were(rows)} repaired (${repairedText(all)})`];
  });
}

function added(a: RepairedEntity, b: RepairedEntity): RepairedEntity {
  return {
    entity: a.entity,
    inserted: a.inserted + b.inserted,
    replaced: a.replaced + b.replaced,
    deleted: a.deleted + b.deleted,
    undoubled: a.undoubled + b.undoubled,
    left: a.left + b.left,
  };
}

function sums(counts: readonly (readonly [entity: string, rows: number])[]): (readonly [string, number])[] {
  const byEntity = new Map<string, number>();
  for (const [entity, rows] of counts) byEntity.set(entity, (byEntity.get(entity) ?? 0) + rows);
  return [...byEntity];
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
