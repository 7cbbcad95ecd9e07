import type { SequenceVerdict } from '../../core/outcomes';
import type { TableName } from '../../core/ports/target';
import { sameTable, type Place } from '../place';
import { onlyRow, type Session } from '../session';
import { ident, literal, qualified } from '../sql';
import { readFeedings, type Feeding } from './feeding';

/** A sequence with all columns that it numbers. */
interface Fed {
  readonly feeding: Feeding;
  readonly columns: readonly { readonly table: TableName; readonly name: string; readonly numeric: boolean }[];
}

/**
 * Sets the sequences of the tables past the greatest number in the columns they feed, never backwards, and in step with their
 * increment. A table without rows leaves its sequence alone. Safe to repeat.
 */
export function advanceSequences(place: Place, tables: readonly TableName[]): Promise<SequenceVerdict[]> {
  return place.sessions.use(async (session) => {
    const verdicts: SequenceVerdict[] = [];
    for (const fed of await fedBySequence(session, place, tables)) {
      const { sequence } = fed.feeding;
      verdicts.push({ sequence: sequence.name, ...(await advance(session, fed)) });
    }
    return verdicts;
  });
}

async function fedBySequence(session: Session, place: Place, tables: readonly TableName[]): Promise<Fed[]> {
  const found = new Map<string, Fed>();
  for (const known of tables) {
    const table = place.written(known);
    for (const feeding of await readFeedings(session, table)) {
      // A rehearsal's copy must not move a sequence of the real schema, whatever its default says.
      if (!sameTable(place.actual(known), known) && feeding.sequence.schema !== table.schema) continue;
      const id = qualified(feeding.sequence);
      const columns = found.get(id)?.columns ?? [];
      found.set(id, { feeding, columns: [...columns, { table, name: feeding.column, numeric: feeding.numeric }] });
    }
  }
  return [...found.values()];
}

type Standing = Omit<SequenceVerdict, 'sequence'>;

async function advance(session: Session, { feeding, columns }: Fed): Promise<Standing> {
  if (!feeding.allowed) return { state: 'no-right', next: null };
  if (feeding.increment < 0n) return { state: 'descending', next: null };
  const numbers = columns.filter(({ numeric }) => numeric);
  let greatest: bigint | null = null;
  for (const { table, name } of numbers) {
    const here = await greatestIn(session, { table, name, maximum: feeding.maximum });
    if (here !== null && (greatest === null || here > greatest)) greatest = here;
  }
  if (numbers.length < columns.length && greatest === null) return { state: 'not-a-number', next: null };
  return greatest === null ? { state: 'ahead', next: null } : moveBeyond(session, feeding, greatest);
}

/** Numbers that the sequence can never give do not count: it cannot meet them. Null where there is none. */
async function greatestIn(
  session: Session,
  { table, name, maximum }: { readonly table: TableName; readonly name: string; readonly maximum: bigint },
): Promise<bigint | null> {
  const { rows } = await session.query<{ greatest: string | null }>(
    `select floor(max(${ident(name)})::numeric)::text as greatest from ${qualified(table)}
     where ${ident(name)}::numeric <= ${maximum}`,
  );
  const { greatest } = onlyRow(rows);
  // The least of a numeric column can be -Infinity, which is a number to no sequence.
  return greatest === null || !/^-?\d+$/.test(greatest) ? null : BigInt(greatest);
}

interface Position {
  readonly last: bigint;
  readonly called: boolean;
}

/** Other sessions may draw numbers meanwhile: it is set only where it still stands as it was read. */
async function moveBeyond(session: Session, feeding: Feeding, greatest: bigint): Promise<Standing> {
  const { sequence, increment, maximum } = feeding;
  for (;;) {
    const position = await positionOf(session, sequence);
    const next = position.called ? position.last + increment : position.last;
    if (next > greatest) return { state: next > maximum ? 'exhausted' : 'ahead', next: next.toString() };
    const beyond = next + ((greatest - next) / increment + 1n) * increment;
    const full = beyond > maximum;
    const to = full ? { last: maximum, called: true } : { last: beyond, called: false };
    if (await setFrom(session, sequence, { from: position, to })) {
      return { state: full ? 'exhausted' : 'moved', next: beyond.toString() };
    }
  }
}

async function positionOf(session: Session, sequence: TableName): Promise<Position> {
  const { rows } = await session.query<{ last: string; called: boolean }>(
    `select last_value as last, is_called as called from ${qualified(sequence)}`,
  );
  const { last, called } = onlyRow(rows);
  return { last: BigInt(last), called };
}

/** Whether it stood as told, and was set. */
async function setFrom(
  session: Session,
  sequence: TableName,
  { from, to }: { readonly from: Position; readonly to: Position },
): Promise<boolean> {
  const set = await session.query(
    `select setval(${literal(qualified(sequence))}::regclass, ${to.last}, ${to.called})
     from ${qualified(sequence)} where last_value = ${from.last} and is_called = ${from.called}`,
  );
  return (set.rowCount ?? 0) > 0;
}
