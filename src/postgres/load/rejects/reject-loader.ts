import type { PreparedChunk, Reject } from '../../../core/run/outcomes';
import type { LoadPlan } from '../../../core/ports/target';
import type {
  NotedReject,
  RejectBatch,
  RejectBatchEnd,
  RejectLoader,
  RejectLoaderContext,
} from '../../../core/ports/reject-loader';
import { noteRetried } from '../../ledger/retried';
import { noteSkippedAgain } from '../../ledger/skipped-rows';
import { recordRewrite } from '../../ledger/written-by';
import type { Place } from '../../session/place';
import { withStillTriggers } from '../../objects/still-triggers';
import { inTransaction, type Session } from '../../session/session';
import { ident } from '../../session/sql';
import { mayBeDataFault, translating } from '../../session/sqlstate';
import { changesOf } from '../chunk-loader';
import type { Filled } from '../staging/filled';
import { holdShape } from '../shape/hold-shape';
import { moveAccount, noteChanges, stillRejected, takeRejects, updateReject } from './reject-account';
import type { Search } from '../staging/row-checks';
import { loadThroughStaging } from '../staging/staged-load';
import { readShape, type TableShape } from '../shape/table-shape';
import { FOREIGN_KEY_VIOLATION } from '../../session/row-states';

interface Retrying {
  readonly session: Session;
  readonly schema: string;
  readonly shape: TableShape;
  readonly plan: LoadPlan;
  readonly context: RejectLoaderContext;
}

/** Opens the session that loads rejected rows of one table. */
export function openRejectLoader(
  place: Place,
  { plan, context }: Pick<Retrying, 'plan' | 'context'>,
): Promise<RejectLoader> {
  return place.sessions.openFor(async (session) => {
    await place.operator.join(session);
    const shape = await readShape(session, place.written(plan.table), plan);
    const retrying = { session, schema: place.ledgerSchema, shape, plan, context };
    return {
      load: (batch) => translating(`loading rejected rows of ${plan.entity}`, () => loadBatch(retrying, batch)),
      close: () => session.close(),
    };
  });
}

/** Straight through the staging table, whose sets find most guilty rows; where the target still refuses one, by trying. */
async function loadBatch(retrying: Retrying, batch: RejectBatch): Promise<RejectBatchEnd> {
  const { session } = retrying;
  const attempt = (search: Search): Promise<RejectBatchEnd> =>
    inTransaction(session, () => moveRejects(retrying, batch, search));
  try {
    return await attempt('no');
  } catch (error) {
    if (!mayBeDataFault(error)) throw error;
    return attempt('always');
  }
}

/** Rejects that are no longer there were loaded by somebody else, or by this very batch before a crash. */
async function moveRejects(retrying: Retrying, batch: RejectBatch, search: Search): Promise<RejectBatchEnd> {
  const { session, schema, shape, plan, context } = retrying;
  const { prepared, reword } = batch;
  const id = { ...prepared.id, schema, runId: context.runId };
  // A deferred check would forbid the ALTER TABLE that brings the triggers back.
  await session.query('set constraints all immediate');
  await holdShape(session, shape);
  const there = await stillRejected(session, id, [...batch.rejects, ...batch.again.map(({ of }) => of)]);
  const open = batch.rejects.flatMap((reject, index) => (there.has(reject.ordinal) ? [{ reject, index }] : []));
  const chunk = chosenRows(
    prepared,
    open.map(({ index }) => index),
  );
  const filled = await fill(retrying, chunk, search);
  const stays = batch.again.filter(({ of }) => there.has(of.ordinal));
  const left = new Set<number>();
  let orphaned = 0;
  for (const [index, fault] of filled.faults) {
    const of = open[index]?.reject;
    if (of === undefined) continue;
    left.add(of.ordinal);
    if (fault.sqlState === FOREIGN_KEY_VIOLATION) orphaned += 1;
    const now: Reject = chunk.rejectFor(chunk.origins[index] ?? [], fault);
    // An orphan without a parent still is what it was.
    if (!isSameOrphan(of, now)) stays.push({ of, now });
  }
  if (reword) for (const reject of stays) await updateReject(session, id, reject);
  const moved = open.flatMap(({ reject }) => (left.has(reject.ordinal) ? [] : [reject.ordinal]));
  const skipped = filled.skipped.size;
  const fates = { inserted: moved.length - filled.updated - skipped, updated: filled.updated, skipped };
  if (moved.length > 0) {
    await takeRejects(session, id, moved);
    await noteSkippedAgain(session, id, { prepared: chunk, skipped: filled.skipped });
    await moveAccount(session, id, { ...fates, checksum: filled.checksum });
    await noteChanges(session, id, changesOf(chunk, shape, filled));
    await recordRewrite(session, schema, { runId: context.runId, entity: plan.entity });
    await noteRetried(session, schema, { ...context, entity: plan.entity, loaded: moved.length });
  }
  return { ...fates, rejected: left.size + batch.again.length, orphaned };
}

function isSameOrphan(of: NotedReject, now: Reject): boolean {
  return of.stage === 'orphan' && now.sqlState === FOREIGN_KEY_VIOLATION;
}

async function fill(
  { session, schema, shape, plan, context }: Retrying,
  chunk: PreparedChunk,
  search: Search,
): Promise<Filled> {
  let filled: Filled = { faults: new Map(), updated: 0, skipped: new Set(), restated: [], checksum: '0'.repeat(16) };
  if (chunk.rows.length === 0) return filled;
  const { rows } = await session.query<{ number: string }>(
    `select coalesce(max(chunk), 0) + 1 as number from ${ident(schema)}.replaced where run = $1 and entity = $2`,
    [context.runId, plan.entity],
  );
  // What is overwritten is noted under a number of its own: those of the chunk's first load have its rows' ordinals.
  const id = { entity: plan.entity, chunk: Number(rows[0]?.number), schema, runId: context.runId };
  const { conflicts } = plan;
  const still = { entity: plan.entity, oid: Number(shape.oid), putBack: 1 };
  await withStillTriggers({ session, schema, runId: context.runId }, [still], async () => {
    filled = await loadThroughStaging({ session, shape, chunk, id, conflicts, search, steps: () => undefined });
  });
  return filled;
}

function chosenRows(prepared: PreparedChunk, indexes: readonly number[]): PreparedChunk {
  if (indexes.length === prepared.rows.length) return prepared;
  const chosen = new Set(indexes);
  const others = [...prepared.rows.keys()].filter((index) => !chosen.has(index));
  const pick = <T>(items: readonly T[]): T[] => indexes.flatMap((index) => items.slice(index, index + 1));
  return {
    ...prepared,
    rows: pick(prepared.rows),
    origins: pick(prepared.origins),
    changesWithout: (left) => {
      return prepared.changesWithout(new Set([...others, ...[...left].flatMap((at) => indexes[at] ?? [])]));
    },
  };
}
