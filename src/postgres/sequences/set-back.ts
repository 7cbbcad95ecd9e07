import type { SequenceReset } from '../../core/run/reset';
import { onlyRow, type Session } from '../session/session';
import { qualified } from '../session/sql';
import { GREATEST_NUMBER, greatestIn } from './fed';
import { forgetPosition, notedPositions, type NotedPosition } from './noted-positions';
import { positionOf, samePosition, setFrom } from './position';

/**
 * Sets the sequences that a run has moved back to where they stood before it, each only where it still stands as the run has left it and
 * no row of others can have a number beyond. Safe to repeat; each is forgotten when it is done.
 */
export async function setSequencesBack(session: Session, schema: string, runId: string): Promise<SequenceReset[]> {
  const resets: SequenceReset[] = [];
  for (const noted of await notedPositions(session, schema, runId)) {
    const state = await setBack(session, noted);
    if (state !== 'as-before') resets.push({ sequence: noted.sequence.name, state });
    await forgetPosition(session, schema, noted.seq);
  }
  return resets;
}

async function setBack(session: Session, noted: NotedPosition): Promise<SequenceReset['state'] | 'as-before'> {
  const { sequence, before, after } = noted;
  const { there, allowed } = await standingOf(session, noted);
  if (!there) return 'as-before';
  if (!allowed) return 'no-right';
  if (samePosition(await positionOf(session, sequence), before)) return 'as-before';
  if (after === null || !noted.comparable) return 'left';
  if (await isBehindOthers(session, noted)) return 'in-use';
  return (await setFrom(session, sequence, { from: after, to: before })) ? 'set-back' : 'left';
}

async function standingOf(
  session: Session,
  { sequence }: NotedPosition,
): Promise<{ there: boolean; allowed: boolean }> {
  const { rows } = await session.query<{ there: boolean; allowed: boolean | null }>(
    `select c.oid is not null as there,
       has_sequence_privilege(c.oid, 'update') and has_sequence_privilege(c.oid, 'select') as allowed
     from (select to_regclass($1) as oid) c`,
    [qualified(sequence)],
  );
  const { there, allowed } = onlyRow(rows);
  return { there, allowed: allowed === true };
}

/** Whether rows that came by other ways than the run have numbers that it would give again. */
async function isBehindOthers(session: Session, { columns, greatest, before }: NotedPosition): Promise<boolean> {
  const there: NotedPosition['columns'][number][] = [];
  for (const column of columns) if (await isThere(session, column)) there.push(column);
  const now = await greatestIn(session, there, GREATEST_NUMBER);
  return now !== null && (greatest === null || now > greatest) && now >= before.last;
}

async function isThere(session: Session, { table, name }: NotedPosition['columns'][number]): Promise<boolean> {
  const { rows } = await session.query<{ there: boolean }>(
    `select exists (select from pg_attribute where attrelid = to_regclass($1) and attname = $2 and not attisdropped) as there`,
    [qualified(table), name],
  );
  return onlyRow(rows).there;
}
