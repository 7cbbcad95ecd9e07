import type { PlacedRow } from '../../core/ports/repair-desk';
import type { KeyTexts } from '../../core/ports/target-reader';
import { isHashable } from '../compare/canonical-kind';
import { PLACE, rowsInPieces, type RowsQuery } from '../compare/long-cells';
import { tablesIn } from '../ledger/readable';
import { readRowOwners } from '../ledger/row-owners';
import type { Session } from '../session';
import { ident, literal } from '../sql';
import { kindsOf, type RepairedTable } from './repaired-table';

/** Keys in one statement. */
const KEYS_AT_ONCE = 500;

interface Wanted {
  readonly schema: string;
  readonly runId: string;
  readonly having: { readonly columns: readonly string[]; readonly keys: KeyTexts } | null;
}

/** The rows with their places, who wrote them, and the mapped columns as the server writes them. */
export async function* placedRows(
  session: Session,
  table: RepairedTable,
  { schema, runId, having }: Wanted,
): AsyncGenerator<readonly PlacedRow[]> {
  const { shape, entity } = table;
  const { ownerSql } = await readRowOwners(session, tablesIn(schema), { runId, entity, table: shape.table });
  const names = shape.columns.map(({ name }) => name);
  const hashable = [false, false, ...kindsOf(table).map(isHashable)];
  const target = { session, rows: shape.rows, columns: shape.catalogue, names, leading: 2, hashable };
  const queryWith =
    (condition: string): RowsQuery =>
    ({ mark, forms, where }) =>
      `select ${PLACE}, ${ownerSql('t')} || ${mark}, ${forms} from ${shape.rows} t where ${where} and ${condition}`;
  if (having === null) {
    yield* rowsInPieces(target, queryWith('true'));
    return;
  }
  for (let first = 0; first < having.keys.length; first += KEYS_AT_ONCE) {
    const keys = having.keys.slice(first, first + KEYS_AT_ONCE);
    yield* rowsInPieces(target, queryWith(keyCondition(table, having.columns, keys)));
  }
}

function keyCondition({ shape }: RepairedTable, columns: readonly string[], keys: KeyTexts): string {
  const casts = columns.map((name) => shape.columns.find((column) => column.name === name)?.castTo ?? 'text');
  const tuples = keys.map((key) => `(${key.map((value, at) => `${literal(value)}::${casts[at]}`).join(', ')})`);
  const list = columns.map((name) => `t.${ident(name)}`).join(', ');
  return `(${list}) in (${tuples.join(', ')})`;
}
