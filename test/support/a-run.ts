import type { Clock } from '../../src/core/clock';
import type { EntityContract } from '../../src/core/mapping/entity-contract';
import type { Emit, EventName, RunEvents } from '../../src/core/run/events';
import type { TableMapping } from '../../src/core/mapping/table-mapping';
import type { LegacyRow } from '../../src/core/mapping/wire';
import type { PreparedChunk, Reject } from '../../src/core/run/outcomes';
import type { LegacySource, ReadPlan } from '../../src/core/ports/legacy-source';
import type { TargetColumn, TargetTable } from '../../src/core/ports/target';
import { memorySource, type MemoryTable } from './memory/memory-source';
import { memoryTarget } from './memory/memory-target';
import type { ChunkTransformer } from '../../src/core/rows/transform-rows';
import type { EntityJob } from '../../src/migrate/jobs/entity-job';
import { DEFAULT_LOAD, resumeOf, type LoadRequest } from '../../src/core/run/options';
import { NOTHING_ALLOWED } from '../../src/core/run/hazards';
import { NEVER_KILLED } from '../../src/migrate/run/way-out';
import { openSpillFile } from '../../src/files/spill-file';
import { lanesBy, openLane, type OpenLane } from '../../src/migrate/load/lane';
import { migrate, type MigrationOptions } from '../../src/migrate/run/migrate';

/** A clock that never waits. */
export const stillClock: Clock = { now: () => new Date(0), elapsedMs: () => 0, sleep: () => Promise.resolve() };

/** What a run has of its process: a still clock, temporary files, nobody who kills it. */
export const THIS_PROCESS = { clock: stillClock, openSpill: openSpillFile, beforeKilled: NEVER_KILLED };

/** Events in the order they came. */
export interface Recorded {
  readonly name: EventName;
  readonly facts: RunEvents[EventName];
}

export function recordEvents(): { readonly events: Recorded[]; readonly emit: Emit } {
  const events: Recorded[] = [];
  return { events, emit: (name, facts) => void events.push({ name, facts }) };
}

export interface EntityShape {
  readonly entity: string;
  readonly rows: number;
  readonly parents?: readonly string[];
  /** Keys whose rows the transform turns away. */
  readonly bad?: readonly number[];
  /** Keys that meet the mapping's condition; no condition where absent. */
  readonly where?: (key: number) => boolean;
}

/** A job over a one-column table `1 … rows`, whose target rows are its keys. */
export function aJob(shape: EntityShape): EntityJob {
  const table = { schema: 'public', name: shape.entity };
  const contract: EntityContract = {
    entityName: shape.entity,
    table,
    columns: [],
    relations: (shape.parents ?? []).map((parent) => ({
      property: `${parent}Id`,
      columns: [`${parent}_id`],
      parent: { schema: 'public', name: parent },
      parentColumns: ['id'],
    })),
    unsupported: [],
    bypassed: [],
  };
  const read: ReadPlan = {
    entity: shape.entity,
    source: { owner: null, name: shape.entity.toUpperCase() },
    columns: [{ name: 'ID', as: 'text' }],
    key: ['ID'],
    where: shape.where === undefined ? null : 'CHOSEN = 1',
  };
  const bad = new Set((shape.bad ?? []).map(String));
  return {
    entity: shape.entity,
    mapping: { entity: shape.entity, fields: [] as TableMapping['fields'], orphans: {} } as TableMapping,
    contract,
    read,
    load: {
      entity: shape.entity,
      table,
      columns: ['id'],
      properties: ['id'],
      keyPositions: [0],
    },
    fingerprint: `fingerprint of ${shape.entity}`,
    earlierFingerprints: [],
    parents: shape.parents ?? [],
    sharers: [shape.entity],
    lookups: null,
    transformer: () => keyTransformer(shape.entity, bad),
  };
}

