import { counted } from '../../core/counted';
import type { RepairedEntity, RunTrail, StartRecord, ValidationRecord } from '../../core/run/evidence';
import { hasErrors } from '../../core/issues';
import { levelReached, weakest } from '../../core/run/proof';
import { listed } from '../words/name-list';

/** Something that was done to a run. */
export interface RunEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly what: 'start' | 'resume' | 'end' | 'comparison' | 'repair' | 'retry' | 'reset';
  readonly text: string;
  /** `user@host`; null where the ledger does not say. */
  readonly by: string | null;
}

type Done = Pick<RunTrail, 'starts' | 'validations' | 'repairs' | 'retries' | 'resets'>;

/** All that was done to a run, the earliest first. */
export function eventsOf({ starts, validations, repairs, retries, resets }: Done): RunEvent[] {
  const events: RunEvent[] = [
    ...starts.flatMap(startEvents),
    ...validations.map((made) => ({ at: made.at, what: 'comparison' as const, text: comparisonText(made), by: null })),
    ...repairs.map(({ at, entities }) => ({ at, what: 'repair' as const, text: repairText(entities), by: null })),
    ...retries.map(({ at, entity, rows }) => {
      return { at, what: 'retry' as const, text: `${counted(rows, 'rejected row')} of ${entity} loaded`, by: null };
    }),
    ...resets.map(({ at, entities }) => {
      const text = entities === null ? 'all of the run taken back' : `${entities.join(', ')} taken back`;
      return { at, what: 'reset' as const, text, by: null };
    }),
  ];
  // A stable sort: what has one time keeps the order above.
  return events.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Starts are numbered within their run, as in the table of starts; `nth` counts those of all runs. */
function startEvents({ at, resumed, lanes, scn, operator, end }: StartRecord, index: number): RunEvent[] {
  const moment = scn === null ? 'without a snapshot' : `at SCN ${scn}`;
  const begin: RunEvent = {
    ...{ at, what: resumed ? 'resume' : 'start', by: operator },
    text: `${moment}, ${counted(lanes, 'lane')}`,
  };
  if (end === null) return [begin];
  const rejected = counted(end.rejects.rejected, 'row');
  return [
    begin,
    { at: end.at, what: 'end', text: `of start ${index + 1}: ${end.state}, ${rejected} rejected`, by: operator },
  ];
}

function comparisonText({ level, issues, verdicts, listedIn }: ValidationRecord): string {
  const found = [...issues, ...verdicts.flatMap((verdict) => verdict.issues)];
  const errors = found.filter((issue) => hasErrors([issue])).length;
  const reached = verdicts.length === 0 ? level : weakest(verdicts.map(levelReached));
  const by = reached === level ? `by ${level}` : `by ${level}, some by ${reached} only`;
  const of = listed(verdicts.map(({ entity }) => entity));
  const list = listedIn === undefined ? '' : `, listed in ${listedIn}`;
  const said =
    errors > 0 ? `${counted(errors, 'error')}${list}` : `nothing differs${found.length > 0 ? ', findings' : ''}`;
  return `${by} of ${of === '' ? 'no entity' : of}: ${said}`;
}

const DONE = [
  ['inserted', 'inserted'],
  ['replaced', 'replaced'],
  ['deleted', 'deleted'],
  ['undoubled', 'doubled, deleted'],
] as const;

/** `2 inserted, 1 deleted`; empty where nothing was written. */
export function repairedText(entity: Omit<RepairedEntity, 'entity'>): string {
  return DONE.filter(([name]) => entity[name] > 0)
    .map(([name, text]) => `${entity[name]} ${text}`)
    .join(', ');
}

function repairText(entities: readonly RepairedEntity[]): string {
  const texts = entities.map((one) => {
    const parts = [repairedText(one), one.left > 0 ? `${one.left} left` : ''].filter((part) => part !== '');
    return `${one.entity}: ${parts.length === 0 ? 'nothing' : parts.join(', ')}`;
  });
  return texts.length === 0 ? 'no row' : texts.join('; ');
}
