import type { LoadFault } from '../../core/run/outcomes';
import type { Amendment, RefusedAmendment } from '../../core/ports/repair-desk';
import { insertSql } from '../load/staging/conflicts';
import { readNamedColumns } from '../catalogue/constraints';
import { FROM, refusedRows, TO } from '../load/staging/refused-rows';
import { faultOf } from '../load/staging/row-fault';
import { ORDINAL } from '../load/staging/staging-table';
import { FOREIGN_KEY_VIOLATION, isOfRow } from '../session/row-states';
import type { Session } from '../session/session';
import { everyRowRefused, mayBeDataFault, sqlStateOf } from '../session/sqlstate';
import { amend, replacedSql, takeOut } from './amend';
import type { RepairedTable } from './repaired-table';

/** An amendment without the rows that the target refuses, and these. */
interface Acceptable {
  readonly accepted: Amendment;
  readonly refused: readonly RefusedAmendment[];
}

/** A missing parent is no fault of the row: it is for the operator to repair the parent as well. */

/**
 * Tries the amendment, and takes the trial back: a row that the target would not take (too long for an index, nested too deeply) leaves
 * the others to be repaired. Where all goes well, the trial is all that it costs.
 */
export async function acceptable(session: Session, table: RepairedTable, amendment: Amendment): Promise<Acceptable> {
  let accepted = amendment;
  const refused: RefusedAmendment[] = [];
  while (accepted.replace.length + accepted.add.length > 0) {
    const present = accepted;
    const trial = await tried(session, () => amend(session, table, present));
    if (trial === null) break;
    if (!mayBeDataFault(trial.error) || sqlStateOf(trial.error) === FOREIGN_KEY_VIOLATION) throw trial.error;
    const faults = new Map<number, LoadFault>();
    const search = await tried(session, () => findRefused(session, table, { amendment: present, faults }));
    if (search !== null) throw search.error;
    if (faults.size === 0) throw trial.error;
    // Once more: a row that stays because its successor is refused may stand in the way of another.
    accepted = without(present, { faults, refused });
  }
  return { accepted, refused };
}

/** Runs `work` and undoes it. Its error; null where it succeeds. */
async function tried(session: Session, work: () => Promise<void>): Promise<{ readonly error: unknown } | null> {
  await session.query('savepoint trial');
  const end = await work().then(
    () => null,
    (error: unknown) => ({ error }),
  );
  if (end !== null && session.isLost()) throw end.error;
  await session.query('rollback to savepoint trial; release savepoint trial');
  return end;
}

interface Finding {
  readonly amendment: Amendment;
  readonly faults: Map<number, LoadFault>;
}

async function findRefused(session: Session, table: RepairedTable, { amendment, faults }: Finding): Promise<void> {
  const { shape } = table;
  const rows = [...amendment.replace.map(({ row }) => row), ...amendment.add];
  for (const [ordinal, { position, reason, sqlState }] of await takeOut(session, table, amendment)) {
    faults.set(ordinal, { property: shape.columns[position]?.property ?? null, reason, sqlState });
  }
  const range = `${ORDINAL} between ${FROM} and ${TO}`;
  const replacing = amendment.replace.length;
  const add = insertSql(shape, `${range} and ${ORDINAL} >= ${replacing}`);
  const statement = replacing === 0 ? add : `${await replacedSql(session, table, range)}; ${add}`;
  const refused = await refusedRows(session, { statement, last: rows.length });
  const [first] = refused;
  if (first !== undefined && refused.length >= rows.length && refused.every(({ state }) => !isOfRow(state))) {
    throw everyRowRefused(first.state);
  }
  const known = await readNamedColumns(session, shape.table);
  for (const row of refused) faults.set(row.ordinal, faultOf(row, shape, { ...known, row: rows[row.ordinal] ?? [] }));
}

function without(
  { remove, replace, add }: Amendment,
  { faults, refused }: { readonly faults: ReadonlyMap<number, LoadFault>; readonly refused: RefusedAmendment[] },
): Amendment {
  for (const [ordinal, fault] of faults) {
    const row = replace[ordinal]?.row ?? add[ordinal - replace.length];
    if (row !== undefined) refused.push({ row, fault });
  }
  return {
    remove,
    replace: replace.filter((_, index) => !faults.has(index)),
    add: add.filter((_, index) => !faults.has(replace.length + index)),
  };
}
