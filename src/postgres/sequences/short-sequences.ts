import { visibleSql } from '../../core/words/visible-sql';
import type { ShortSequence } from '../../core/run/outcomes';
import type { TableName } from '../../core/ports/target';
import { readColumns } from '../catalogue/columns';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import { ident, qualified } from '../session/sql';
import { GREATEST_NUMBER, greatestIn } from './fed';
import { readFeedings, type Feeding } from './feeding';

/** Beyond any number of a sequence or a column. */
const UNLIMITED = 10n ** 1_000n;

/**
 * The sequences of real tables against the numbers that the tables have now: those of their copies in a rehearsal or a scan, and of
 * the real ones behind them. One that counts down is left alone.
 */
export function shortSequences(place: Place, tables: readonly TableName[]): Promise<ShortSequence[]> {
  return place.sessions.use(async (session) => {
    const short: ShortSequence[] = [];
    const feedings = await readFeedings(session, tables);
    for (const [index, table] of tables.entries()) {
      for (const feeding of feedings[index] ?? []) {
        if (!feeding.numeric || feeding.increment < 0n) continue;
        const greatest = await greatestOf(session, place, { table, column: feeding.column });
        if (greatest !== null && nextBeyond(feeding, greatest) > lastOf(feeding)) {
          short.push(shortOf(table, feeding, greatest));
        }
      }
    }
    return short;
  });
}

async function greatestOf(
  session: Session,
  place: Place,
  { table, column: name }: { readonly table: TableName; readonly column: string },
): Promise<bigint | null> {
  const written = place.actual(table);
  const beside = place.beside(written);
  const columns: { table: TableName; name: string }[] = [];
  for (const one of beside === null ? [written] : [written, beside]) {
    // A scan keeps the columns alone that a mapping fills.
    if ((await readColumns(session, one)).some((column) => column.name === name)) columns.push({ table: one, name });
  }
  return greatestIn(session, columns, UNLIMITED);
}

/** In step with its first number. */
function nextBeyond({ start, increment }: Feeding, greatest: bigint): bigint {
  return start > greatest ? start : start + ((greatest - start) / increment + 1n) * increment;
}

function lastOf({ maximum, columnMaximum }: Feeding): bigint {
  return columnMaximum !== null && columnMaximum < maximum ? columnMaximum : maximum;
}

function shortOf(table: TableName, feeding: Feeding, greatest: bigint): ShortSequence {
  const { sequence, column, cycles } = feeding;
  const last = lastOf(feeding).toString();
  return {
    ...{ sequence: sequence.name, table: table.name, column, greatest: greatest.toString(), last, cycles },
    ...curesOf(table, feeding, nextBeyond(feeding, greatest)),
  };
}

function curesOf(table: TableName, feeding: Feeding, next: bigint): Pick<ShortSequence, 'cures' | 'rewrites'> {
  const { sequence, column, maximum, columnMaximum } = feeding;
  if (next > GREATEST_NUMBER) return { cures: [], rewrites: false };
  const isColumnShort = columnMaximum !== null && next > columnMaximum;
  const cures = [
    ...(isColumnShort ? [`alter table ${qualified(table)} alter column ${ident(column)} type bigint`] : []),
    ...(next > maximum ? [`alter sequence ${qualified(sequence)} as bigint maxvalue ${GREATEST_NUMBER}`] : []),
  ];
  return { cures: cures.map(visibleSql), rewrites: isColumnShort };
}
