import type { CompareLevel, MatchedBy } from '../../core/comparison/comparison';
import type { EntityContract } from '../../core/mapping/entity-contract';
import type { Fingerprinted } from '../../core/run/fingerprint-fixes';
import type { Lookups } from '../../core/rows/lookups';
import type { TableMapping } from '../../core/mapping/table-mapping';
import type { ReadPlan } from '../../core/ports/legacy-source';
import type { WritePlan } from '../../core/ports/write-plan';
import { writePlanFor, readPlanFor } from '../../core/rows/read-plan';
import { compileMapping, type ChunkTransformer } from '../../core/rows/transform-rows';

/** An entity as the run has loaded it. */
export interface ComparisonSubject extends Fingerprinted {
  /** With the run's conditions in `where`. */
  readonly mapping: TableMapping;
  readonly contract: EntityContract;
  /** The same with column transformers that take wire values. */
  readonly revived: EntityContract;
  /** All entities that are mapped to the same table, itself included. */
  readonly sharers: readonly string[];
  readonly read: ReadPlan;
  readonly load: WritePlan;
  readonly transformer: () => ChunkTransformer;
  readonly lookups: Lookups | null;
}

/** What is read on both sides for one entity, and by what its rows are recognised. */
export interface ComparisonPlan {
  readonly entity: string;
  readonly level: Exclude<CompareLevel, 'counts'>;
  readonly read: ReadPlan;
  /** By which the run has read, and named the columns of rejected rows. */
  readonly readByRun: ReadPlan;
  readonly load: WritePlan;
  readonly contract: EntityContract;
  readonly transformer: () => ChunkTransformer;
  readonly lookups: Lookups | null;
  readonly matchedBy: MatchedBy;
  /** Positions in `load.columns`; all of them where rows are matched as a whole. */
  readonly keyPositions: readonly number[];
}

/**
 * Rows are recognised by the target's primary key where the mapping fills all of it, else by the legacy key where it is carried over,
 * else as a whole. For the level `keys` only what makes the key is read; without a key, or with one that is looked up, that is everything.
 */
export function planComparison(
  subject: ComparisonSubject,
  level: ComparisonPlan['level'],
  primaryKey: readonly string[],
): ComparisonPlan {
  const { entity, mapping, read, load, contract } = subject;
  const matchedBy = recognition(load, primaryKey);
  const shared = { entity, contract, matchedBy, readByRun: read };
  const keyPositions = matchedBy.columns.map((column) => load.columns.indexOf(column));
  const fields = keyPositions.flatMap((position) => mapping.fields[position] ?? []);
  const lookedUp = fields.some(({ lookup }) => lookup !== undefined);
  if (level === 'rows' || matchedBy.kind === 'whole row' || lookedUp) {
    const { transformer, lookups } = subject;
    return { ...shared, level: 'rows', read, load, transformer, lookups, keyPositions };
  }
  const keysOnly: TableMapping = { ...mapping, fields, validation: 'off' };
  const keyRead = readPlanFor(keysOnly);
  return {
    ...shared,
    level,
    read: keyRead,
    load: writePlanFor(keysOnly, contract),
    transformer: compileMapping({ mapping: keysOnly, plan: keyRead, contract: subject.revived, check: null }),
    lookups: null,
    keyPositions: fields.map((_, position) => position),
  };
}

function recognition(load: WritePlan, primaryKey: readonly string[]): MatchedBy {
  if (primaryKey.length > 0 && primaryKey.every((column) => load.columns.includes(column))) {
    return { kind: 'primary key', columns: primaryKey };
  }
  if (load.keyPositions.length > 0) {
    return { kind: 'legacy key', columns: load.keyPositions.map((position) => load.columns[position] ?? '') };
  }
  return { kind: 'whole row', columns: load.columns };
}
