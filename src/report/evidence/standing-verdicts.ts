import type { CompareLevel } from '../../core/comparison';
import { COMPARE_LEVELS } from '../../core/comparison';
import type { StartRecord, ValidationRecord } from '../../core/evidence';
import { hasErrors, type Issue } from '../../core/issues';
import type { EntityVerdict } from '../../core/outcomes';

/** What the proofs of a run say of one entity. */
export interface StandingVerdict {
  /** The strongest level at which it was proven. */
  readonly level: CompareLevel;
  /** When that was; ISO 8601, UTC. */
  readonly at: string;
  readonly verdict: 'proven' | 'findings' | 'differs';
  /** Of the strongest level. */
  readonly found: EntityVerdict;
  /** Of all levels that stand. */
  readonly issues: readonly Issue[];
}

type Made = Pick<ValidationRecord, 'level' | 'at'> & { readonly found: EntityVerdict };

/**
 * The verdict that stands for an entity; null where none does. A later proof takes the place of an earlier one that looked no closer, and
 * leaves one that did: counts that agree do not clear a row that differs. Proofs made before the latest start of the run say nothing of what
 * was loaded since.
 */
export function standingVerdict(
  entity: string,
  validations: readonly ValidationRecord[],
  starts: readonly StartRecord[],
): StandingVerdict | null {
  const standing: Made[] = [];
  for (const { verdicts, level, at } of [...sinceLastStart(validations, starts)].reverse()) {
    const found = verdicts.find((verdict) => verdict.entity === entity);
    const isCloser = rank(level) > Math.max(-1, ...standing.map((made) => rank(made.level)));
    if (found !== undefined && isCloser) standing.push({ found, level, at });
  }
  const closest = standing.at(-1);
  if (closest === undefined) return null;
  const issues = distinct(standing.flatMap(({ found }) => found.issues));
  return { ...closest, issues, verdict: verdictOf(issues) };
}

/** Findings against the run as a whole, of the latest proof. */
export function standingIssues(
  validations: readonly ValidationRecord[],
  starts: readonly StartRecord[],
): readonly Issue[] {
  return sinceLastStart(validations, starts).at(-1)?.issues ?? [];
}

function sinceLastStart(validations: readonly ValidationRecord[], starts: readonly StartRecord[]): ValidationRecord[] {
  const last = starts.at(-1)?.nth ?? null;
  return validations.filter(({ start }) => start === last);
}

function rank(level: CompareLevel): number {
  return COMPARE_LEVELS.indexOf(level);
}

function verdictOf(issues: readonly Issue[]): StandingVerdict['verdict'] {
  if (hasErrors(issues)) return 'differs';
  return issues.length === 0 ? 'proven' : 'findings';
}

function distinct(issues: readonly Issue[]): Issue[] {
  const byText = new Map(issues.map((issue) => [JSON.stringify([issue.code, issue.subject, issue.message]), issue]));
  return [...byText.values()];
}
