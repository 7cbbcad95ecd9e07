import { StringDecoder } from 'node:string_decoder';
import { hashedLarge, LargeBuilder } from '../../core/rows/large-value';
import type { ServerRow } from '../../core/ports/target-reader';
import { MOST_BYTES_PER_UNIT, VALUE_LIMITS } from '../../core/rows/value-limits';
import type { CatalogueColumn } from '../catalogue/columns';
import type { Session } from '../session/session';
import { ident, literal } from '../session/sql';
import { readForm } from '../catalogue/canonical-kind';
import { copiedRows } from './copied-rows';
import { storedType } from '../types';

/** SQL: where the row `t` is; its ctid alone would not tell partitions apart. */
export const PLACE = `t.tableoid::text || ' ' || t.ctid::text`;

/** A column whose values may be too long for a line of COPY, which is text and ends at 1 GB. */
interface LongColumn {
  readonly name: string;
  readonly kind: 'text' | 'bytes';
  /** Among the columns that are asked for. */
  readonly position: number;
}

interface TargetRows {
  readonly session: Session;
  /** SQL: the table, see `rowsOf`. */
  readonly rows: string;
  readonly columns: readonly CatalogueColumn[];
  readonly names: readonly string[];
  /** Cells before those of the columns; the last of them says whose the row is, by one letter. */
  readonly leading: number;
  readonly hashable: readonly boolean[];
}

/** SQL: the rows that meet a condition on `t`, with `owner` put behind who wrote the row; `forms` are the columns, c0 and so on. */
export type RowsQuery = (parts: { readonly mark: string; readonly forms: string; readonly where: string }) => string;

/**
 * Rows as COPY writes them. Values of which a line might grow beyond what the server can write are left out of it; the COPY ended,
 * they are read in pieces, within the same transaction, and given by length and hash.
 */
export async function* rowsInPieces(target: TargetRows, query: RowsQuery): AsyncGenerator<readonly ServerRow[]> {
  const { session, hashable, leading, columns, names } = target;
  const long = longColumns(columns, names);
  const mark = long.length === 0 ? `''` : markSql(long);
  const forms = formsSql(target, long);
  const ask = (where: string): AsyncGenerator<readonly ServerRow[]> =>
    copiedRows(session, query({ mark, forms, where }), hashable);
  const places: string[] = [];
  for await (const batch of ask('true')) {
    const isLong = (row: ServerRow): boolean => (row[leading - 1]?.length ?? 0) > 1;
    if (long.length === 0 || !batch.some(isLong)) yield batch;
    else {
      places.push(...batch.filter(isLong).map((row) => row[leading - 1]?.slice(1) ?? ''));
      yield batch.filter((row) => !isLong(row));
    }
  }
  for (const place of places) {
    const at = { ...target, condition: placeSql(place) };
    for await (const batch of ask(at.condition)) for (const row of batch) yield [await completed(row, at, long)];
  }
}

/** Types without a length of their own; a `varchar(n)` is long where n is. */
function longColumns(columns: readonly CatalogueColumn[], names: readonly string[]): LongColumn[] {
  return names.flatMap((name, position) => {
    const column = columns.find((candidate) => candidate.name === name);
    if (column?.element !== null || !column.builtIn) return [];
    const most = (column.maxLength ?? Infinity) * MOST_BYTES_PER_CHARACTER;
    const kind = storedType(column.valueType)?.copied;
    return kind === undefined || most <= leastOfSum() ? [] : [{ name, position, kind }];
  });
}

const MOST_BYTES_PER_CHARACTER = 4;

/** A value of so many bytes is by all means one that is compared by its hash. */
function leastOfSum(): number {
  return VALUE_LIMITS.hashed * MOST_BYTES_PER_UNIT;
}

/** SQL: whether the value is left out of the line; its length is known without reading it. */
function isLongSql({ name }: LongColumn, all: readonly LongColumn[]): string {
  const { answered, answeredRow } = VALUE_LIMITS;
  const alone = `octet_length(t.${ident(name)}) > ${answered}`;
  if (all.length * answered <= answeredRow) return alone;
  const sum = all.map((column) => `coalesce(octet_length(t.${ident(column.name)}), 0)::bigint`).join(' + ');
  return `(${alone} or octet_length(t.${ident(name)}) > ${leastOfSum()} and ${sum} > ${answeredRow})`;
}

function markSql(long: readonly LongColumn[]): string {
  const any = long.map((column) => isLongSql(column, long)).join(' or ');
  return `case when ${any} then ${PLACE} else '' end`;
}

function formsSql({ columns, names }: TargetRows, long: readonly LongColumn[]): string {
  const forms = names.map((name, position) => {
    const form = readForm(columns, name);
    const column = long.find((candidate) => candidate.position === position);
    const shown = column === undefined ? form : `case when ${isLongSql(column, long)} then null else ${form} end`;
    return `${shown} as c${position}`;
  });
  return forms.join(', ');
}

function placeSql(place: string): string {
  const [table = '', at = ''] = place.split(' ');
  return `t.tableoid = ${literal(table)}::oid and t.ctid = ${literal(at)}::tid`;
}

type At = TargetRows & { readonly condition: string };

async function completed(row: ServerRow, at: At, long: readonly LongColumn[]): Promise<ServerRow> {
  const cells = [...row];
  cells[at.leading - 1] = cells[at.leading - 1]?.slice(0, 1) ?? null;
  for (const column of long) {
    const cell = at.leading + column.position;
    if (cells[cell] === null) cells[cell] = await hashOf(column, at);
  }
  return cells;
}

/** Null where the value is null. */
async function hashOf(column: LongColumn, at: At): Promise<string | null> {
  const builder = new LargeBuilder(column.kind, null);
  const decoder = new StringDecoder('utf8');
  const size = VALUE_LIMITS.answerPiece;
  for (let from = 1; ; from += size) {
    const piece = await pieceOf(column, at, { from, size });
    if (piece === null) return null;
    builder.add(column.kind === 'bytes' ? piece : decoder.write(piece));
    if (piece.length < size) return hashedLarge(builder.end());
  }
}

async function pieceOf(
  { name, kind }: LongColumn,
  { session, rows, condition }: At,
  { from, size }: { readonly from: number; readonly size: number },
): Promise<Buffer | null> {
  const value = kind === 'bytes' ? `t.${ident(name)}` : `convert_to(t.${ident(name)}, 'UTF8')`;
  const answer = await session.query<{ piece: Buffer | null }>(
    `select substring(${value} from $1::int for $2::int) as piece from ${rows} t where ${condition}`,
    [from, size],
  );
  return answer.rows[0]?.piece ?? null;
}
