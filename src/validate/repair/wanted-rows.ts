import type { RowDifference, ShownValue } from '../../core/comparison/comparison';
import { sameTable } from '../../core/mapping/table-name';
import type { LegacyRow, TargetRow } from '../../core/mapping/wire';
import { Parking } from '../../core/rows/parking';
import type { LegacySource, RowList } from '../../core/ports/legacy-source';
import type { Spill } from '../../core/ports/spill';
import type { Target } from '../../core/ports/target';
import type { WritePlan } from '../../core/ports/write-plan';
import type { ParentQuestion, TargetReader } from '../../core/ports/target-reader';
import { VALUE_LIMITS } from '../../core/rows/value-limits';
import { rowNaming } from '../../core/rows/row-rejects';
import { canonicalRows } from '../compare/canonical-rows';
import { orphanClearing } from '../compare/cleared-keys';
import type { ComparisonPlan } from '../compare/comparison-plan';
import { clearedRelations, transformed } from '../compare/expected-rows';
import { compactRow, shownValue } from '../compare/shown-values';
import { shownPlace } from './shown-place';

/** Rows that are asked for at once. */
const ROWS_AT_ONCE = 200;

export interface WantedFrom {
  readonly plan: ComparisonPlan;
  readonly source: LegacySource;
  readonly target: Target;
  readonly runId: string;
  readonly scn: string | null;
  /** Rows that this repair brings back to other tables: who refers to them is no orphan any more. */
  readonly comingBack: readonly ComingBack[];
  /** Where long values of the rows lie; in memory where absent. */
  readonly spill?: Spill;
}

/** Rows that are missing in one table. */
export interface ComingBack {
  readonly load: WritePlan;
  readonly rows: readonly WantedRow[];
}

/** A row as it should be in the target. */
export interface WantedRow {
  readonly row: TargetRow;
  /** Its canonical form as the comparison has seen it, long values by length and hash. */
  readonly shown: readonly ShownValue[];
  /** What it is recognised by: see `shownPlace`. */
  readonly place: string;
}

/**
 * Reads the legacy rows behind `missing` and `different` rows again, by their addresses or keys, and makes of each what should be in the
 * target. A difference that is not in the result has no such row in the source: its list is of another one, or was changed.
 */
export async function wantedRows(
  from: WantedFrom,
  differences: readonly RowDifference[],
): Promise<ReadonlyMap<RowDifference, WantedRow>> {
  const open = differences.filter(({ legacyKey }) => legacyKey !== null);
  const byRowid = open.every(({ rowid }) => rowid !== null);
  const nameOf = ({ rowid, legacyKey }: RowDifference): string => (byRowid ? rowid : legacyKey) ?? '';
  const wanted = new Map<RowDifference, WantedRow>();
  const parking = from.spill === undefined ? null : new Parking(from.spill, VALUE_LIMITS);
  for (let first = 0; first < open.length; first += ROWS_AT_ONCE) {
    const asked = open.slice(first, first + ROWS_AT_ONCE);
    const found = await foundRows({ ...from, parking }, rowList(asked, byRowid, from.plan.read.key.length), byRowid);
    for (const difference of asked) {
      const candidates = found.get(nameOf(difference)) ?? [];
      const index = candidates.findIndex((candidate) => isMeant(from.plan, candidate, difference));
      const [row] = index === -1 ? [] : candidates.splice(index, 1);
      if (row !== undefined) wanted.set(difference, row);
    }
  }
  return wanted;
}

/** `length`: of the legacy key. */
function rowList(asked: readonly RowDifference[], byRowid: boolean, length: number): RowList {
  if (byRowid) return { kind: 'rowids', rowids: asked.map(({ rowid }) => rowid ?? '') };
  const texts = new Set(asked.map(({ legacyKey }) => legacyKey ?? '[]'));
  const keys = [...texts].map((key) => JSON.parse(key) as (string | null)[]);
  // No row has another one, whatever the list says.
  return { kind: 'keys', keys: keys.filter((key): key is string[] => key.length === length && !key.includes(null)) };
}

async function foundRows(
  from: WantedFrom & { readonly parking: Parking | null },
  list: RowList,
  byRowid: boolean,
): Promise<Map<string, WantedRow[]>> {
  const { plan, source, target, runId, scn, spill, parking } = from;
  const { keyOf } = rowNaming(plan.read);
  const { entity, load } = plan;
  const reader = await target.reader({ runId, entity, table: load.table, columns: load.columns });
  try {
    const canonical = canonicalRows(reader);
    const cleared = await clearedRelations({ target, runId, plan });
    const clear = orphanClearing(reader, plan, cleared);
    const clearLeft = orphanClearing(afterRepair(reader, from.comingBack), plan, cleared);
    const found = new Map<string, WantedRow[]>();
    for await (const legacy of source.read({ plan: plan.read, scn, ...(spill && { spill }) }, list)) {
      const { rows, origins } = await transformed(from, legacy);
      const forms = await canonical.ofWire(rows);
      const left = forms.map((form) => [...form]);
      await clear(forms);
      await clearLeft(left);
      rows.forEach((row, index) => {
        const form = forms[index] ?? [];
        const origin: LegacyRow = origins[index] ?? [];
        const name = byRowid ? String(origin[0]) : keyOf(origin);
        // What the orphan policy has cleared stays cleared.
        const kept = row.map((value, position) => (left[index]?.[position] === null ? null : value));
        const shown = compactRow(form).map(shownValue);
        const [parked] = parking === null ? [kept] : parking.keep(kept, []);
        const wanted = { row: parked, shown, place: shownPlace(plan, shown) };
        found.set(name, [...(found.get(name) ?? []), wanted]);
      });
    }
    return found;
  } finally {
    await reader.close();
  }
}

/** Where the comparison found no parent there is one once the repair is done. */
function afterRepair(
  { parentless }: Pick<TargetReader, 'parentless'>,
  comingBack: readonly ComingBack[],
): Pick<TargetReader, 'parentless'> {
  return {
    parentless: async (question, keys) => {
      const orphaned = await parentless(question, keys);
      const back = new Set(comingBack.flatMap((one) => keysComingBack(one, question)));
      return orphaned.map((orphan, index) => orphan && !back.has(JSON.stringify(keys[index])));
    },
  };
}

function keysComingBack({ load, rows }: ComingBack, { parent, parentColumns }: ParentQuestion): string[] {
  const positions = parentColumns.map((column) => load.columns.indexOf(column));
  const isThere = sameTable(load.table, parent) && !positions.includes(-1);
  return isThere ? rows.map(({ shown }) => JSON.stringify(positions.map((position) => shown[position]))) : [];
}

/** The list says of a row what the source says. */
function isMeant({ load }: ComparisonPlan, { shown }: WantedRow, { values }: RowDifference): boolean {
  return values.every(({ column, expected = null }) =>
    sameShown(shown[load.columns.indexOf(column)] ?? null, expected),
  );
}

function sameShown(a: ShownValue, b: ShownValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
