import type { Clock } from '../../core/clock';
import { counted, grouped } from '../../core/counted';
import { MigrationError } from '../../core/errors';
import type { LoadOptions } from '../../core/run/options';
import type { Emit } from '../../core/run/events';
import type { Issue } from '../../core/issues';
import type { LegacyRow } from '../../core/mapping/wire';
import type { ChunkResult } from '../../core/run/outcomes';
import type { LegacySource, SnapshotRead } from '../../core/ports/legacy-source';
import type { EntityReadiness } from '../../core/run/readiness';
import type { OpenSpill } from '../../core/ports/spill';
import type { Probe, Target } from '../../core/ports/target';
import { compileValueScan, mergeValueCounts, type ValueCount, type ValueScanner } from '../../core/rows/value-scan';
import type { LoadJob } from '../jobs/entity-job';
import { preparedChunks, type ChunkQueue, type NumberedChunk } from '../load/prepare-chunks';
import { sampleChunks, type Sampled } from './sample-chunks';
import { sampleText } from '../../core/checks/data-findings';

/** What a field of PostgreSQL can hold, and a text of JavaScript; a character takes up to three bytes for each unit counted. */
const LIMITS = { bytes: 1_000_000_000, characters: 333_000_000 };

/** LOBs that are too large for a field: an entity that has one cannot be read, let alone loaded. */
async function lobFindings(source: LegacySource, read: SnapshotRead): Promise<Issue[]> {
  const found = await source.longLobs(read, LIMITS);
  return found.map(({ column, count, longest, samples }) => ({
    code: 'LOB_TOO_LONG',
    level: 'error',
    subject: `${read.plan.entity}.${column}`,
    message:
      `longer than a field of PostgreSQL can be sure to hold (1 GB): ${counted(count, 'value')}, ` +
      `the longest ${grouped(longest)}${sampleText(samples)}`,
    hint: 'Leave these rows out by `where` and carry them over by hand, or split the value in a view.',
  }));
}

/** Name of the run in the temporary ledger. */
export const SCAN_RUN = 'scan';

export interface ScanPorts {
  readonly source: LegacySource;
  readonly target: Target;
  readonly clock: Clock;
  /** See `MigrationPorts`. */
  readonly openSpill: OpenSpill;
  readonly emit: Emit;
  /** Aborted: stop after the chunk in hand. */
  readonly signal: AbortSignal;
}

export interface EntityScanOptions extends Pick<LoadOptions, 'batchSize' | 'reconnectMs'> {
  /** About as many rows per table; null for all. */
  readonly sample: number | null;
}

/** What came of reading one entity; what was turned away stands with the probe. */
export interface EntityScan extends Omit<EntityReadiness, 'entity' | 'rejected' | 'rejects' | 'changes'> {
  readonly job: LoadJob;
  readonly values: readonly ValueCount[];
  readonly issues: readonly Issue[];
}

export interface EntityScanPorts extends ScanPorts {
  readonly probe: Probe;
  readonly scn: string | null;
}

/** What is added up while the chunks come; a failure leaves what was read before it. */
interface Tally {
  scn: string | null;
  matching: number | null;
  filtered: number;
  scanned: number;
  skipped: number;
  updated: number;
  values: readonly ValueCount[];
  readonly issues: Issue[];
}

/** Reads one entity through the probe. A database that does not answer is thrown, any other failure is the entity's. */
export async function scanEntity(
  job: LoadJob,
  ports: EntityScanPorts,
  options: EntityScanOptions,
): Promise<EntityScan> {
  const startedMs = ports.clock.elapsedMs();
  const nothing = { filtered: 0, scanned: 0, skipped: 0, updated: 0, values: [], issues: [] };
  const tally: Tally = { ...nothing, scn: ports.scn, matching: null };
  let state: EntityScan['state'] = 'scanned';
  try {
    await readThrough(job, ports, { options, tally });
  } catch (error) {
    if (!(error instanceof MigrationError) || error.retryable) throw error;
    state = 'failed';
    tally.issues.push(incomplete(job, error));
  }
  if (tally.issues.some(({ code }) => code === 'LOB_TOO_LONG')) state = 'failed';
  return { job, state, ...tally, seconds: (ports.clock.elapsedMs() - startedMs) / 1000 };
}

interface Scanning {
  readonly options: EntityScanOptions;
  readonly tally: Tally;
}

