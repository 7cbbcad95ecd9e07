import type {
  KeyTexts,
  ParentQuestion,
  ReadingRequest,
  RowOwner,
  ServerRow,
  TargetReader,
} from '../../core/ports/target-reader';
import type { TableName } from '../../core/ports/target';
import { readColumns, type CatalogueColumn } from '../catalogue/columns';
import { readRowOwners, type RowOwners } from '../ledger/row-owners';
import { readableLedger, type ReadableLedger } from '../ledger/schema/readable';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import type { Sessions } from '../session/sessions';
import { rowsOf } from '../catalogue/rows-of';
import { ident, literal, qualified } from '../session/sql';
import { translating } from '../session/sqlstate';
import { storedForms } from './stored-forms';
import { canonicalKind, fromForm, isHashable, readForm, readForms } from '../catalogue/canonical-kind';
import { copiedRows } from './copied-rows';
import { rowsInPieces } from './long-cells';

interface Reading {
  /** In one read-only transaction, so that both passes see the same rows. */
  readonly session: Session;
  /** Lends sessions for questions whose failure must not end that transaction. */
  readonly asking: Pick<Sessions, 'use'>;
  readonly request: ReadingRequest;
  readonly table: TableName;
  /** SQL: its rows, see `rowsOf`. */
  readonly rows: string;
  readonly schema: string;
  /** SQL: whose the row `t` is. */
  readonly owner: string;
  /** SQL: whether the row `t` was there before the run. */
  readonly former: string;
}

/** Opens a table for comparison. Its session is given up at the end: a COPY that was not read out cannot be ended otherwise. */
export async function openReader(place: Place, request: ReadingRequest): Promise<TargetReader> {
  return place.sessions.openFor(async (session) => {
    await session.query('begin isolation level repeatable read read only');
    const schema = place.ledgerSchema;
    const of = (await readableLedger(session, schema))?.of ?? null;
    const table = place.actual(request.table);
    const { tracked, ownerSql, formerSql } = await rowOwners(session, of, { ...request, table });
    const columns = chosenColumns(await readColumns(session, table), request.columns);
    const rows = await rowsOf(session, table);
    const told = { owner: ownerSql('t'), former: formerSql('t') };
    const reading = { session, asking: place.sessions, request, table, rows, schema, ...told };
    return readerOf(reading, { tracked, columns, close: () => session.close(), place });
  });
}

interface Opened {
  readonly tracked: boolean;
  readonly columns: readonly CatalogueColumn[];
  readonly close: () => Promise<void>;
  readonly place: Place;
}

function readerOf(reading: Reading, { tracked, columns, close, place }: Opened): TargetReader {
  const { session, rows: tableRows, asking, table, request, owner } = reading;
  const doing = `comparing ${qualified(table)}`;
  const stored = columns.map((column) => storedForms(asking, { table, column: column.name }));
  const kinds = columns.map(canonicalKind);
  let owners: ReturnType<TargetReader['owners']> | null = null;
  // Who wrote a row stands before its columns.
  const hashable = [false, ...kinds.map(isHashable)];
  return {
    kinds,
    tracked,
    rows: (which) => {
      const condition = which === 'run' ? `= 't'` : `<> 'o'`;
      const target = { session, rows: tableRows, columns, names: request.columns, leading: 1, hashable };
      const cells = ['cutover_owner || cutover_mark', ...request.columns.map((_, position) => `c${position}`)];
      const rows = rowsInPieces(target, ({ mark, forms, where }) => {
        const items = [`${owner} as cutover_owner`, `${mark} as cutover_mark`, ...(forms === '' ? [] : [forms])];
        return `select ${cells.join(', ')} from (select ${items.join(', ')} from ${tableRows} t where ${where}) t
          where cutover_owner ${condition}`;
      });
      return translated(doing, rows);
    },
    // Of one moment, however often it is asked.
    owners: () => (owners ??= translating(doing, () => countOwners(reading))),
    movedRows: () => translated(doing, copiedRows(reading.session, movedSql(reading, columns), hashable)),
    asStored: (position, values) => translating(doing, async () => (await stored[position]?.(values)) ?? values),
    parentless: (question, keys) => translating(doing, () => askParents(place, { question, keys })),
    newcomers: (limit) => translating(doing, () => readNewcomers(reading, columns, limit)),
    heldBefore: (keyColumns, keys) => translating(doing, () => askRivals(reading, keyColumns, keys)),
    close,
  };
}

