import { BY_TRANSFORMER } from '../mapping/change-kinds';
import { changeLog, changeSites, type ChangeSite } from './change-tally';
import type { BrokenRule, EntityContract, RowCheck } from '../mapping/entity-contract';
import { fieldReader, reasonOf, type FieldReader } from './field-readers';
import { largeIn } from './large-value';
import type { FoundValues } from '../mapping/lookup';
import type { TableMapping } from '../mapping/table-mapping';
import type { LegacyRow, LegacyValue, TargetRow, TargetValue } from '../mapping/wire';
import type { ChunkId, PreparedChunk, Reject } from '../run/outcomes';
import { Parking } from './parking';
import type { ReadPlan } from '../ports/legacy-source';
import type { Spill } from '../ports/spill';
import { refusalOf } from './refused-rows';
import { rowNaming, type RowNaming } from './row-rejects';
import { NUL_REASON } from '../transforms/nul';
import { VALUE_LIMITS } from './value-limits';

export interface CompileOptions {
  readonly mapping: TableMapping;
  /** The plan by which the rows are read. */
  readonly plan: ReadPlan;
  /** Adds the entity's column transformers and its NOT NULL rules. */
  readonly contract?: EntityContract;
  /** The entity's own rules over the rows; null for none. What a broken rule does is the mapping's `validation`. */
  readonly check: RowCheck | null;
}

/** Collects the rows of one chunk; not to be used again after `prepared`. */
export interface ChunkTransformer {
  /** `found` holds what the fields with a lookup need for these rows. */
  add(rows: readonly LegacyRow[], found?: FoundValues): void;
  prepared(id: ChunkId): PreparedChunk;
}

/** Rules of one mapping, compiled. `pending` holds the changes of the row under way: they count only if it is accepted. */
interface RowRules {
  readonly readers: readonly FieldReader[];
  readonly check: RowCheck | null;
  readonly reportOnly: boolean;
  readonly finishes: boolean;
  readonly pending: ChangeSite[];
  readonly site: (property: string, kind: string) => ChangeSite;
  readonly naming: RowNaming;
  /** The first property that reads a column. */
  readonly propertyOf: (column: string) => string;
  found: FoundValues;
}

const NOTHING_FOUND: FoundValues = new Map();

/**
 * Compiles a mapping once; each call of the result starts a chunk. A row is turned away for its first fault in the order of
 * the fields: a refused or missing value, a NUL character or lone surrogate in a text, then the entity's rules. With a spill, long values
 * of a chunk lie there as far as they are too many for the memory.
 */
export function compileMapping(options: CompileOptions): (spill?: Spill) => ChunkTransformer {
  const { mapping, plan, contract = null, check } = options;
  const pending: ChangeSite[] = [];
  const site = changeSites();
  const noteChange = (property: string, kind: string): void => {
    pending.push(site(property, kind));
  };
  const found = (property: string, key: string): LegacyValue | undefined => rules.found.get(property)?.get(key);
  const readers = mapping.fields.map((field) => fieldReader(field, { plan, contract, noteChange, found }));
  const rules: RowRules = {
    readers,
    check: mapping.validation === 'off' ? null : check,
    reportOnly: mapping.validation === 'report',
    finishes: readers.some((reader) => reader.finish !== null),
    pending,
    site,
    naming: rowNaming(plan),
    propertyOf: (column) => mapping.fields.find(({ columns }) => columns.includes(column))?.property ?? column,
    found: NOTHING_FOUND,
  };
  return (spill) => chunkTransformer(rules, spill === undefined ? null : new Parking(spill, VALUE_LIMITS));
}

function chunkTransformer(rules: RowRules, parking: Parking | null): ChunkTransformer {
  const rows: TargetRow[] = [];
  const origins: LegacyRow[] = [];
  const rejects: Reject[] = [];
  const changes = changeLog();
  let read = 0;
  return {
    add(batch, found = NOTHING_FOUND) {
      read += batch.length;
      rules.found = found;
      for (const origin of batch) {
        const turnedAway = rejects.length;
        const row = transformRow(rules, origin, rejects);
        const reject = rejects[turnedAway];
        if (reject !== undefined && parking !== null) rejects[turnedAway] = parking.keepReject(reject);
        if (row === null) continue;
        const [kept, behind] = parking === null ? [row, origin] : parking.keep(row, origin);
        rows.push(kept);
        origins.push(behind);
        changes.add(rules.pending);
      }
    },
    prepared: (id) => ({
      id,
      read,
      rows,
      origins,
      rejectFor: (origin, fault) => rules.naming.rejectOf(origin, { stage: 'load', ...fault }),
      rejects,
      changesWithout: (left) => changes.tallies(origins, rules.naming.keyOf, left),
    }),
  };
}

