import { asListedIn, listingCommand, repairFrom, REPAIR_LISTED } from '../../core/comparison/listing';
import { loadCommand } from '../../core/run/load-command';
import { resumeCommand } from '../../core/run/resume-command';
import { entityOptions } from '../../core/words/shell-word';
import { DATABASES_GONE } from '../words/databases-gone';
import { listed } from '../words/name-list';
import type { EntityReport, RunReport, RunVerdict } from './run-report';
import type { Standing } from './run-standing';

/** Where it goes on from a verdict. */
export type NextSteps = Pick<RunVerdict, 'next' | 'then' | 'advice'>;

const NO_NEXT: NextSteps = { next: null, then: null, advice: null };
const LEFT_BEHIND =
  'Map what is left behind, or say why it stays: notMigrated for tables, rest for rows, reads for views and queries. A reason needs no new load.';

/** The commands that go on from a verdict, and what is to be done by hand. */
export function nextSteps(kind: RunVerdict['kind'], standing: Standing): NextSteps {
  const { run, mode, progress, end, part } = standing;
  if (mode === 'rehearse') return afterRehearsal(kind, standing);
  const first = (next: string): NextSteps => ({ ...NO_NEXT, next });
  if (run.state === 'reset') return first(loadCommand(run, part));
  // Resumed, it would end in the same way again.
  if (end?.entities.some(({ code }) => code === 'TARGET_CONFLICT')) return first(`cutover reset --run ${run.id}`);
  if (kind !== 'not-complete') return withSequences(afterLoad(kind, standing), standing);
  if (run.state !== 'complete') return first(resumeCommand(run, progress));
  return { next: 'cutover check', then: `cutover validate --run ${run.id} --level rows`, advice: LEFT_BEHIND };
}

/** The report of a run whose databases end with the command: no other command reaches them. */
export function afterDatabasesGone(report: RunReport): RunReport {
  return { ...report, verdict: { ...report.verdict, ...NO_NEXT, advice: DATABASES_GONE } };
}

function afterRehearsal(kind: RunVerdict['kind'], { run, part }: Standing): NextSteps {
  const isFine = kind !== 'not-proven' && kind !== 'not-complete';
  return { ...NO_NEXT, next: isFine ? loadCommand(run, part) : null };
}

function afterLoad(kind: RunVerdict['kind'], { run, entities, part, sources }: Standing): NextSteps {
  if (kind === 'not-proven' && entities.some(differs)) return repairSteps(run.id, entities);
  const isCompared = kind !== 'not-proven' && entities.every(({ proof }) => proof?.level === 'rows');
  // Where nothing is kept of the rows that no mapping takes, a validation of all entities counts them.
  if (!isCompared || sources === null)
    return { ...NO_NEXT, next: `cutover validate --run ${run.id} --level rows`, advice: causes(entities) };
  const others = part === null ? null : `cutover migrate --validate${entityOptions(part.missing)}`;
  // What is qualified after every value was compared would be so again.
  return { ...NO_NEXT, next: others, advice: adviceOn(entities) };
}

/** What the application would meet at its first insert, whatever was proven. */
function withSequences(steps: NextSteps, { issues }: Standing): NextSteps {
  const behind = issues.flatMap(({ code, hint = '' }) => (code === 'SEQUENCE_BEHIND' ? [hint] : []));
  if (behind.length === 0) return steps;
  const advice = [...(steps.advice === null ? [] : [steps.advice]), 'Before the application inserts:', ...behind];
  return { ...steps, advice: advice.join(' ') };
}

/** No command proves what is left unproven when every value was compared. */
const BY_HAND: Readonly<Record<string, (names: string) => string>> = {
  TYPE_BY_TEXT: (names) =>
    `Compare values of ${names} of the types that only the server can read in both databases yourself, or choose built-in types.`,
  NOTHING_COMPARED: (names) =>
    `The rows of ${names} were there before the run: compare them yourself, or migrate with --on-conflict update.`,
};

function adviceOn(entities: readonly EntityReport[]): string | null {
  const texts = Object.entries(BY_HAND).flatMap(([code, text]) => {
    const own = entities.filter(
      ({ provenBy, qualifications }) => provenBy === null && qualifications.some((one) => one.code === code),
    );
    return own.length === 0 ? [] : [text(listed(own.map(({ entity }) => entity)))];
  });
  return texts.length === 0 ? null : texts.join(' ');
}

/** What another comparison alone would find again, where every value was compared before. */
function causes(entities: readonly EntityReport[]): string | null {
  if (!entities.every(({ proof }) => proof?.level === 'rows')) return null;
  const hints = new Set(entities.flatMap(hintsOf));
  return hints.size === 0 ? null : `${[...hints].join(' ')} Then:`;
}

/** Of what stands against an entity; a list that was written then is the one to repair from. */
function hintsOf({ proof }: EntityReport): string[] {
  const list = proof?.listedIn ?? null;
  const errors = (proof?.issues ?? []).filter(({ level, hint = '' }) => level === 'error' && hint !== '');
  return errors.map(({ hint = '' }) => (list === null ? hint : asListedIn(list, hint)));
}

function differs({ proof }: EntityReport): boolean {
  return proof?.issues.some(({ code }) => code === 'ROWS_DIFFER') === true;
}

/** Rows that differ and are listed can be repaired; those that are not are to be listed first. */
function repairSteps(runId: string, entities: readonly EntityReport[]): NextSteps {
  const damaged = entities.filter(differs);
  const lists = new Set(damaged.map(({ proof }) => proof?.listedIn ?? null));
  const [list] = lists;
  if (lists.size === 1 && list !== undefined && list !== null) {
    const then = `cutover validate --run ${runId} --level rows`;
    return { ...NO_NEXT, next: repairFrom(list), then };
  }
  return {
    ...NO_NEXT,
    next: listingCommand(runId),
    then: REPAIR_LISTED,
  };
}
