import type { CompareLevel, EntityComparison } from '../../src/core/comparison/comparison';
import type { RunEnd, RunTrail, StartRecord, ValidationRecord } from '../../src/core/run/evidence';
import type { EntityTally, EntityVerdict } from '../../src/core/run/outcomes';
import type { RejectCount } from '../../src/core/run/readiness';
import type { EntityProgress, RunRecord } from '../../src/core/run/run-record';
import { drawUpReport, type RunFacts } from '../../src/report/evidence/draw-up-report';
import type { RunReport } from '../../src/report/evidence/run-report';
import { decodeSettings } from '../../src/core/run/run-settings';

const BEGUN_MS = Date.UTC(2026, 10, 20, 22, 15);
export const at = (seconds: number): string => new Date(BEGUN_MS + seconds * 1000).toISOString();

export function aTally(changes: Partial<EntityTally> = {}): EntityTally {
  const closed = { source: 10, read: 10, inserted: 9, updated: 0, skipped: 0, rejected: 1, filtered: 0 };
  return { ...closed, checksum: '00000000000000ff', ...changes };
}

export function aProgress(entity: string, changes: Partial<EntityProgress> = {}): EntityProgress {
  const snapshots = ['4711'];
  return { entity, plannedChunks: 2, loadedChunks: 2, countedAt: '4711', snapshots, tally: aTally(), ...changes };
}

export function anEnd(changes: Partial<RunEnd> = {}): RunEnd & { readonly at: string } {
  const entities = ['customer', 'coil'].map(
    (entity) => ({ entity, state: 'complete', code: null, because: null }) as const,
  );
  const rejects = { rejected: 2, allowed: 20 };
  return { state: 'complete', entities, orphans: [], failure: null, rejects, seconds: 60, at: at(60), ...changes };
}

export function aStart(nth: number, changes: Partial<StartRecord> = {}): StartRecord {
  const origin = { target: 'public.t', where: null, leftOut: [] };
  return {
    nth,
    at: at(0),
    resumed: nth > 1,
    lanes: 2,
    scn: '4711',
    operator: 'ada@plant',
    versions: { source: 'Oracle 19.3', target: 'PostgreSQL 18', driver: 'oracledb 7', cutover: '0.1.0', node: '20' },
    entities: ['customer', 'coil'].map((entity) => ({ entity, source: `AB_${entity.toUpperCase()}`, ...origin })),
    findings: [],
    end: anEnd(),
    ...changes,
  };
}

export function aVerdict(entity: string, changes: Partial<EntityVerdict> = {}): EntityVerdict {
  return { entity, sourceRows: 10, targetRows: 9, tally: aTally(), orphans: {}, issues: [], ...changes };
}

/** A verdict of a comparison that looked that closely; counts have none. */
export function aComparedVerdict(
  entity: string,
  level: CompareLevel,
  changes: Partial<EntityVerdict> = {},
): EntityVerdict {
  return aVerdict(entity, { ...(level === 'counts' ? {} : { comparison: aComparison(level) }), ...changes });
}

export function aComparison(
  level: EntityComparison['level'],
  counts: Partial<EntityComparison['counts']> = {},
): EntityComparison {
  return {
    level,
    matchedBy: { kind: 'primary key', columns: ['id'] },
    expected: 9,
    counts: { missing: 0, extra: 0, doubled: 0, different: 0, ...counts },
    columns: {},
    unlocated: null,
    skipped: 0,
    figuresDiffer: [],
    examples: [],
    sourceSince: null,
  };
}

/** Both entities compared at one level, nothing differs. */
export function allCompared(level: CompareLevel, changes: Partial<ValidationRecord> = {}): ValidationRecord {
  const verdicts = [aComparedVerdict('customer', level), aComparedVerdict('coil', level)];
  return aValidation({ level, verdicts, ...changes });
}

export function aValidation(changes: Partial<ValidationRecord> = {}): ValidationRecord {
  const verdicts = [aVerdict('customer'), aVerdict('coil')];
  return { level: 'counts', issues: [], verdicts, at: at(90), start: 1, ...changes };
}

