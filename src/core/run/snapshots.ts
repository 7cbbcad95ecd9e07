import type { Issue } from '../issues';

/**
 * What is to be said of an entity whose rows are not of the run's one SCN, as after `--new-snapshot`; none where they are. `snapshots`: the
 * SCNs of its rows; `scn`: the run's, at which it reads now.
 */
export function snapshotIssues(entity: string, snapshots: readonly string[] = [], scn: string | null): Issue[] {
  const [first, ...others] = snapshots;
  if (first === undefined || (others.length === 0 && first === scn)) return [];
  const hint =
    'Rows that changed in between may be missing, double or without their parent: compare what matters by hand.';
  const message =
    others.length === 0
      ? `its rows are of SCN ${first}, those of other entities of SCN ${scn ?? 'unknown'}: they are not of one moment`
      : `its rows are of the SCNs ${snapshots.join(' and ')}: no count of the source can prove them`;
  return [{ code: 'SNAPSHOTS_DIFFER', level: 'warning', subject: entity, message, hint }];
}

/** Whether rows of more than one moment stand for the entity. */
export function isOfManyMoments(snapshots: readonly string[] = []): boolean {
  return snapshots.length > 1;
}
