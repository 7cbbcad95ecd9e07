import { counted } from '../../core/counted';
import type { Emit } from '../../core/run/events';
import type { PreparedChunk } from '../../core/run/outcomes';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { RunRecord } from '../../core/run/run-record';
import type { NotedReject, RejectBatch, RejectLoader } from '../../core/ports/reject-loader';
import type { OpenSpill } from '../../core/ports/spill';
import type { Target } from '../../core/ports/target';
import { mappingInForce } from '../../core/run/loaded-by';
import { conflictsOf } from '../../core/run/rows-before';
import { claimToWrite } from '../../core/ports/claim-to-write';
import type { ComparisonSubject } from '../compare/comparison-plan';
import { requireRestored, requireSame } from '../repair/repair-run';
import { requireLogged } from '../require-logged';
import { readAgain, type ReadAgain } from './read-again';
import { rejectBatches } from './reject-batches';

export interface RetryPorts {
  readonly source: LegacySource;
  readonly target: Target;
  readonly emit: Emit;
  /** Aborted: stop after the batch in hand. */
  readonly signal: AbortSignal;
  /** Resolves when the operator agrees, throws when not. */
  readonly confirm: (question: string) => Promise<void>;
  /** Where large values of a batch lie while it is loaded. */
  readonly openSpill: OpenSpill;
  /** Whether rows may be written to unlogged tables whatever the run has allowed. */
  readonly allowUnlogged?: boolean;
}

/** What became of the rejects of one entity. */
interface RetriedEntity {
  readonly entity: string;
  /** Rejects before. */
  readonly rejects: number;
  /** Loaded now: inserted and updated. */
  readonly loaded: number;
  readonly skipped: number;
  /** Turned away again. */
  readonly rejected: number;
  /** Not told in the source any more, by address or key: they stay as they were. */
  readonly unread: number;
}

export interface RetryResult {
  readonly runId: string;
  readonly entities: readonly RetriedEntity[];
  /** Stopped before all of them were tried. */
  readonly brokenOff: boolean;
}

/**
 * Tries the rejected rows of a run again, by the mappings as they are now: read at the run's SCN, transformed, loaded. What passes is no
 * reject any more. Entities come parents first, and again as long as rows that lacked a parent may have got one. Safe to repeat after
 * a crash at any point. Throws CHECKPOINT_STALE for other databases, RUN_UNFINISHED, RUN_ACTIVE, TARGET_UNLOGGED.
 */
export async function retryRejects(
  subjects: readonly ComparisonSubject[],
  ports: RetryPorts,
  run: RunRecord,
): Promise<RetryResult> {
  const { source, target } = ports;
  requireSame('source', run.source, (await source.facts()).identity);
  requireSame('target', run.target, (await target.facts()).identity);
  const claim = await claimToWrite(ports, run.id);
  try {
    await requireRestored(target, run);
    const before = await rejectsBySubject(target, run, subjects);
    const due = subjects.filter(({ entity }) => (before.get(entity) ?? 0) > 0);
    const asked = subjects.map(({ entity }) => entity);
    if (due.length === 0) {
      await advanceRetried(target, run.id, subjects);
      await target.ledger.noteRetry(run.id, asked, 'ended');
      return { runId: run.id, entities: [], brokenOff: false };
    }
    await requireLogged(ports, run, due);
    await ports.confirm(question(run, due, { before, identity: (await target.facts()).identity }));
    await target.ledger.noteRetry(
      run.id,
      due.map(({ entity }) => entity),
      'begun',
    );
    const tallies = new Map<string, RetriedEntity>(due.map(({ entity }) => [entity, nothing(entity, before)]));
    for (let round = UNFINISHED; !round.isOver && !ports.signal.aborted;) {
      round = await retryRound(ports, run, { due, tallies });
    }
    await advanceRetried(target, run.id, subjects);
    const brokenOff = ports.signal.aborted;
    if (!brokenOff) await target.ledger.noteRetry(run.id, asked, 'ended');
    return { runId: run.id, entities: [...tallies.values()].map(plainTally), brokenOff };
  } finally {
    await claim.release();
  }
}

interface Round {
  /** No other round would change anything. */
  readonly isOver: boolean;
}

const UNFINISHED: Round = { isOver: false };

/** All rejects once; what becomes of them is added to `tallies`. */
async function retryRound(
  ports: RetryPorts,
  run: RunRecord,
  { due, tallies }: { readonly due: readonly ComparisonSubject[]; readonly tallies: Map<string, RetriedEntity> },
): Promise<Round> {
  const round = { loaded: 0, orphaned: 0, isMappingNew: false };
  for (const subject of due) {
    const inForce = mappingInForce(run, await ports.target.ledger.retried(run.id), subject.entity);
    // Only by a mapping that has loaded rows does a reject say why it is one.
    const reword = inForce === subject.fingerprint;
    const end = await retryEntity(ports, run, { subject, reword });
    const tally = tallies.get(subject.entity);
    if (tally === undefined) continue;
    const [loaded, skipped] = [tally.loaded + end.loaded, tally.skipped + end.skipped];
    tallies.set(subject.entity, { ...tally, ...end, loaded, skipped });
    round.loaded += end.loaded;
    round.orphaned += end.orphaned;
    round.isMappingNew ||= !reword && end.loaded + end.skipped > 0;
  }
  return { isOver: !round.isMappingNew && (round.loaded === 0 || round.orphaned === 0) };
}

