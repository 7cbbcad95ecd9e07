import type { ConflictPolicy, Conflicts } from '../../../core/run/conflicts';
import type { Emit } from '../../../core/run/events';
import type { ConflictFate } from '../../../core/run/forecast';
import type { LoadFault } from '../../../core/run/outcomes';
import type { TableName } from '../../../core/ports/target';
import { keepingForReset } from '../../session/too-large';
import { rowsOf } from '../../catalogue/rows-of';
import { ident } from '../../session/sql';
import type { StagedChunk } from './conflicts';
import { targetConflict } from './conflicts';
import { readUniques, type UniqueIndex } from '../../catalogue/constraints';
import { sameKey, TARGET } from './duplicates';
import { duplicateKey } from './row-fault';
import { ORDINAL, stagedRows, unstage } from './staging-table';
import { SAMPLES } from '../../../core/run/sample-size';

/** A chunk of a rehearsal, which loads into a copy, and the real table, which has rows already. */
export interface RehearsedChunk extends StagedChunk {
  readonly beside: TableName;
  readonly policy: ConflictPolicy;
  readonly emit: Emit;
  /** By which a row is the same as one that is there; null where there is no such index. */
  readonly arbiter: UniqueIndex | null;
}

/** What a real load would do with rows whose key is in the table already. */
export interface Foreseen {
  readonly faults: ReadonlyMap<number, LoadFault>;
  readonly skipped: ReadonlySet<number>;
  /** Rows that would overwrite one; they stay staged. */
  readonly updating: ReadonlySet<number>;
}

/** A chunk that is loaded into a copy as one that meets the rows of the real table; null where it is no rehearsal. */
export function rehearsed(
  load: StagedChunk & { readonly conflicts: Conflicts; readonly emit?: Emit },
  arbiter: UniqueIndex | null,
): RehearsedChunk | null {
  const { shape, conflicts, emit = () => undefined } = load;
  return shape.beside === null ? null : { ...load, beside: shape.beside, arbiter, policy: conflicts.policy, emit };
}

/** Rows that an index of the real table has met. */
interface Met {
  readonly index: UniqueIndex;
  readonly fate: ConflictFate;
  readonly ordinals: readonly number[];
}

/**
 * Meets the rows of the real table as a load there would: each conflict is told by an event, and rows that would be rejected or skipped are
 * taken out. Nothing is written to the real table. Throws TARGET_CONFLICT where the policy is to abort.
 */
export async function foresee(rehearsed: RehearsedChunk): Promise<Foreseen> {
  const { session, shape, chunk, emit } = rehearsed;
  const met = await meetAll(rehearsed);
  if (met.length > 0) emit('chunk:conflicts', { ...chunk.id, conflicts: met.map((one) => told(rehearsed, one)) });
  const ordinalsOf = (fate: ConflictFate): Met[] => met.filter((one) => one.fate === fate);
  const [fatal] = ordinalsOf('aborts');
  if (fatal !== undefined) throw targetConflict(rehearsed, fatal.index, keyOf(rehearsed, fatal.ordinals[0]));
  const faults = new Map(
    ordinalsOf('rejected').flatMap(({ index, ordinals }) => {
      return ordinals.map((ordinal) => [ordinal, duplicateKey(shape, index.columns)] as const);
    }),
  );
  const skipped = new Set(ordinalsOf('skipped').flatMap(({ ordinals }) => ordinals));
  await unstage(session, [...faults.keys(), ...skipped]);
  const updating = ordinalsOf('updated').flatMap(({ ordinals }) => ordinals);
  return { faults, skipped, updating: new Set(updating.filter((ordinal) => !faults.has(ordinal))) };
}

/** The rows to be updated, kept in the ledger of the rehearsal as a load would keep them. */
export async function noteReplaced(rehearsed: RehearsedChunk, ordinals: readonly number[]): Promise<void> {
  const { session, shape, id, beside, arbiter } = rehearsed;
  if (arbiter === null || ordinals.length === 0) return;
  // The copy has the columns and types of the real table.
  const before = await shape.exactText(TARGET);
  const keep = `insert into ${ident(id.schema)}.replaced (run, entity, chunk, ordinal, before)
     select $1, $2, $3, s.${ORDINAL}, ${before}
     from (${stagedRows(shape)}) s join ${await rowsOf(session, beside)} ${TARGET} on ${sameKey(arbiter)}
     where s.${ORDINAL} = any($4::int4[])`;
  await keepingForReset({ table: beside, entity: id.entity }, () =>
    session.query(keep, [id.runId, id.entity, id.chunk, ordinals]),
  );
}

/** Each row with the first index by which it is met, that of the arbiter before the others. */
async function meetAll(rehearsed: RehearsedChunk): Promise<Met[]> {
  const { session, shape, beside, arbiter, policy } = rehearsed;
  const loaded = new Set(shape.columns.map(({ name }) => name));
  const uniques = await readUniques(session, beside);
  const isArbiter = (index: UniqueIndex): boolean => arbiter !== null && sameColumns(index, arbiter);
  const usable = uniques.filter(({ columns }) => columns.every((column) => loaded.has(column)));
  const met: Met[] = [];
  const taken = new Set<number>();
  for (const index of usable.sort((a, b) => Number(isArbiter(b)) - Number(isArbiter(a)))) {
    const fate = fateOf(policy, isArbiter(index));
    const found = await ordinalsMeeting(rehearsed, index);
    const ordinals = found.filter((ordinal) => !taken.has(ordinal));
    if (ordinals.length > 0) met.push({ index, fate, ordinals });
    // A row that overwrites one may still meet another.
    if (fate !== 'updated') for (const ordinal of ordinals) taken.add(ordinal);
  }
  return met;
}

async function ordinalsMeeting(rehearsed: RehearsedChunk, index: UniqueIndex): Promise<number[]> {
  const { session, shape, beside, arbiter, policy } = rehearsed;
  // The row that is overwritten does not stand in the way.
  const other = policy === 'update' && arbiter !== null && !sameColumns(index, arbiter);
  const condition = other ? ` and (${sameKey(arbiter)}) is not true` : '';
  const { rows } = await session.query<{ ordinal: number }>(
    `select s.${ORDINAL} as ordinal from (${stagedRows(shape)}) s
     where exists (select from ${await rowsOf(session, beside)} ${TARGET} where ${sameKey(index)}${condition}) order by s.${ORDINAL}`,
  );
  return rows.map(({ ordinal }) => ordinal);
}

function fateOf(policy: ConflictPolicy, byArbiter: boolean): ConflictFate {
  if (policy === 'abort') return 'aborts';
  if (policy === 'reject' || !byArbiter) return 'rejected';
  return policy === 'skip' ? 'skipped' : 'updated';
}

function told(rehearsed: RehearsedChunk, { index, fate, ordinals }: Met) {
  const sampleKeys = ordinals.slice(0, SAMPLES).map((ordinal) => keyOf(rehearsed, ordinal));
  return { constraint: index.name, fate, rows: ordinals.length, sampleKeys };
}

function keyOf({ shape, chunk }: RehearsedChunk, ordinal = 0): string {
  return chunk.rejectFor(chunk.origins[ordinal] ?? [], duplicateKey(shape, [])).key;
}

/** The copy's indexes have names of their own. */
function sameColumns(a: UniqueIndex, b: UniqueIndex): boolean {
  return [...a.columns].sort().join('\0') === [...b.columns].sort().join('\0');
}