export function aRunRecord(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    id: 'run-1',
    state: 'complete',
    scn: '4711',
    source: 'abis@legacy',
    target: 'plant@target',
    fingerprints: { customer: 'f1', coil: 'f2' },
    settings: decodeSettings({ batchSize: 20_000, maxRejects: '1%', 'rowsBefore.coil': 7 }),
    startedAt: at(0),
    finishedAt: at(60),
    ...changes,
  };
}

/** A coil that is turned away. */
export const UNKNOWN_ALLOY: RejectCount = {
  ...{ entity: 'coil', stage: 'transform', property: 'alloy', reason: 'unknown code', sqlState: null, count: 1 },
  samples: [{ key: '["7"]', rowid: 'AAAB' }],
};

/** A run of two entities in two chunks each, complete, accounted for and validated. */
export function someFacts(
  changes: Partial<Omit<RunFacts, 'trail'>> & { readonly trail?: Partial<RunTrail> } = {},
): RunFacts {
  const chunk = (entity: string, number: number, from: number) => ({
    ...{ entity, chunk: number, lane: number, read: 5, loaded: 4 },
    ...{ fromMs: BEGUN_MS + from * 1000, toMs: BEGUN_MS + (from + 10) * 1000 },
  });
  const { trail, ...rest } = changes;
  return {
    run: aRunRecord(),
    sources: [],
    progress: [aProgress('customer'), aProgress('coil')],
    changes: [{ entity: 'coil', property: 'alloy', kind: 'trimmed', count: 3, sampleKeys: ['["1"]'] }],
    ...rest,
    trail: {
      starts: [aStart(1)],
      validations: [aValidation()],
      repairs: [],
      retries: [],
      resets: [],
      chunks: [chunk('customer', 0, 1), chunk('customer', 1, 5), chunk('coil', 0, 20), chunk('coil', 1, 40)],
      rejects: [UNKNOWN_ALLOY],
      foreignKeys: [
        {
          ...{ table: 'coil', entities: ['coil'], name: 'fk_1', columns: ['customer_id'], parent: 'customer' },
          ...{ state: 'restored', enforced: true, orphans: 2 },
        },
      ],
      aside: 0,
      ...trail,
    },
  };
}

export function aReport(changes: Parameters<typeof someFacts>[0] = {}, mode: RunReport['mode'] = 'load'): RunReport {
  return drawUpReport(someFacts(changes), { mode, generatedAt: at(100), cutover: '0.1.0' });
}

/** What a legacy database may hold, in every place of a report that is not our own text. */
export function hostileReport(text: string): RunReport {
  const hostile = (start: StartRecord): StartRecord => ({
    ...start,
    operator: text,
    versions: { source: text, target: text, driver: text, cutover: text, node: text },
    entities: [{ entity: text, source: text, target: text, where: text, leftOut: [{ property: text, reason: text }] }],
    findings: [{ code: text, level: 'error', message: text, subject: text, hint: text }],
  });
  const issue = { code: text, level: 'error', message: text, subject: text } as const;
  return aReport({
    run: aRunRecord({
      ...{ id: text, scn: text, source: text, target: text },
      fingerprints: { [text]: text },
      settings: decodeSettings({ [text]: text }),
    }),
    progress: [aProgress(text, { snapshots: [text], tally: aTally({ checksum: text }) })],
    changes: [{ entity: text, property: text, kind: text, count: 3, sampleKeys: [text] }],
    trail: {
      starts: [hostile(aStart(1))],
      validations: [aValidation({ issues: [issue], verdicts: [aVerdict(text, { issues: [issue] })] })],
      chunks: [{ entity: text, chunk: 0, lane: 0, read: 5, loaded: 5, fromMs: BEGUN_MS, toMs: BEGUN_MS + 1 }],
      rejects: [
        {
          ...{ entity: text, stage: 'load', property: text, reason: text, sqlState: text, count: 1 },
          samples: [{ key: text, rowid: text }],
        },
      ],
      foreignKeys: [
        {
          ...{ table: text, entities: [text], name: text, columns: [text], parent: text },
          ...{ state: 'not-valid', enforced: true, orphans: 1 },
        },
      ],
    },
  });
}