function keyTransformer(entity: string, bad: ReadonlySet<string>): ChunkTransformer {
  const origins: LegacyRow[] = [];
  const rejectFor = (origin: LegacyRow): Reject => ({
    entity,
    stage: 'transform',
    key: JSON.stringify([origin[1]]),
    rowid: null,
    property: 'id',
    reason: 'bad',
    sqlState: null,
    raw: '{}',
  });
  const isBad = (row: LegacyRow): boolean => bad.has(String(row[1]));
  return {
    add: (rows) => void origins.push(...rows),
    prepared: (id): PreparedChunk => ({
      id,
      read: origins.length,
      rows: origins.filter((row) => !isBad(row)).map((row) => [row[1] ?? null]),
      origins: origins.filter((row) => !isBad(row)),
      rejectFor,
      rejects: origins.filter(isBad).map(rejectFor),
      changesWithout: () => [],
    }),
  };
}

export function sourceTable(shape: EntityShape): MemoryTable {
  const name = shape.entity.toUpperCase();
  const { where } = shape;
  return {
    table: {
      name: { owner: 'ABIS', name },
      kind: 'table',
      columns: [{ name: 'ID', dataType: 'NUMBER', length: null, precision: null, scale: null, nullable: false }],
      primaryKey: ['ID'],
      estimatedRows: null,
      averageRowBytes: null,
    },
    rows: Array.from({ length: shape.rows }, (_, index) => [null, String(index + 1)]),
    ...(where === undefined ? {} : { matches: (row: LegacyRow) => where(Number(row[1])) }),
  };
}

/** A column of a target table that a run has to fill and that may hold no null. */
export function aTargetColumn(name: string, type: string, facts: Partial<TargetColumn> = {}): TargetColumn {
  const unsized = { maxLength: null, precision: null, scale: null };
  return { name, type, nullable: false, ...unsized, hasDefault: false, generated: 'no', ...facts };
}

/** An empty target table with the name of the entity. */
export function aTargetTable(name: string): TargetTable {
  const table = { schema: 'public', name };
  return {
    table,
    columns: [],
    primaryKey: ['id'],
    foreignKeys: [],
    keysCanBeNotValid: true,
    empty: true,
    triggers: [],
  };
}

/** What a test may say of a run. */
export type RunChanges = Partial<Omit<MigrationOptions, 'resume'>> & Partial<Pick<LoadRequest, 'resume'>>;

/** A run of chunks of 10 rows, of whose operator nothing is known. */
export function runOptions({ resume = 'no', ...changes }: RunChanges = {}): MigrationOptions {
  return {
    ...DEFAULT_LOAD,
    newRunId: 'run-1',
    mode: 'load',
    batchSize: 10,
    resume: resumeOf(resume),
    startedWith: { where: {}, schemas: {}, zoneData: null },
    allowed: NOTHING_ALLOWED,
    lastSeen: null,
    starter: {
      operator: null,
      versions: { driver: 'unknown', cutover: 'unknown', node: 'unknown' },
      findings: [],
    },
    survey: null,
    ...changes,
  };
}

/** A migration over the memory twins that can be started, killed at a step, and started again. */
export function aRun(shapes: readonly EntityShape[], options: RunChanges = {}) {
  const source = memorySource(shapes.map(sourceTable));
  const target = memoryTarget(shapes.map((shape) => aTargetTable(shape.entity)));
  const jobs = shapes.map(aJob);
  const { events, emit } = recordEvents();
  const interrupt = new AbortController();
  const start = ({
    emit: heard = emit,
    openLane: open = openLane,
    ...changes
  }: RunChanges & { readonly emit?: Emit; readonly openLane?: OpenLane } = {}) => {
    const complete = runOptions({ ...options, ...changes });
    const openLanes = lanesBy(open, complete.lanes);
    const { signal } = interrupt;
    return migrate(jobs, { ...THIS_PROCESS, source, target, emit: heard, signal, openLanes }, complete);
  };
  const keysOf = (entity: string): string[] => target.rowsOf(entity).map((row) => String(row[0]));
  return { source, target, jobs, events, emit, interrupt, start, keysOf };
}

/** Slows the reads of a source down by some ticks each; the result tells how many are under way. */
export function countOpenReads(source: LegacySource): () => number {
  let open = 0;
  const read = source.read.bind(source);
  source.read = async function* (...request) {
    open += 1;
    try {
      for await (const rows of read(...request)) {
        for (let tick = 0; tick < 20; tick += 1) await Promise.resolve();
        yield rows;
      }
    } finally {
      open -= 1;
    }
  };
  return () => open;
}
