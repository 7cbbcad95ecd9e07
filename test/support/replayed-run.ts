import type { Client } from 'pg';
import { FORMER_LEDGERS } from './former-ledgers';

type Row = Readonly<Record<string, unknown>>;

/** A run of today with its rows, read out of a target to be written into another as an earlier build would have written it. */
export interface RecordedRun {
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  /** By chunk of the one entity: its rows of the target, as JSON. */
  readonly rows: ReadonlyMap<number, readonly string[]>;
}

const TABLES = ['run', 'entity_plan', 'chunk', 'entity_count', 'entity_table', 'chunk_load', 'reject', 'change_count'];

/** Records the one run of a ledger that has loaded one table. */
export async function recordRun(client: Client, table: string): Promise<RecordedRun> {
  const tables: Record<string, Row[]> = {};
  for (const name of TABLES) tables[name] = (await client.query<Row>(`select * from cutover.${name}`)).rows;
  const { rows } = await client.query<{ chunk: number; rows: string[] }>(
    `select l.chunk, array_agg(row_to_json(t)::text) as rows from cutover.chunk_load l
     join ${table} t on t.xmin::text::bigint = any (l.written_by) group by l.chunk`,
  );
  return { tables, rows: new Map(rows.map(({ chunk, rows: of }) => [chunk, of])) };
}

export interface Replay {
  readonly commit: string;
  readonly table: string;
  /** Chunks that are loaded; the others are planned only. */
  readonly chunks: (chunk: number) => boolean;
  /** `one`: all in one transaction, as a ledger that was restored from a dump has it. */
  readonly transactions: 'each' | 'one';
  readonly run: Row;
}

/** Writes the run into another target: the ledger's tables as the commit made them, each chunk in a transaction with its rows. */
export async function replayRun(client: Client, recorded: RecordedRun, replay: Replay): Promise<void> {
  const made = FORMER_LEDGERS.find(({ commit }) => commit === replay.commit);
  await client.query(`create schema cutover; ${made?.sql('cutover') ?? ''}`);
  const columns = await columnsOf(client);
  const put = async (name: string, rows: readonly Row[]): Promise<void> => {
    for (const row of rows) await insert(client, { name, row, columns: columns.get(name) ?? [] });
  };
  const of = (name: string, chunk?: number): Row[] =>
    (recorded.tables[name] ?? []).filter((row) => chunk === undefined || row['chunk'] === chunk);
  const step = async (work: () => Promise<void>): Promise<void> => {
    if (replay.transactions === 'each') await client.query('begin');
    await work();
    if (replay.transactions === 'each') await client.query('commit');
  };
  if (replay.transactions === 'one') await client.query('begin');
  await step(() =>
    put(
      'run',
      of('run').map((row) => ({ ...row, ...replay.run })),
    ),
  );
  await step(async () => {
    for (const name of ['entity_plan', 'chunk', 'entity_count']) await put(name, of(name));
  });
  await step(() =>
    put(
      'entity_table',
      of('entity_table').map((row) => ({ ...row, table_oid: null, database_oid: null })),
    ),
  );
  for (const chunk of of('chunk_load').filter((row) => replay.chunks(Number(row['chunk'])))) {
    const number = Number(chunk['chunk']);
    await step(async () => {
      for (const row of recorded.rows.get(number) ?? []) {
        await client.query(
          `insert into ${replay.table} select * from json_populate_record(null::${replay.table}, $1)`,
          [row],
        );
      }
      const { rows } = await client.query<{ own: string }>('select txid_current() as own');
      await put('chunk_load', [{ ...chunk, loaded: chunk['inserted'], written_by: [rows[0]?.own] }]);
      for (const name of ['reject', 'change_count']) await put(name, of(name, number));
    });
  }
  await step(() => ownTable(client, columns.get('entity_table') ?? [], replay.table));
  await step(async () => {
    await client.query('update cutover.run set state = state');
  });
  if (replay.transactions === 'one') await client.query('commit');
}

/** Later builds noted which table of which database it was. */
async function ownTable(client: Client, columns: readonly string[], table: string): Promise<void> {
  if (!columns.includes('table_oid')) return;
  await client.query(
    `update cutover.entity_table set table_oid = to_regclass($1), database_oid = (select oid from pg_database where datname = current_database())`,
    [table],
  );
}

async function columnsOf(client: Client): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select c.relname::text as name, array_agg(a.attname::text) as columns from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'cutover'::regnamespace and c.relkind = 'r' and a.attnum > 0 and a.attidentity = '' group by 1`,
  );
  return new Map(rows.map(({ name, columns }) => [name, columns]));
}

async function insert(
  client: Client,
  { name, row, columns }: { readonly name: string; readonly row: Row; readonly columns: readonly string[] },
): Promise<void> {
  const known = columns.filter((column) => column in row);
  const values = known.map((column) => {
    const value = row[column];
    const isJson =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      !(value instanceof Date) &&
      !Buffer.isBuffer(value);
    return isJson ? JSON.stringify(value) : value;
  });
  await client.query(
    `insert into cutover.${name} (${known.join(', ')}) values (${known.map((_, index) => `$${index + 1}`).join(', ')})`,
    values,
  );
}
