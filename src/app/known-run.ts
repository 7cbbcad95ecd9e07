import { knownToday, type KnownRun } from '../core/run/fingerprint-fixes';
import type { RunRecord } from '../core/run/run-record';
import { zoneDataIssues } from '../core/run/zone-data';
import type { EntityJob } from '../migrate/jobs/entity-job';
import { zoneDataHere } from './project/starter-here';

/** A run that is gone on with, in terms of this build, and what this build and this Node do otherwise than its first start. */
export function knownRun(run: RunRecord, jobs: readonly EntityJob[]): KnownRun {
  const mappings = jobs.map(({ mapping }) => mapping);
  const known = knownToday(run, jobs);
  return { ...known, issues: [...zoneDataIssues(run, mappings, zoneDataHere()), ...known.issues] };
}
