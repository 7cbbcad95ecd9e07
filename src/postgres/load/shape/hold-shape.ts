import { isDeepStrictEqual } from 'node:util';
import { MigrationError } from '../../../core/errors';
import type { TableName } from '../../../core/ports/target';
import { readColumns, type CatalogueColumn } from '../../catalogue/columns';
import type { Session } from '../../session/session';
import { qualified } from '../../session/sql';
import { sqlStateOf } from '../../session/sqlstate';
import { tableNow, type TableNow } from '../../catalogue/table-oid';

/** What a table looked like when its encoders were chosen. */
export interface KnownShape extends TableNow {
  readonly table: TableName;
  /** Columns that are written. */
  readonly columns: readonly { readonly name: string }[];
  /** All columns of the table. */
  readonly catalogue: readonly CatalogueColumn[];
}

const NO_SUCH_TABLE = '42P01';

/**
 * Keeps the table as it is until the transaction ends, and makes sure that it is what the encoders were chosen for: bytes of one type
 * in a column of another can be valid, and mean something else; rows in two tables could not be taken back; those of an unlogged table
 * may be gone while the ledger says that they are there. Throws LOAD_FAILED, naming the columns that have changed.
 */
export async function holdShape(session: Session, shape: KnownShape): Promise<void> {
  const table = qualified(shape.table);
  try {
    await session.query(`lock table ${table} in row exclusive mode`);
  } catch (error) {
    if (sqlStateOf(error) === NO_SUCH_TABLE) throw altered(table, ['it is no longer there']);
    throw error;
  }
  const now = await tableNow(session, shape.table);
  if (now.oid !== shape.oid) throw altered(table, ['another table has its name']);
  refuseElsewhere(table, now);
  const unlogged = now.unlogged.filter((name) => !shape.unlogged.includes(name));
  if (unlogged.length > 0) throw altered(table, [`a crash of the server would empty ${unlogged.join(', ')} now`]);
  const changes = changesOf(shape, await readColumns(session, shape.table));
  if (changes.length > 0) throw altered(table, changes);
}

/** Throws LOAD_FAILED where rows would not stay in a table of this server: a view may have taken the name since the pre-flight. */
export function refuseElsewhere(table: string, { elsewhere }: Pick<TableNow, 'elsewhere'>): void {
  if (elsewhere.length > 0) throw altered(table, [`rows would go to ${elsewhere.join(', ')} now`]);
}

/** Whether every row must bring a value for the column. */
export function mustBeWritten({ nullable, hasDefault, generated }: CatalogueColumn): boolean {
  return !nullable && !hasDefault && generated === 'no';
}

function changesOf({ columns, catalogue }: KnownShape, now: readonly CatalogueColumn[]): string[] {
  const written = new Set(columns.map(({ name }) => name));
  const before = new Map(catalogue.map((column) => [column.name, column]));
  const gone = [...written].filter((name) => !now.some((column) => column.name === name));
  return [
    ...gone.map((name) => `column ${name} is gone`),
    ...now.flatMap((column) => {
      const known = before.get(column.name);
      return written.has(column.name) ? changeOf(known, column) : demandOf(known, column);
    }),
  ];
}

/** Of a column that is written; a default does not matter then. */
function changeOf(before: CatalogueColumn | undefined, now: CatalogueColumn): string[] {
  if (before === undefined || isDeepStrictEqual({ ...before, hasDefault: now.hasDefault }, now)) return [];
  const [was, is] = [wordsFor(before), wordsFor(now)];
  return [was === is ? `column ${now.name} has changed` : `column ${now.name} was ${was} and is ${is}`];
}

/** Of a column that the mapping leaves out. */
function demandOf(before: CatalogueColumn | undefined, now: CatalogueColumn): string[] {
  const isNews = before === undefined || !mustBeWritten(before);
  return isNews && mustBeWritten(now) ? [`column ${now.name} may not be null and has no default`] : [];
}

function wordsFor({ castType, maxLength, precision, scale, nullable, generated }: CatalogueColumn): string {
  const sizes = [maxLength, precision, scale].filter((size) => size !== null);
  return [
    `${castType}${sizes.length === 0 ? '' : `(${sizes.join(',')})`}`,
    ...(nullable ? [] : ['not null']),
    ...(generated === 'no' ? [] : [generated]),
  ].join(' ');
}

function altered(table: string, changes: readonly string[]): MigrationError {
  return new MigrationError('LOAD_FAILED', `${table} was altered while it was loaded: ${changes.join('; ')}`, {
    hint: 'Bring the table and the mapping into line (`cutover check`); let no DDL run meanwhile.',
    facts: { table, change: changes[0] ?? null },
  });
}
