import { unparked } from '../../../core/rows/large-value';
import { canonicalFor } from '../../../core/canonical/canonical-text';
import { changeCounter } from '../../../core/rows/change-tally';
import type { TargetValue } from '../../../core/mapping/wire';
import type { ChangeTally, PreparedChunk } from '../../../core/run/outcomes';
import { ident } from '../../session/sql';
import { insertSql, type StagedChunk } from './conflicts';
import { keyOfOrigin } from '../shape/narrowed-values';
import { ORDINAL, STAGING } from './staging-table';
import type { ByTextColumn, TableShape } from '../shape/table-shape';

/** A value that the server gives back otherwise than it was sent. */
export interface Restated {
  /** Of its row in the chunk. */
  readonly ordinal: number;
  readonly column: ByTextColumn;
}

/** How many rows a statement has stored, and what of them it has restated. */
export interface StoredBack {
  readonly rows: number;
  readonly restated: readonly Restated[];
}

/**
 * Inserts the staged rows that meet the condition. Of columns that only the server can read, what it has stored is read back by the very
 * statement that stores it, and compared with what was sent.
 */
export async function insertReadingBack(staged: StagedChunk, condition: string): Promise<StoredBack> {
  const { session, shape } = staged;
  const statement = insertSql(shape, condition);
  if (shape.byText.length === 0) return { rows: (await session.query(statement)).rowCount ?? 0, restated: [] };
  const { rows: sent } = await session.query<{ ordinal: number }>(
    `select ${ORDINAL} as ordinal from ${STAGING} where ${condition} order by ${ORDINAL}`,
  );
  const stored = await session.query<Returned>(`${statement} returning ${storedTexts(shape, null)}`);
  // Rows come back in the order in which they went in. Where some did not, the load fails for that.
  const inOrder = stored.rows.map((row, index) => ({ ...row, ordinal: sent[index]?.ordinal ?? -1 }));
  return { rows: stored.rows.length, restated: restatedIn(staged, inOrder) };
}

/** The same of a statement that overwrites rows; `target` is their alias, `s` that of the staged ones. */
export async function overwriteReadingBack(
  staged: StagedChunk,
  statement: string,
  target: string,
): Promise<StoredBack> {
  const { session, shape } = staged;
  if (shape.byText.length === 0) return { rows: (await session.query(statement)).rowCount ?? 0, restated: [] };
  const items = `s.${ORDINAL} as ordinal, ${storedTexts(shape, target)}`;
  const stored = await session.query<Returned & { readonly ordinal: number }>(`${statement} returning ${items}`);
  return { rows: stored.rows.length, restated: restatedIn(staged, stored.rows) };
}

/** By position of the column. */
type Returned = Readonly<Record<string, string>>;

/** By the type's own output, as COPY writes it: a cast to text may be somebody's own. */
function storedTexts({ byText }: TableShape, alias: string | null): string {
  const prefix = alias === null ? '' : `${alias}.`;
  return byText.map(({ name, position }) => `format('%s', ${prefix}${ident(name)}) as c${position}`).join(', ');
}

function restatedIn(
  { shape, chunk }: StagedChunk,
  stored: readonly { readonly ordinal: number; readonly [column: string]: string | number }[],
): Restated[] {
  return stored.flatMap((row) => {
    const sent = chunk.rows[row.ordinal] ?? [];
    return shape.byText
      .filter(({ position }) => isRestated(unparked(sent[position] ?? null), String(row[`c${position}`])))
      .map((column) => ({ ordinal: row.ordinal, column }));
  });
}

function isRestated(sent: TargetValue, stored: string): boolean {
  return sent !== null && asSent(sent) !== stored;
}

const asSent = canonicalFor('as-stored');

/** What was restated, as changes of its columns; rows at the indexes `left` did not stay. */
export function restatedValues(
  chunk: PreparedChunk,
  restated: readonly Restated[],
  left: ReadonlySet<number>,
): readonly ChangeTally[] {
  const counter = changeCounter(keyOfOrigin(chunk));
  for (const { ordinal, column } of restated) {
    if (!left.has(ordinal)) counter.count(column.site, chunk.origins[ordinal] ?? []);
  }
  return counter.tallies();
}
