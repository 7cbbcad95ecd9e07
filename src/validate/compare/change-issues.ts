import { renamedSince } from '../../core/run/change-names';
import type { Issue } from '../../core/issues';
import type { RunRecord } from '../../core/run/run-record';
import type { ChangeDifference } from './recounted-changes';

/** Named in a message at most. */
const MOST_NAMED = 3;

/** What stands against the ledger's counts of changes. That an earlier cutover named some otherwise is told apart: it is no one's fault. */
export function changesDiffer(
  entity: string,
  differences: readonly ChangeDifference[],
  run: Pick<RunRecord, 'settings'>,
): Issue[] {
  const reasons = differences.map((difference) => renamedSince(run, difference));
  const otherwise = differences.filter((_, index) => reasons[index] === null);
  const renamed = differences.filter((_, index) => reasons[index] !== null);
  return [
    ...(renamed.length === 0 ? [] : [changesRenamed(entity, renamed, reasons)]),
    ...(otherwise.length === 0 ? [] : [changesAreOthers(entity, otherwise)]),
  ];
}

function changesRenamed(
  entity: string,
  differences: readonly ChangeDifference[],
  reasons: readonly (string | null)[],
): Issue {
  const since = [...new Set(reasons.filter((reason) => reason !== null))].join('; ');
  return {
    code: 'CHANGES_RENAMED',
    level: 'warning',
    subject: entity,
    message: `the run was begun by an earlier cutover, and since then ${since}: ${named(differences)}`,
    hint: 'The rows themselves are compared as ever, and so are all other changes.',
  };
}

function changesAreOthers(entity: string, differences: readonly ChangeDifference[]): Issue {
  return {
    code: 'CHANGES_DIFFER',
    level: 'error',
    subject: entity,
    message: `values changed by the ledger and counted again: ${named(differences)}`,
    hint: 'Run with the mappings and version of cutover that the run was loaded with; if it stays so, report it.',
  };
}

function named(differences: readonly ChangeDifference[]): string {
  const first = differences.slice(0, MOST_NAMED).map(({ property, kind, inLedger, counted }) => {
    return `${property} ${kind} ${inLedger}, now ${counted}`;
  });
  const more = differences.length > MOST_NAMED ? ` and ${differences.length - MOST_NAMED} more` : '';
  return first.join('; ') + more;
}
