import { sameTable } from '../../core/mapping/table-name';
import type { TableName } from '../../core/ports/target';
import type { Place } from '../session/place';
import { rowsOf } from '../catalogue/rows-of';
import { onlyRow, type Session } from '../session/session';
import { ident, qualified } from '../session/sql';
import { readFeedings, type Feeding } from './feeding';

/** A column that a sequence numbers. */
export interface FedColumn {
  readonly table: TableName;
  readonly name: string;
  readonly numeric: boolean;
}

/** A sequence with all columns that it numbers. */
export interface Fed {
  readonly feeding: Feeding;
  readonly columns: readonly FedColumn[];
}

/** The sequences that number columns of the tables. */
export async function fedBySequence(session: Session, place: Place, tables: readonly TableName[]): Promise<Fed[]> {
  const found = new Map<string, Fed>();
  const written = tables.map((known) => ({ known, table: place.written(known) }));
  const feedings = await readFeedings(
    session,
    written.map(({ table }) => table),
  );
  for (const [index, { known, table }] of written.entries()) {
    for (const feeding of feedings[index] ?? []) {
      // A rehearsal's copy must not move a sequence of the real schema, whatever its default says.
      if (!sameTable(place.actual(known), known) && feeding.sequence.schema !== table.schema) continue;
      const id = qualified(feeding.sequence);
      const columns = found.get(id)?.columns ?? [];
      found.set(id, { feeding, columns: [...columns, { table, name: feeding.column, numeric: feeding.numeric }] });
    }
  }
  return [...found.values()];
}

/** That a bigint, and thus a sequence, can hold. */
export const GREATEST_NUMBER = 9_223_372_036_854_775_807n;

/** The greatest number in columns that a sequence feeds; numbers that it can never give do not count. Null where there is none. */
export async function greatestIn(
  session: Session,
  columns: readonly Pick<FedColumn, 'table' | 'name'>[],
  maximum: bigint,
): Promise<bigint | null> {
  let greatest: bigint | null = null;
  for (const { table, name } of columns) {
    const { rows } = await session.query<{ greatest: string | null }>(
      `select floor(max(${ident(name)})::numeric)::text as greatest from ${await rowsOf(session, table)}
       where ${ident(name)}::numeric <= ${maximum}`,
    );
    const { greatest: here } = onlyRow(rows);
    // The least of a numeric column can be -Infinity, which is a number to no sequence.
    if (here === null || !/^-?\d+$/.test(here)) continue;
    if (greatest === null || BigInt(here) > greatest) greatest = BigInt(here);
  }
  return greatest;
}