/** Also for rows of an earlier retry: it may have been killed once they were loaded. */
async function advanceRetried(target: Target, runId: string, subjects: readonly ComparisonSubject[]): Promise<void> {
  const retried = await target.ledger.retried(runId);
  const tables = subjects.filter(({ entity }) => entity in retried).map(({ load }) => load.table);
  if (tables.length > 0) await target.advanceSequences(runId, tables);
}

function plainTally({ entity, rejects, loaded, skipped, rejected, unread }: RetriedEntity): RetriedEntity {
  return { entity, rejects, loaded, skipped, rejected, unread };
}

type EntityEnd = Omit<RetriedEntity, 'entity' | 'rejects'> & { readonly orphaned: number };

async function retryEntity(
  ports: RetryPorts,
  run: RunRecord,
  { subject, reword }: Pick<Retrying, 'subject' | 'reword'>,
): Promise<EntityEnd> {
  const { target, signal } = ports;
  const conflicts = conflictsOf(run.settings, subject.entity);
  const context = { runId: run.id, fingerprint: subject.fingerprint };
  const loader = await target.rejectLoader({ ...subject.load, conflicts }, context);
  const end = { loaded: 0, skipped: 0, rejected: 0, unread: 0, orphaned: 0 };
  try {
    for await (const { chunk, rejects } of rejectBatches(target.ledger.rejectsOf(run.id, subject.entity))) {
      if (signal.aborted) break;
      const { unread, ...fates } = await retryBatch({ ports, run, subject, reword, loader }, { chunk, rejects });
      end.unread += unread;
      end.loaded += fates.inserted + fates.updated;
      end.skipped += fates.skipped;
      end.rejected += fates.rejected;
      end.orphaned += fates.orphaned;
    }
  } finally {
    await loader.close();
  }
  return end;
}

interface Retrying {
  readonly ports: RetryPorts;
  readonly run: RunRecord;
  readonly subject: ComparisonSubject;
  /** See `RejectBatch`. */
  readonly reword: boolean;
  readonly loader: RejectLoader;
}

async function retryBatch(
  { ports, run, subject, reword, loader }: Retrying,
  { chunk, rejects }: { readonly chunk: number; readonly rejects: readonly NotedReject[] },
): Promise<Awaited<ReturnType<RejectLoader['load']>> & { readonly unread: number }> {
  const spill = ports.openSpill();
  try {
    const from = { plan: subject.read, scn: run.scn, spill };
    const read = await readAgain(ports.source, from, rejects);
    const prepared = await preparedAgain(ports, run, { subject, chunk, read });
    const fates = await loader.load({ ...batchAgain(read, prepared), reword });
    return { ...fates, unread: rejects.length - read.length };
  } finally {
    spill.close();
  }
}

async function preparedAgain(
  { source, target }: RetryPorts,
  { scn }: RunRecord,
  {
    subject,
    chunk,
    read,
  }: { readonly subject: ComparisonSubject; readonly chunk: number; readonly read: readonly ReadAgain[] },
): Promise<PreparedChunk> {
  const transformer = subject.transformer();
  const rows = read.map(({ row }) => row);
  transformer.add(rows, await subject.lookups?.find(rows, { source, target, scn }));
  return transformer.prepared({ entity: subject.entity, chunk });
}

function batchAgain(read: readonly ReadAgain[], prepared: PreparedChunk): Omit<RejectBatch, 'reword'> {
  const rejectOf = new Map(read.map(({ row, reject }) => [row, reject]));
  const passed = new Set(prepared.origins);
  const refused = read.filter(({ row }) => !passed.has(row));
  return {
    prepared,
    rejects: prepared.origins.flatMap((row) => rejectOf.get(row) ?? []),
    // Both are in the order of the rows.
    again: refused.flatMap(({ reject: of }, index) => {
      const now = prepared.rejects[index];
      return now === undefined ? [] : [{ of, now }];
    }),
  };
}

async function rejectsBySubject(
  target: Target,
  run: RunRecord,
  subjects: readonly ComparisonSubject[],
): Promise<ReadonlyMap<string, number>> {
  const { rejects } = await target.ledger.trail(run.id);
  return new Map(
    subjects.map(({ entity }) => [
      entity,
      rejects.filter((one) => one.entity === entity).reduce((sum, { count }) => sum + count, 0),
    ]),
  );
}

function nothing(entity: string, before: ReadonlyMap<string, number>): RetriedEntity {
  return { entity, rejects: before.get(entity) ?? 0, loaded: 0, skipped: 0, rejected: 0, unread: 0 };
}

function question(
  run: RunRecord,
  due: readonly ComparisonSubject[],
  { before, identity }: { readonly before: ReadonlyMap<string, number>; readonly identity: string },
): string {
  const rows = due.reduce((sum, { entity }) => sum + (before.get(entity) ?? 0), 0);
  const changed = due.filter(({ entity, fingerprint }) => run.fingerprints[entity] !== fingerprint);
  const names = due.map(({ entity }) => entity).join(', ');
  const by =
    changed.length === 0
      ? 'by the mappings of the run'
      : `by mappings that were changed since the run (${changed.map(({ entity }) => entity).join(', ')})`;
  return `Try ${counted(rows, 'rejected row')} of ${names} of run ${run.id} again in ${identity}, ${by}?${ofRowsInTheWay(run)}`;
}

/** What becomes of rows that somebody has entered since in the place of the rejected ones. */
function ofRowsInTheWay({ settings }: RunRecord): string {
  if (settings.onConflict === 'update') {
    return ' A row of others that is there by now in the place of one of them is OVERWRITTEN, as --on-conflict update of the run says.';
  }
  if (settings.onConflict === 'abort')
    return ' The first row of others in the place of one of them ends it, as --on-conflict abort of the run says.';
  return '';
}
