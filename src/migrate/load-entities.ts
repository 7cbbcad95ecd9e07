import { MigrationError, type ErrorCode } from '../core/errors';
import type { EntityOutcome, EntityState } from '../core/outcomes';
import type { EntityJob } from './entity-job';
import { loadEntity, type RunContext } from './load-entity';

/** How the load of one entity ended; its rows are in the ledger. */
export type EntityEnd = Pick<EntityOutcome, 'entity' | 'state' | 'seconds' | 'code' | 'because'>;

/** After one of these no other entity can do better, so the run stops. */
const STOPS_THE_RUN: readonly ErrorCode[] = [
  'TOO_MANY_REJECTS',
  'SNAPSHOT_LOST',
  'SOURCE_UNREACHABLE',
  'TARGET_UNREACHABLE',
];

/** Loads the entities in order. One that fails blocks its dependants by name; independent ones go on. */
export async function loadEntities(context: RunContext, jobs: readonly EntityJob[]): Promise<EntityEnd[]> {
  const ends = new Map<string, EntityEnd>();
  for (const job of jobs) {
    const end = skipped(job, ends, context.signal) ?? (await timed(context, job));
    ends.set(job.entity, end);
  }
  return [...ends.values()];
}

function skipped(job: EntityJob, ends: ReadonlyMap<string, EntityEnd>, signal: AbortSignal): EntityEnd | null {
  const stopped = [...ends.values()].some((end) => end.code !== null && STOPS_THE_RUN.includes(end.code));
  if (stopped || signal.aborted) return ended(job, 'not-started');
  const parent = job.parents.find((name) => ['failed', 'blocked'].includes(ends.get(name)?.state ?? ''));
  return parent === undefined ? null : { ...ended(job, 'blocked'), because: `blocked by ${parent}` };
}

async function timed(context: RunContext, job: EntityJob): Promise<EntityEnd> {
  const started = context.clock.now().getTime();
  const end = await attempt(context, job);
  return { ...end, seconds: (context.clock.now().getTime() - started) / 1000 };
}

async function attempt(context: RunContext, job: EntityJob): Promise<EntityEnd> {
  try {
    return ended(job, await loadEntity(context, job));
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    const because = error.hint === undefined ? error.message : `${error.message}. ${error.hint}`;
    return { ...ended(job, 'failed'), code: error.code, because };
  }
}

function ended(job: EntityJob, state: EntityState): EntityEnd {
  return { entity: job.entity, state, seconds: 0, code: null, because: null };
}
