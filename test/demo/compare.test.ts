import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { compareDemo } from '../../src/demo/compare';
import { abisLegacy } from '../../src/demo/legacy/generate';
import type { ExpectedRow } from '../../src/demo/legacy/recipe';
import { TARGET_TABLES, type TargetTable } from '../../src/demo/target-tables';
import { abisEntities } from '../../src/entities';
import { freshDatabase, type FreshDatabase } from '../support/databases';

const size = { scale: 0.01, seed: 2 };

/** The part of the ledger that the comparison reads. */
const LEDGER = `
  create schema cutover;
  create table cutover.run (id text primary key, nth bigint generated always as identity);
  create table cutover.reject (run text, entity text, stage text, key text, property text, reason text);
  insert into cutover.run values ('old'), ('new');
  insert into cutover.reject values ('old', 'coil', 'load', '["1"]', 'id', 'of an earlier run');`;

/** A coil may come before the one that it was slit from. */
const SELF_REFERENCE_LATE = `
  do $$ declare name text; begin
    select conname into name from pg_constraint where conrelid = 'coil'::regclass and confrelid = 'coil'::regclass;
    execute format('alter table coil alter constraint %I deferrable', name);
  end $$;`;

async function insertRow(client: Client, { table, columns }: TargetTable, row: ExpectedRow): Promise<void> {
  const entries = Object.entries(columns);
  const values = entries.map(([property, [, form]]) => {
    const value = row[property] ?? null;
    return form === 'bytes' && value !== null ? Buffer.from(value, 'hex') : value;
  });
  const names = entries.map(([, [column]]) => `"${column}"`).join(', ');
  await client.query(
    `insert into "${table}" (${names}) values (${values.map((_, at) => `$${at + 1}`).join(', ')})`,
    values,
  );
}

/** Fills a target with exactly what the generator expects. */
async function fillAsExpected(client: Client): Promise<void> {
  const { expected } = abisLegacy(size);
  await client.query('begin; set constraints all deferred');
  for (const table of TARGET_TABLES) for (const row of expected.rows(table.entity)) await insertRow(client, table, row);
  for (const { entity, stage, key, property, reason } of expected.rejects) {
    const values = ['new', entity, stage, key, property, reason];
    await client.query('insert into cutover.reject values ($1, $2, $3, $4, $5, $6)', values);
  }
  await client.query('commit');
}

describe('compareDemo', () => {
  let database: FreshDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await freshDatabase();
    const dataSource = new DataSource({
      type: 'postgres',
      url: database.url,
      entities: abisEntities,
      synchronize: true,
    });
    await dataSource.initialize();
    await dataSource.destroy();
    client = new Client({ connectionString: database.url, options: '-c timezone=UTC' });
    await client.connect();
    await client.query(LEDGER + SELF_REFERENCE_LATE);
    await fillAsExpected(client);
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('finds nothing where every row and every reject is as planned', async () => {
    expect(await compareDemo(client, size)).toEqual([]);
  });

  it('finds a changed value, a missing row and an unexpected row, and names them', async () => {
    const [first, second] = [...abisLegacy(size).expected.rows('qa')];
    await client.query(
      `update qa_result set tested_at = tested_at + interval '1 microsecond' where id = ${first!['id']!}`,
    );
    await client.query(`update qa_result set id = 99999999 where id = ${second!['id']!}`);
    const differences = await compareDemo(client, size);
    expect(differences.map(({ kind, entity, key, property }) => [kind, entity, key, property])).toEqual([
      ['other value', 'qa', first!['id'], 'testedAt'],
      ['missing row', 'qa', second!['id'], null],
      ['unexpected row', 'qa', '99999999', null],
    ]);
    await client.query(`update qa_result set id = ${second!['id']!} where id = 99999999`);
    await client.query(
      `update qa_result set tested_at = tested_at - interval '1 microsecond' where id = ${first!['id']!}`,
    );
  });

  it('finds a reject that is missing and one with other words', async () => {
    await client.query(
      `update cutover.reject set reason = 'something else' where run = 'new' and reason like 'isEmail%'`,
    );
    const differences = await compareDemo(client, size);
    const kinds = new Set(differences.map(({ kind, expected, actual }) => `${kind}: ${expected ?? actual ?? ''}`));
    expect(kinds).toEqual(
      new Set([
        'missing reject: validation: isEmail: must be an e-mail address',
        'unexpected reject: validation: something else',
      ]),
    );
  });
});
