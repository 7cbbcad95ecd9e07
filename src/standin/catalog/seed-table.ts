import type { Client } from 'pg';
import { OraError } from '../contract/ora-error';
import { identifier, literal, qualified } from '../sql/values/quote';
import type { OracleColumn } from '../contract/translation';
import { copyIn } from './copy-in';
import { columnEncoder, type EncodeValue, type LegacyValue } from './seed-row';

export interface Seed {
  readonly owner: string;
  readonly table: string;
  /** Values in the order of the table's columns. */
  readonly rows: Iterable<readonly (LegacyValue | null)[]>;
}

const CHUNK_CHARACTERS = 1 << 16;

interface ColumnRow {
  readonly name: string;
  readonly type: OracleColumn['type'];
  readonly length: number | null;
  readonly char_used: 'B' | 'C' | null;
  readonly scale: number | null;
}

async function columnsOf(client: Client, { owner, table }: Seed): Promise<readonly OracleColumn[]> {
  const sql = `SELECT name, type, length, char_used, scale FROM "SYS".stored_column WHERE owner = $1 AND table_name = $2 ORDER BY id`;
  const { rows } = await client.query<ColumnRow>(sql, [owner, table]);
  if (rows.length === 0) throw new OraError(942, 'table or view does not exist');
  return rows.map((row) => ({
    name: row.name,
    type: row.type,
    nullable: true,
    ...(row.length === null ? {} : { length: row.length }),
    ...(row.char_used === null ? {} : { charUsed: row.char_used }),
    ...(row.scale === null ? {} : { scale: row.scale }),
  }));
}

async function characterSetOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ value: string }>(
    `SELECT value FROM "SYS".setting WHERE name = 'NLS_CHARACTERSET'`,
  );
  return rows[0]?.value ?? 'US7ASCII';
}

/** COPY text in chunks; counts the rows as it goes. */
function* encodedChunks(
  rows: Seed['rows'],
  encoders: readonly EncodeValue[],
  counter: { rows: number },
): Generator<Buffer> {
  let text = '';
  for (const row of rows) {
    if (row.length !== encoders.length)
      throw new OraError(
        row.length < encoders.length ? 947 : 913,
        row.length < encoders.length ? 'not enough values' : 'too many values',
      );
    text += encoders.map((encode, index) => encode(row[index] ?? null)).join('\t') + '\n';
    counter.rows += 1;
    if (text.length >= CHUNK_CHARACTERS) {
      yield Buffer.from(text);
      text = '';
    }
  }
  if (text !== '') yield Buffer.from(text);
}

/**
 * Fills a table by COPY, round the trigger that checks and pads single rows: values are padded and mapped here, lengths are
 * not checked. Enabled keys and foreign keys still hold. Gives the number of rows. Not inside a transaction of the caller's
 * that must see the trigger enabled.
 */
export async function seedTable(client: Client, seed: Seed): Promise<number> {
  const columns = await columnsOf(client, seed);
  const characterSet = await characterSetOf(client);
  const encoders = columns.map((column) => columnEncoder(column, characterSet));
  const counter = { rows: 0 };
  const table = qualified(seed.owner, seed.table);
  const list = columns.map((column) => identifier(column.name)).join(', ');
  await client.query(`ALTER TABLE ${table} DISABLE TRIGGER "standin_store"`);
  try {
    await copyIn(client, `COPY ${table} (${list}) FROM STDIN`, encodedChunks(seed.rows, encoders, counter));
  } finally {
    await client.query(`ALTER TABLE ${table} ENABLE TRIGGER "standin_store"`);
  }
  await gatherStatistics(client, seed.owner, seed.table);
  return counter.rows;
}

/** What DBMS_STATS would do: NUM_ROWS, BLOCKS and LAST_ANALYZED in ALL_TABLES, true now and stale after the next change. */
async function gatherStatistics(client: Client, owner: string, table: string): Promise<void> {
  const name = qualified(owner, table);
  await client.query(`ANALYZE ${name}`);
  await client.query(`UPDATE "SYS".object SET last_analyzed = now(), num_rows = (SELECT count(*) FROM ${name}),
    blocks = pg_relation_size(${literal(name)}) / 8192, avg_row_len = (SELECT coalesce(round(avg(pg_column_size(t))), 0) FROM ${name} t)
    WHERE owner = ${literal(owner)} AND name = ${literal(table)} AND type = 'TABLE'`);
}
