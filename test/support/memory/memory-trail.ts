import type { StartRecord, ValidationRecord } from '../../../src/core/run/evidence';
import type { Reject } from '../../../src/core/run/outcomes';
import type { Ledger } from '../../../src/core/ports/ledger';
import type { RejectCount } from '../../../src/core/run/readiness';
import type { SourceAccount } from '../../../src/core/run/source-accounts';

const EPOCH = '1970-01-01T00:00:00.000Z';

/** The part of a ledger in memory that keeps starts and proofs. It has no clock: everything happened in 1970. */
export function memoryTrail(
  rejectsOf: (runId: string) => readonly Reject[],
): Pick<Ledger, 'noteStart' | 'noteEnd' | 'noteValidation' | 'trail' | 'saveSources' | 'sources'> {
  const starts = new Map<string, StartRecord[]>();
  const validations = new Map<string, ValidationRecord[]>();
  const sources = new Map<string, readonly SourceAccount[]>();
  const ids = new Set<string>();
  const isNoted = (id: string): boolean => ids.size === ids.add(id).size;
  return {
    noteStart: (runId, start, id) => {
      if (isNoted(id)) return Promise.resolve();
      const noted = starts.get(runId) ?? [];
      starts.set(runId, [...noted, { ...start, nth: noted.length + 1, at: EPOCH, end: null }]);
      return Promise.resolve();
    },
    noteEnd: (runId, end) => {
      const noted = starts.get(runId) ?? [];
      starts.set(
        runId,
        noted.map((start, index) => (index === noted.length - 1 ? { ...start, end: { ...end, at: EPOCH } } : start)),
      );
      return Promise.resolve();
    },
    noteValidation: (runId, validation, id) => {
      if (isNoted(id)) return Promise.resolve(true);
      const made = { ...validation, at: EPOCH, start: starts.get(runId)?.length ?? null };
      validations.set(runId, [...(validations.get(runId) ?? []), made]);
      return Promise.resolve(true);
    },
    saveSources: (runId, accounts) => Promise.resolve(void sources.set(runId, accounts)),
    sources: (runId) => Promise.resolve(sources.get(runId) ?? null),
    trail: (runId) =>
      Promise.resolve({
        starts: starts.get(runId) ?? [],
        validations: validations.get(runId) ?? [],
        repairs: [],
        retries: [],
        resets: [],
        chunks: [],
        rejects: summed(rejectsOf(runId)),
        foreignKeys: [],
        aside: 0,
      }),
  };
}

function summed(rejects: readonly Reject[]): RejectCount[] {
  const counts = new Map<string, RejectCount>();
  for (const { entity, stage, property, reason, sqlState, key, rowid } of rejects) {
    const name = JSON.stringify([entity, stage, property, reason, sqlState]);
    const before = counts.get(name) ?? { entity, stage, property, reason, sqlState, count: 0, samples: [] };
    counts.set(name, { ...before, count: before.count + 1, samples: [...before.samples, { key, rowid }] });
  }
  return [...counts.values()];
}
