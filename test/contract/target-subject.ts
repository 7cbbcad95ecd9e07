import { NO_SETTINGS } from '../../src/core/run/run-settings';
import type { RunRecord } from '../../src/core/run/run-record';
import type { ChunkResult, PreparedChunk, Reject } from '../../src/core/run/outcomes';
import type { LoaderContext, LoadPlan, Target } from '../../src/core/ports/target';
import { aChunk, aLoadPlan, aLoaderContext } from '../support/postgres-load';

/** What a suite is run over: a target with an empty ledger and the empty tables `item` and `other`, both `(id, name)`. */
export interface TargetSubject {
  readonly target: Target;
  /** The ids in a table, sorted as texts. */
  readonly idsIn: (table: string) => Promise<readonly string[]>;
}

/** For `beforeEach`: a fresh one for each test. */
export type OpenSubject = () => Promise<TargetSubject>;

export function planOf(entity: string): LoadPlan {
  return aLoadPlan(entity, ['id', 'name']);
}

export function begin({ ledger }: Pick<Target, 'ledger'>, id: string): Promise<RunRecord> {
  return ledger.createRun({
    id,
    scn: '100',
    source: 'the source',
    target: 'the target',
    fingerprints: { item: 'f' },
    settings: NO_SETTINGS,
  });
}

/** Rows with these ids, after as many rejects as are asked for. */
export function chunkOf(entity: string, chunk: number, ids: readonly number[], rejected = 0): PreparedChunk {
  const rejects = Array.from({ length: rejected }, (_, nth): Reject => {
    return {
      entity,
      stage: 'transform',
      key: JSON.stringify([`${chunk}.${nth}`]),
      rowid: null,
      property: 'name',
      reason: 'bad',
      sqlState: null,
      raw: '{}',
    };
  });
  const rows = ids.map((id) => [String(id), `name ${id}`]);
  return aChunk(entity, rows, { id: { entity, chunk }, read: ids.length + rejected, rejects });
}

/** Loads chunks of one entity over one loader, after storing a plan of so many. */
export async function loadChunks(
  target: Target,
  run: { readonly runId: string; readonly entity: string } & Partial<LoaderContext>,
  chunks: readonly PreparedChunk[],
): Promise<readonly ChunkResult[]> {
  const { entity, ...context } = run;
  const planned = { strategy: 'key' as const, chunks: chunks.map(() => ({ kind: 'all' as const })) };
  await target.ledger.savePlan(run.runId, entity, planned);
  const loader = await target.loader(planOf(entity), aLoaderContext(context));
  try {
    const results: ChunkResult[] = [];
    for (const chunk of chunks) results.push(await loader.load(chunk));
    return results;
  } finally {
    await loader.close();
  }
}
