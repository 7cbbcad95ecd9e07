import type { CompareLevel } from '../core/comparison/comparison';
import { hasErrors, type Issue } from '../core/issues';
import type { EntityVerdict } from '../core/run/outcomes';
import { repairFrom } from '../core/comparison/listing';
import { standingAgainst, type RunHistory } from '../report/evidence/standing-verdicts';

/** The verdicts with what closer comparisons have found and nothing has cleared: counts that agree are no answer to a row that differs. */
export function withStandingDifferences(
  verdicts: readonly EntityVerdict[],
  { level, history }: { readonly level: CompareLevel; readonly history: RunHistory },
): EntityVerdict[] {
  return verdicts.map((verdict) => {
    const against = standingAgainst(verdict.entity, level, history);
    if (against === null) return verdict;
    return { ...verdict, issues: [...verdict.issues, differencesStand(verdict.entity, against)] };
  });
}

function differencesStand(
  entity: string,
  { level, at, issues, listedIn }: NonNullable<ReturnType<typeof standingAgainst>>,
): Issue {
  const [first] = issues.filter((issue) => hasErrors([issue]));
  const repair = listedIn === null ? '' : `Repair them with "${repairFrom(listedIn)}", or c`;
  return {
    code: 'DIFFERENCES_STAND',
    level: 'error',
    subject: entity,
    message: `the comparison of ${level} at ${at} has found differences that nothing has cleared since: ${first?.message ?? ''}`,
    hint: `${repair === '' ? 'C' : repair}ompare as closely again: "cutover validate --level ${level}".`,
  };
}
