import { randomUUID } from 'node:crypto';
import { plainName } from '../../core/mapping/table-name';
import type { RunEnd, RunStart, RunVersions } from '../../core/run/evidence';
import type { Issue } from '../../core/issues';
import type { RunOutcome } from '../../core/run/outcomes';
import type { LoadOptions } from '../../core/run/options';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { RunRecord } from '../../core/run/run-record';
import type { Target } from '../../core/ports/target';
import type { EntityJob } from '../jobs/entity-job';

/** Who started a run, and with what; for the evidence alone. */
export interface Starter {
  /** `user@host`; null where nobody said. */
  readonly operator: string | null;
  readonly versions: Pick<RunVersions, 'driver' | 'cutover' | 'node' | 'zoneData'>;
  /** What the pre-flight has found. */
  readonly findings: readonly Issue[];
}

interface NewStart extends Pick<LoadOptions, 'resume' | 'lanes'> {
  readonly run: RunRecord;
  readonly starter: Starter;
}

/** Notes in the ledger that the run begins, or goes on: what its evidence says of who, when and with what. */
export async function noteStart(
  jobs: readonly EntityJob[],
  { source, target }: { readonly source: LegacySource; readonly target: Target },
  { run, resume, lanes, starter }: NewStart,
): Promise<void> {
  const from = await source.facts();
  const into = await target.facts();
  const start: RunStart = {
    resumed: resume !== 'no',
    lanes,
    scn: run.scn,
    operator: starter.operator,
    versions: {
      source: `Oracle ${from.version} (${from.characterSet}, ${from.nationalCharacterSet})`,
      target: `PostgreSQL ${into.version} (${into.encoding})`,
      ...starter.versions,
      driver: `${starter.versions.driver} (${from.mode})`,
    },
    entities: jobs.map(originOf),
    findings: starter.findings,
  };
  await target.ledger.noteStart(run.id, start, randomUUID());
}

function originOf({ entity, mapping, contract, read }: EntityJob): RunStart['entities'][number] {
  const { name, owner } = read.source;
  return {
    entity,
    source: owner === null ? name : `${owner}.${name}`,
    target: plainName(contract.table),
    where: read.where,
    leftOut: mapping.leftOut,
  };
}

/** What the ledger keeps of the outcome of a start. */
export function endOf({ state, entities, orphans, failure, rejects, seconds }: RunOutcome): RunEnd {
  const ends = entities.map(({ entity, state: ended, code, because }) => ({ entity, state: ended, code, because }));
  return { state, entities: ends, orphans, failure: failure ?? null, rejects, seconds };
}
