import { connectionTo } from '../../../src/postgres/session/connection-settings';
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import fc from 'fast-check';
import { rowsInPieces, type RowsQuery } from '../../../src/postgres/compare/long-cells';
import { readColumns } from '../../../src/postgres/catalogue/columns';
import { openSession, type Session } from '../../../src/postgres/session/session';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { lowerValueLimits } from '../../support/value-limits';
import { connected } from '../../support/sql';

const LIMITS = { answered: 3_000, answeredRow: 5_000, answerPiece: 257, hashed: 100, line: 400, large: 1_200 };
/** Escapes and hexadecimal digits make a byte two, and other columns have some of their own. */
const LONGEST_LINE = 2 * LIMITS.answeredRow + 1_000;

const NAMES = ['id', 'note', 'file', 'more', 'short', 'doc'];
const COLUMNS = `(id int not null, note text, file bytea, more text, short varchar(20), doc jsonb)`;

let database: FreshDatabase;
let client: Client;
let session: Session;
let restore: () => void;

beforeAll(async () => {
  restore = lowerValueLimits(LIMITS);
  database = await freshDatabase();
  client = await connected(database.url);
  session = await openSession(connectionTo({ url: database.url }));
  await session.query(`set bytea_output = 'hex'`);
  await client.query(`create table plain ${COLUMNS};
    create table parted ${COLUMNS} partition by range (id);
    create table part_1 partition of parted for values from (0) to (20);
    create table part_2 partition of parted for values from (20) to (1000)`);
});

afterAll(async () => {
  await session.close();
  await client.end();
  await database.drop();
  restore();
});

const length = fc.oneof(
  fc.nat(90),
  fc.integer({ min: 2_900, max: 3_100 }),
  fc.constantFrom(257, 257 * 12, 257 * 13, 9_000),
);
const unit = fc.constantFrom('a', 'é', '語', '🙂', '\\', '\n', '\t\\N');
const text = fc.option(
  fc.tuple(length, unit).map(([count, of]) => of.repeat(Math.ceil(count / Buffer.byteLength(of)))),
  { freq: 5 },
);
const bytes = fc.option(
  fc.tuple(length, fc.nat(255)).map(([count, byte]) => Buffer.alloc(count, Buffer.from([byte, 0, 1]))),
  { freq: 5 },
);
const ROWS = fc
  .sample(fc.tuple(text, bytes, text, fc.option(fc.constantFrom('', 'short'))), { numRuns: 40, seed: 20261201 })
  .map(([note, file, more, short], id) => [id, note, file, more, short, '{"a": 1}'] as const);

/** A value as the comparison is given it: whole, or by length and hash. */
function seen(cell: string | Buffer | null): readonly string[] {
  if (cell === null) return ['null'];
  const canonical = Buffer.isBuffer(cell) ? `\\x${cell.toString('hex')}` : cell;
  const sha256 = createHash('sha256').update(canonical).digest('hex');
  return [canonical, `\0${canonical.length} ${sha256}`];
}

async function fill(table: string): Promise<void> {
  await client.query(`truncate ${table}`);
  for (const row of ROWS) await client.query(`insert into ${table} values ($1, $2, $3, $4, $5, $6)`, [...row]);
}

describe('rows of the target whose values a line of COPY could not hold', () => {
  it.each([
    ['plain', 'only plain'],
    ['parted', 'parted'],
  ])('come with every value, whole or by its own hash, out of the table %s', async (table, rows) => {
    await fill(table);
    const columns = await readColumns(session, { schema: 'public', name: table });
    const asked: string[] = [];
    const query: RowsQuery = ({ mark, forms, where }) => {
      const sql = `select 't' || ${mark}, ${forms} from ${rows} t where ${where}`;
      asked.push(sql);
      return sql;
    };
    const hashable = [false, false, true, true, true, true, false];
    const target = { session, rows, columns, names: NAMES, leading: 1, hashable };
    const found = new Map<number, readonly (string | null)[]>();
    for await (const batch of rowsInPieces(target, query)) {
      for (const [owner, id, ...cells] of batch) {
        expect(owner).toBe('t');
        expect(found.has(Number(id))).toBe(false);
        found.set(Number(id), cells);
      }
    }
    expect(found.size).toBe(ROWS.length);
    for (const [id, ...values] of ROWS) {
      const cells = found.get(id) ?? [];
      for (const [at, value] of values.entries()) expect(seen(value)).toContain(cells[at] ?? 'null');
    }
    // The first statement is that of all rows, the others are of one row each.
    expect(asked.length).toBeGreaterThan(10);
    for (const sql of asked) {
      const { rows: lines } = await client.query<string[]>({ text: sql, rowMode: 'array' });
      for (const cells of lines) expect(cells.map(String).join('\t').length).toBeLessThan(LONGEST_LINE);
    }
  });

  it('are asked for as ever where no column can have such values', async () => {
    await client.query('create table narrow (id int, short varchar(20), doc jsonb)');
    await client.query(`insert into narrow values (1, 'a', '{}'), (2, null, null)`);
    const columns = await readColumns(session, { schema: 'public', name: 'narrow' });
    const target = { session, rows: 'only narrow', columns, names: ['id', 'short', 'doc'], leading: 1 };
    const found: unknown[] = [];
    const marks: string[] = [];
    const query: RowsQuery = ({ mark, forms, where }) => {
      marks.push(mark);
      return `select 't' || ${mark}, ${forms} from only narrow t where ${where} order by 2`;
    };
    for await (const batch of rowsInPieces({ ...target, hashable: [] }, query)) found.push(...batch);
    expect(marks).toEqual([`''`]);
    expect(found).toEqual([
      ['t', '1', 'a', '{}'],
      ['t', '2', null, null],
    ]);
  });
});
