import type { CompareLevel } from '../../core/comparison/comparison';
import { COMPARE_LEVELS } from '../../core/comparison/comparison';
import type { RunTrail, ValidationRecord } from '../../core/run/evidence';
import { hasErrors, type Issue } from '../../core/issues';
import type { EntityVerdict } from '../../core/run/outcomes';
import type { RunState } from '../../core/run/run-record';
import { isAsClose, levelReached } from '../../core/run/proof';
import { isChangedSince, isTakenBackSince } from '../../core/run/trail-mark';

/** What the comparisons of a run say of one entity. */
export interface StandingVerdict {
  /** The closest level at which both sides were compared. */
  readonly level: CompareLevel;
  /** When that was; ISO 8601, UTC. */
  readonly at: string;
  /** Of the closest level. */
  readonly found: EntityVerdict;
  /** Of all levels that stand. */
  readonly issues: readonly Issue[];
  /** Name of the file that lists the differences; null where they were not listed, or there are none. */
  readonly listedIn: string | null;
}

/** What was done to a run, as far as it can void a comparison. */
export type RunHistory = Pick<RunTrail, 'starts' | 'validations' | 'repairs' | 'retries' | 'resets'> & {
  /** How the run stands now. */
  readonly state: RunState;
};

interface Made extends Pick<ValidationRecord, 'at' | 'listedIn'> {
  readonly level: CompareLevel;
  readonly found: EntityVerdict;
}

/**
 * The verdict that stands for an entity; null where none does. A later comparison takes the place of an earlier one that looked no closer,
 * and leaves one that did: counts that agree do not clear a row that differs. One that found nothing falls with a later start, repair or
 * retry, which it has not seen. One that found a difference is not cleared by any of these, for none of them says what became of the row;
 * but a start clears it where the entity was not wholly loaded then, and a reset always. A difference that was found and cleared says that the
 * table was written to: what was compared before it and found nothing does not stand any more.
 */
export function standingVerdict(entity: string, history: RunHistory): StandingVerdict | null {
  const standing = standingOnes(entity, history);
  const last = standing.at(-1);
  if (last === undefined) return null;
  const issues = distinct(standing.flatMap(({ found }) => found.issues));
  const listed = standing.findLast((made) => made.listedIn !== undefined && hasDifferences(made.found));
  const { level, at, found } = last;
  return { level, at, found, issues, listedIn: listed?.listedIn ?? null };
}

/** The comparisons that stand, each closer than the one before it. */
function standingOnes(entity: string, history: RunHistory): Made[] {
  const standing: Made[] = [];
  let closest: CompareLevel | null = null;
  let isCleared = false;
  for (const { validation, found } of comparisonsOf(entity, history)) {
    const level = levelReached(found);
    if (closest !== null && isAsClose(closest, level)) {
      isCleared ||= saysOfRows(found);
      continue;
    }
    closest = level;
    const isOutlived = isCleared && !hasErrors(found.issues);
    if (!isOutlived && !isVoid({ validation, found }, history)) standing.push(madeOf(validation, found));
  }
  return standing;
}

interface Comparison {
  readonly validation: ValidationRecord;
  readonly found: EntityVerdict;
}

/** Those of the entity since it was taken back, the latest first. */
function comparisonsOf(entity: string, history: RunHistory): Comparison[] {
  const own = history.validations.flatMap((validation): Comparison[] => {
    const found = validation.verdicts.find((verdict) => verdict.entity === entity);
    return found === undefined ? [] : [{ validation, found }];
  });
  const last = own.findLastIndex(({ validation }) => isTakenBackSince(entity, validation, history));
  return own.slice(last + 1).reverse();
}

/**
 * What closer comparisons than one of this level have found against an entity and nothing has cleared: it is never better than that, whatever
 * the counts say.
 */
export function standingAgainst(
  entity: string,
  level: CompareLevel,
  history: RunHistory,
): Pick<StandingVerdict, 'level' | 'at' | 'issues' | 'listedIn'> | null {
  const closer = history.validations.filter((validation) => {
    const found = validation.verdicts.find((verdict) => verdict.entity === entity);
    return found !== undefined && !isAsClose(level, levelReached(found));
  });
  const standing = standingVerdict(entity, { ...history, validations: closer });
  return standing !== null && hasErrors(standing.found.issues) ? standing : null;
}

/** Findings against the run as a whole, of the latest comparison; those of an earlier one that looked closer, where it alone asks for them. */
export function standingIssues(history: Pick<RunHistory, 'validations' | 'starts' | 'state'>): readonly Issue[] {
  const since = history.validations.filter((validation) => !isOvertaken(validation, history));
  const closest = new Map<CompareLevel, readonly Issue[]>(since.map(({ level, issues }) => [level, issues]));
  const latest = since.at(-1);
  if (latest === undefined) return [];
  const closer = COMPARE_LEVELS.filter((level) => !isAsClose(latest.level, level));
  const others = closer.flatMap((level) => closest.get(level) ?? []).filter(({ code }) => !ASKED_EVERY_TIME.has(code));
  return distinct([...latest.issues, ...others]).filter(({ code }) => !ASKED_BY_THE_REPORT.has(code));
}

/** Findings that a report asks the target for itself: a cure may have come since they were kept. */
const ASKED_BY_THE_REPORT = new Set(['SEQUENCE_BEHIND', 'OBJECTS_MISSING']);

/** Findings against a run that every comparison asks for, whatever its level. */
const ASKED_EVERY_TIME = new Set(['RUN_NOT_COMPLETE', 'OBJECTS_ASIDE']);

/** Whether the run has gone on since: it was started again, or was at work then and is complete now. */
function isOvertaken(
  { start, issues }: Pick<ValidationRecord, 'start' | 'issues'>,
  { starts, state }: Pick<RunHistory, 'starts' | 'state'>,
): boolean {
  if (start !== (starts.at(-1)?.nth ?? null)) return true;
  return state === 'complete' && issues.some(({ code }) => code === 'RUN_NOT_COMPLETE');
}

function isVoid({ validation, found }: Comparison, history: RunHistory): boolean {
  const { source, read } = found.tally;
  const isResumed = isOvertaken(validation, history);
  const wasLoaded = source !== null && read >= source;
  if (hasErrors(found.issues)) return isResumed && !(wasLoaded && levelReached(found) !== 'counts');
  return isResumed || isChangedSince(found.entity, validation, history);
}

/** A comparison that could not be made says nothing of the rows. */
function saysOfRows({ issues }: EntityVerdict): boolean {
  return hasErrors(issues.filter(({ code }) => !NOT_COMPARED.has(code)));
}

const NOT_COMPARED = new Set(['MAPPING_CHANGED', 'RUN_NOT_COMPLETE']);

function madeOf({ at, listedIn }: ValidationRecord, found: EntityVerdict): Made {
  return { level: levelReached(found), at, found, ...(listedIn === undefined ? {} : { listedIn }) };
}

/** Whether rows are named that a repair can put right. */
function hasDifferences({ comparison }: EntityVerdict): boolean {
  return comparison !== undefined && Object.values(comparison.counts).some((count) => count > 0);
}

function distinct(issues: readonly Issue[]): Issue[] {
  const byText = new Map(issues.map((issue) => [JSON.stringify([issue.code, issue.subject, issue.message]), issue]));
  return [...byText.values()];
}
