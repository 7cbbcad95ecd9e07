import { listingCommand } from '../../core/comparison/listing';
import { MigrationError } from '../../core/errors';
import type { PlacedRow } from '../../core/ports/repair-desk';
import type { KeyTexts } from '../../core/ports/target-reader';
import { isHashable } from '../catalogue/canonical-kind';
import { PLACE, rowsInPieces, type RowsQuery } from '../compare/long-cells';
import { tablesIn } from '../ledger/schema/readable';
import { readRowOwners } from '../ledger/row-owners';
import type { Session } from '../session/session';
import { ident, literal } from '../session/sql';
import { sqlStateOf } from '../session/sqlstate';
import { kindsOf, type RepairedTable } from './repaired-table';

/** SQLSTATE class. */
const DATA_EXCEPTION = '22';
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
    yield* ofKeys(rowsInPieces(target, queryWith(keyCondition(table, having.columns, keys))));
  }
}

/** A key comes from the list of differences: one that is no value of its column no comparison has written. */
async function* ofKeys(rows: AsyncGenerator<readonly PlacedRow[]>): AsyncGenerator<readonly PlacedRow[]> {
  try {
    yield* rows;
  } catch (error) {
    throw sqlStateOf(error)?.startsWith(DATA_EXCEPTION) ? keyInvalid() : error;
  }
}

/** Without the server's message, which quotes the key. */
function keyInvalid(): MigrationError {
  return new MigrationError('DIFFERENCES_INVALID', 'the list names keys that are no values of their columns', {
    hint: `Nothing was changed. Write the list anew: "${listingCommand()}".`,
  });
}

function keyCondition({ shape }: RepairedTable, columns: readonly string[], keys: KeyTexts): string {
  const casts = columns.map((name) => shape.columns.find((column) => column.name === name)?.castTo ?? 'text');
  const tuples = keys.map((key) => `(${key.map((value, at) => `${literal(value)}::${casts[at]}`).join(', ')})`);
  const list = columns.map((name) => `t.${ident(name)}`).join(', ');
  return `(${list}) in (${tuples.join(', ')})`;
}