function chosenColumns(all: readonly CatalogueColumn[], names: readonly string[]): CatalogueColumn[] {
  return names.flatMap((name) => all.find((column) => column.name === name) ?? []);
}

async function* translated<T>(doing: string, rows: AsyncGenerator<T>): AsyncGenerator<T> {
  for (;;) {
    const { done, value } = await translating(doing, () => rows.next() as Promise<IteratorResult<T, undefined>>);
    if (done === true) return;
    yield value;
  }
}

async function rowOwners(
  session: Session,
  of: ReadableLedger['of'] | null,
  request: ReadingRequest,
): Promise<RowOwners> {
  if (of === null) return { tracked: false, ownerSql: () => `'f'`, formerSql: () => 'true' };
  return readRowOwners(session, of, request);
}

async function countOwners({ session, rows: table, owner }: Reading): Promise<Record<RowOwner, number>> {
  const { rows } = await session.query<{ owner: RowOwner; rows: string }>(
    `select ${owner} as owner, count(*) as rows from ${table} t group by 1`,
  );
  const counted = Object.fromEntries(rows.map((one) => [one.owner, Number(one.rows)]));
  return { t: 0, o: 0, l: 0, s: 0, f: 0, ...counted };
}

/** An orphan's row stands in the ledger as JSON; the server itself makes a row of it again. */
function movedSql({ request, table, schema }: Reading, columns: readonly CatalogueColumn[]): string {
  const rejects = `${ident(schema)}.reject r where r.run = ${literal(request.runId)} and r.entity = ${literal(request.entity)}
    and r.stage = 'orphan'`;
  return `select 't', ${readForms(columns, request.columns)} from (select r.raw from ${rejects}) r
    cross join lateral json_populate_record(null::${qualified(table)}, convert_from(r.raw, 'UTF8')::json) t`;
}

async function askParents(
  place: Place,
  { question, keys }: { readonly question: ParentQuestion; readonly keys: KeyTexts },
): Promise<boolean[]> {
  const parent = place.actual(question.parent);
  const found = await place.sessions.use(async (session) => {
    const columns = chosenColumns(await readColumns(session, parent), question.parentColumns);
    return keysFound(session, { table: parent, columns, condition: 'true' }, keys);
  });
  return found.map((there) => !there);
}

function askRivals(reading: Reading, names: readonly string[], keys: KeyTexts): Promise<boolean[]> {
  const { asking, table, owner, former } = reading;
  // A row that somebody has changed since is not one that stood in the run's way: it may as well be the run's own.
  const condition = `${owner} <> 't' and ${former}`;
  return asking.use(async (session) => {
    const columns = chosenColumns(await readColumns(session, table), names);
    return keysFound(session, { table, columns, condition }, keys);
  });
}

async function readNewcomers(
  reading: Reading,
  columns: readonly CatalogueColumn[],
  limit: number,
): Promise<readonly ServerRow[]> {
  const { session, request, owner, former, rows: table } = reading;
  const cells = request.columns.map((name, position) => `, (${readForm(columns, name)})::text as c${position}`);
  const order = cells.length === 0 ? '' : ` order by ${cells.map((_, nth) => nth + 2).join(', ')}`;
  const { rows } = await session.query<Readonly<Record<string, string | null>>>(
    `select ${owner} as owner${cells.join('')} from ${table} t
     where ${owner} = 'f' and not (${former})${order} limit ${limit}`,
  );
  return rows.map(({ owner: whose, ...row }) => [
    whose ?? 'f',
    ...request.columns.map((_, position) => row[`c${position}`] ?? null),
  ]);
}

interface KeySearch {
  readonly table: TableName;
  readonly columns: readonly CatalogueColumn[];
  /** SQL over the row `t`. */
  readonly condition: string;
}

/** By key: whether the table has a row with it that meets the condition. */
async function keysFound(
  session: Session,
  { table, columns, condition }: KeySearch,
  keys: KeyTexts,
): Promise<boolean[]> {
  const names = columns.map((_, index) => `k${index}`);
  const same = columns.map((column, index) => `t.${ident(column.name)} = ${fromForm(`k.k${index}`, column)}`);
  const { rows } = await session.query<{ found: boolean }>(
    `select exists (select from ${await rowsOf(session, table)} t where ${same.join(' and ')} and ${condition}) as found
     from unnest(${names.map((_, index) => `$${index + 1}::text[]`).join(', ')}) with ordinality k(${names.join(', ')}, nth)
     order by k.nth`,
    names.map((_, index) => keys.map((key) => key[index] ?? '')),
  );
  return rows.map(({ found }) => found);
}
