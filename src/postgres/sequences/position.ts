import type { TableName } from '../../core/ports/target';
import { onlyRow, type Session } from '../session/session';
import { literal, qualified } from '../session/sql';

/** Where a sequence stands. */
export interface Position {
  readonly last: bigint;
  readonly called: boolean;
}

export async function positionOf(session: Session, sequence: TableName): Promise<Position> {
  const { rows } = await session.query<{ last: string; called: boolean }>(
    `select last_value as last, is_called as called from ${qualified(sequence)}`,
  );
  const { last, called } = onlyRow(rows);
  return { last: BigInt(last), called };
}

/** Whether this user may ask where it stands. */
export async function maySee(session: Session, { schema, name }: TableName): Promise<boolean> {
  const { rows } = await session.query<{ sees: boolean }>(
    `select has_schema_privilege(n.oid, 'usage') and has_sequence_privilege(c.oid, 'select') as sees
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2 and c.relkind = 'S'`,
    [schema, name],
  );
  return rows[0]?.sees === true;
}

export function samePosition(a: Position, b: Position): boolean {
  return a.last === b.last && a.called === b.called;
}

/** Whether it stood as told, and was set. */
export async function setFrom(
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
