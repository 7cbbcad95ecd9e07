import { narrowingOf, type Narrowing } from '../../../core/canonical/narrowing';
import { changeCounter, type ChangeSite } from '../../../core/rows/change-tally';
import { unparked } from '../../../core/rows/large-value';
import type { LegacyRow } from '../../../core/mapping/wire';
import type { ChangeTally, PreparedChunk } from '../../../core/run/outcomes';
import type { WritePlan } from '../../../core/ports/write-plan';
import type { CatalogueColumn } from '../../catalogue/columns';
import { canonicalKind } from '../../catalogue/canonical-kind';

/** A column of a load that stores less than some values have. */
export interface NarrowedColumn extends Pick<Narrowing, 'narrows'> {
  readonly position: number;
  readonly site: ChangeSite;
}

/** Null for a column that stores its values whole. */
export function narrowedColumn(column: CatalogueColumn, position: number, plan: WritePlan): NarrowedColumn | null {
  const narrowing = narrowingOf({ kind: canonicalKind(column), maxLength: column.maxLength });
  if (narrowing === null) return null;
  const { kind, narrows } = narrowing;
  return { position, narrows, site: { property: plan.properties[position] ?? column.name, kind } };
}

/** The values of a chunk that its columns narrow, those of the rows at the indexes `left` aside. */
export function narrowedValues(
  chunk: PreparedChunk,
  columns: readonly NarrowedColumn[],
  left: ReadonlySet<number>,
): readonly ChangeTally[] {
  const counter = changeCounter(keyOfOrigin(chunk));
  for (const [index, row] of chunk.rows.entries()) {
    if (left.has(index)) continue;
    for (const { position, narrows, site } of columns) {
      const value = row[position] ?? null;
      if (value !== null && narrows(unparked(value))) counter.count(site, chunk.origins[index] ?? []);
    }
  }
  return counter.tallies();
}

/** By which a row of the chunk is named. */
export function keyOfOrigin(chunk: PreparedChunk): (origin: LegacyRow) => string {
  return (origin) => chunk.rejectFor(origin, NO_FAULT).key;
}

/** A reject is asked for its key only. */
const NO_FAULT = { property: null, reason: '', sqlState: '' };