async function readThrough(job: LoadJob, ports: EntityScanPorts, { options, tally }: Scanning): Promise<void> {
  const { source, emit, signal } = ports;
  const read = await readableAt(job, ports, tally);
  tally.issues.push(...(await lobFindings(source, read)));
  if (signal.aborted || tally.issues.some(({ code }) => code === 'LOB_TOO_LONG')) return;
  const pieces = await piecesOf(ports, read, { options, matching: tally.matching ?? 0 });
  const rows = options.sample === null ? (tally.matching ?? 0) : Math.min(options.sample, tally.matching ?? 0);
  emit('entity:planned', { entity: job.entity, rows, chunks: pieces.chunks.length, doneChunks: 0, doneRows: 0 });
  const table = await source.table(job.read.source);
  const { characterSet } = await source.facts();
  const watched =
    table === null
      ? pieces.source
      : watchedSource(pieces.source, compileValueScan(job.read, table, characterSet), (values) => {
          tally.values = mergeValueCounts(tally.values, values);
        });
  await judgeChunks(job, { ...ports, scn: read.scn, source: watched }, { options, tally, chunks: pieces.chunks });
  if (options.sample !== null && tally.scanned < rows) {
    const message = `${job.entity}: ${counted(tally.scanned, 'row')} were read; the places of the sample have no more`;
    emit('notice', { message });
  }
}

/** Counts the rows, at the SCN where this table can be read so, else as it is, which is a finding. */
async function readableAt(job: LoadJob, { source, scn }: EntityScanPorts, tally: Tally): Promise<SnapshotRead> {
  const count = async (at: string | null): Promise<SnapshotRead> => {
    const read = { plan: job.read, scn: at };
    const { matching, total } = await source.count(read);
    tally.matching = matching;
    tally.filtered = total - matching;
    return read;
  };
  try {
    return await count(scn);
  } catch (error) {
    if (scn === null || !(error instanceof MigrationError) || error.retryable) throw error;
    const current = await count(null);
    tally.scn = null;
    tally.issues.push(notAtScn(job, error));
    return current;
  }
}

/** The source, whose rows are looked at as they pass. What a read has seen counts when it has ended: one that broke off comes again. */
function watchedSource(
  source: LegacySource,
  scanner: ValueScanner,
  seen: (values: readonly ValueCount[]) => void,
): LegacySource {
  async function* read(...[asked, bounds]: Parameters<LegacySource['read']>): AsyncGenerator<readonly LegacyRow[]> {
    const scan = scanner.start();
    for await (const rows of source.read({ ...asked, plan: scanner.plan }, bounds)) yield scan.look(rows);
    seen(scan.counts());
  }
  return { ...source, read };
}

async function piecesOf(
  { source }: EntityScanPorts,
  read: SnapshotRead,
  { options, matching }: { readonly options: EntityScanOptions; readonly matching: number },
): Promise<Sampled> {
  if (options.sample !== null) return sampleChunks(source, { read, matching, rows: options.sample });
  const { chunks } = await source.planChunks(read, options.batchSize);
  return { source, chunks: chunks.map((bounds, number) => ({ number, bounds })) };
}

async function judgeChunks(
  job: LoadJob,
  ports: EntityScanPorts,
  { options, tally, chunks }: Scanning & { readonly chunks: readonly NumberedChunk[] },
): Promise<void> {
  const { probe, emit, signal } = ports;
  const { target } = probe;
  const loader = await target.loader(job.load, { runId: SCAN_RUN, lane: 0, emit: () => undefined });
  try {
    const reading = { ...ports, target, job, reconnectMs: options.reconnectMs };
    for await (const chunk of preparedChunks(reading, queueOf(chunks, signal))) {
      const result = await loader.load(chunk);
      tally.scanned += chunk.read;
      if (result.kind !== 'already-loaded') {
        tally.skipped += result.skipped;
        tally.updated += result.updated;
      }
      emit('chunk:loaded', { ...chunk.id, ...rowsOf(result, chunk.read), already: false });
    }
  } finally {
    await loader.close();
  }
}

function rowsOf(
  result: ChunkResult,
  read: number,
): { read: number; loaded: number; skipped: number; rejected: number } {
  if (result.kind === 'already-loaded') return { read, loaded: 0, skipped: 0, rejected: 0 };
  const { inserted, updated, skipped, rejected } = result;
  return { read, loaded: inserted + updated, skipped, rejected };
}

function queueOf(chunks: readonly NumberedChunk[], signal: AbortSignal): ChunkQueue {
  const waiting = [...chunks];
  return {
    take: () => waiting.shift(),
    halted: () => signal.aborted,
    loaded: () => undefined,
    failed: () => undefined,
  };
}

function incomplete({ entity }: LoadJob, { code, message, hint }: MigrationError): Issue {
  return {
    code: 'SCAN_INCOMPLETE',
    level: 'error',
    subject: entity,
    message: `its rows were not read to their end (${code}: ${message})`,
    ...(hint === undefined ? {} : { hint }),
  };
}

function notAtScn({ entity }: LoadJob, { message }: MigrationError): Issue {
  return {
    code: 'SCAN_WITHOUT_SNAPSHOT',
    level: 'warning',
    subject: entity,
    message: `read as it is, since it cannot be read at the SCN of the others (${message})`,
    hint: 'Ask for FLASHBACK on the table: without it the migration itself stops here.',
  };
}