/** The target row, or null when it was put among the rejects. */
function transformRow(rules: RowRules, origin: LegacyRow, rejects: Reject[]): TargetRow | null {
  rules.pending.length = 0;
  // Of full length at once: growing by push reallocates three times a row.
  const row = new Array<TargetValue>(rules.readers.length);
  const fault = fillRow(rules, origin, row);
  if (fault !== null) {
    rejects.push(rules.naming.rejectOf(origin, { stage: 'transform', ...fault, sqlState: null }));
    return null;
  }
  const broken = rules.check === null ? null : rules.check(row);
  const first = broken?.[0];
  if (first !== undefined && !rules.reportOnly) {
    rejects.push(rules.naming.rejectOf(origin, { stage: 'validation', ...first, sqlState: null }));
    return null;
  }
  for (const { property, reason } of broken ?? []) rules.pending.push(rules.site(property, `rule:${nameOf(reason)}`));
  const unfinished = rules.finishes ? finishRow(rules, row) : null;
  if (unfinished === null) return row;
  rejects.push(rules.naming.rejectOf(origin, { stage: 'transform', ...unfinished, sqlState: null }));
  return null;
}

/** The source has not read a value that is too large. */
function refusedBefore({ propertyOf }: RowRules, origin: LegacyRow): BrokenRule | null {
  const refusal = refusalOf(origin);
  return refusal === undefined ? null : { property: propertyOf(refusal.column), reason: refusal.reason };
}

function fillRow(rules: RowRules, origin: LegacyRow, row: TargetValue[]): BrokenRule | null {
  const refused = refusedBefore(rules, origin);
  if (refused !== null) return refused;
  let property = '';
  try {
    let index = 0;
    for (const reader of rules.readers) {
      property = reader.property;
      const value = reader.read(origin) ?? null;
      const fault = faultOf(value, reader.required);
      if (fault !== null) return { property, reason: fault };
      row[index] = value;
      index += 1;
    }
    return null;
  } catch (error) {
    return { property, reason: reasonOf(error) };
  }
}

function finishRow(rules: RowRules, row: TargetValue[]): BrokenRule | null {
  let property = '';
  try {
    for (const [index, reader] of rules.readers.entries()) {
      if (reader.finish === null) continue;
      property = reader.property;
      const before = row[index] ?? null;
      const after = reader.finish.write(before);
      // What null means here is for the column to say: its transformer had the last word.
      const fault = faultOf(after, false);
      if (fault !== null) return { property, reason: fault };
      if (reader.finish.alters(before, after)) rules.pending.push(rules.site(property, BY_TRANSFORMER));
      row[index] = after;
    }
    return null;
  } catch (error) {
    return { property, reason: reasonOf(error) };
  }
}

/** The name alone of a rule whose reason says what it asks for: counts of changes are told apart by it. */
function nameOf(reason: string): string {
  return /^\w+(?=: )/.exec(reason)?.[0] ?? reason;
}

/** `isWellFormed` costs nothing for one-byte strings, which V8 knows to have no surrogates; ES2023's types lack it. */
type WellFormed = string & { isWellFormed(): boolean };

const LONE_SURROGATE = 'contains half of a surrogate pair';
const LARGE_FAULTS = { none: null, nul: NUL_REASON, surrogate: LONE_SURROGATE } as const;

/** What no text column can hold, or null. A lone surrogate would silently become U+FFFD on the way to the server. */
function faultOf(value: TargetValue, required: boolean): string | null {
  if (typeof value === 'string') {
    if (value.includes('\0')) return NUL_REASON;
    return (value as WellFormed).isWellFormed() ? null : LONE_SURROGATE;
  }
  if (typeof value === 'object' && value !== null) return LARGE_FAULTS[largeIn(value)?.facts.fault ?? 'none'];
  return value === null && required ? 'null where a value is required' : null;
}
