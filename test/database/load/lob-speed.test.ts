import { join } from 'node:path';
import oracledb from 'oracledb';
import { LOB_CLASSES, type LobsRead } from '../../../src/core/run/lob-speed';
import { lobEntities, lobMappings, plainMapping } from '../../support/lob-speed.config';
import { openOracleSource } from '../../../src/oracle/source/oracle-source';
import type { OracleDriver } from '../../../src/oracle/session/driver';
import { runValidation } from '../../../src/app/run-validation';
import { startSmallMigration, type SmallMigration } from '../../support/small-migration';
import { lowerValueLimits } from '../../support/value-limits';

const DDL = [
  'CREATE TABLE DOCS (ID NUMBER(9) NOT NULL PRIMARY KEY, C CLOB, N NCLOB, B BLOB)',
  'CREATE TABLE OLD_TEXTS (ID NUMBER(9) NOT NULL PRIMARY KEY, BODY LONG)',
  'CREATE TABLE OLD_BYTES (ID NUMBER(9) NOT NULL PRIMARY KEY, BODY LONG RAW)',
  'CREATE TABLE PLAINS (ID NUMBER(9) NOT NULL PRIMARY KEY)',
];

/** Some come with their rows, some by their locators: the real limit is between them. */
const LENGTHS = [1, 300, 40_000, 2, 90_000, 7];
const DOCS = LENGTHS.map((length, index) => [
  index + 1,
  'é'.repeat(length),
  '🙂'.repeat(length),
  Buffer.alloc(length, 7),
]);
/** In UTF-8, whatever the source counts. */
const TOTAL = LENGTHS.reduce((sum, length) => sum + length, 0);
const OLD = 5_000;

const BYTES: readonly (readonly [LobsRead['class'], number])[] = [
  ['CLOB', 2 * TOTAL],
  ['NCLOB', 4 * TOTAL],
  ['BLOB', TOTAL],
  ['LONG', 2 * OLD],
  ['LONG RAW', OLD],
];

let small: SmallMigration;

beforeAll(async () => {
  const configPath = join(__dirname, '..', '..', 'support', 'lob-speed.config.ts');
  small = await startSmallMigration(DDL, lobEntities, { configPath });
  const { standin } = small;
  await standin.run({ sql: 'INSERT INTO DOCS (ID, C, N, B) VALUES (:1, :2, :3, :4)', rows: DOCS });
  await standin.run({ sql: 'INSERT INTO OLD_TEXTS (ID, BODY) VALUES (:1, :2)', rows: [[1, 'é'.repeat(OLD)]] });
  await standin.run({ sql: 'INSERT INTO OLD_BYTES (ID, BODY) VALUES (:1, :2)', rows: [[1, Buffer.alloc(OLD, 1)]] });
  await standin.run({ sql: 'INSERT INTO PLAINS (ID) VALUES (:1)', rows: [[1]] });
});

afterAll(() => small.stop());

describe('what a run has read of large values', () => {
  it.each([
    ['by a lane in this thread', 1, 'scn'],
    ['by a lane in this thread without a snapshot', 1, 'none'],
    ['by lanes of which some have threads', 3, 'scn'],
  ] as const)('is summed by class, %s', async (_, lanes, snapshot) => {
    const migrated = await small.run(lobMappings, { lanes, snapshot });
    const { outcome } = migrated;
    expect(outcome?.state).toBe('complete');
    expect((await migrated.rows('select distinct lane from cutover.chunk_load')).length).toBeGreaterThan(
      lanes === 1 ? 0 : 1,
    );
    const lobs = outcome?.lobs ?? [];
    expect(lobs.map((read) => [read.class, read.bytes])).toEqual(BYTES);
    expect(lobs.map((read) => read.class)).toEqual([...LOB_CLASSES]);
    for (const { seconds } of lobs) expect(seconds).toBeGreaterThan(0);
  });

  it.each([
    ['one lane', 1, 'scn'],
    ['one lane without a snapshot', 1, 'none'],
    ['lanes of which some have threads', 4, 'scn'],
  ] as const)('is measured by one pass over each table, with %s', async (_, lanes, snapshot) => {
    const asked = jest.spyOn(small.standin.dialect, 'translate');
    const { outcome } = await small.run(lobMappings, { lanes, snapshot });
    const passes = asked.mock.calls.map(([sql]) => sql).filter((sql) => sql.includes('AVG('));
    asked.mockRestore();
    expect(outcome?.state).toBe('complete');
    expect(passes).toHaveLength(1);
    expect(passes[0]).toContain('DOCS');
  });

  it('counts each byte once where every value is read in pieces', async () => {
    const restore = lowerValueLimits({ inline: 0, piece: 999 });
    const { outcome } = await small.run(lobMappings);
    restore();
    expect(outcome?.lobs?.map((read) => [read.class, read.bytes])).toEqual(BYTES);
  });

  it('is not spoken of where there are none', async () => {
    const { outcome } = await small.run([plainMapping]);
    expect(outcome).toMatchObject({ state: 'complete' });
    expect(outcome).not.toHaveProperty('lobs');
  });
});

/** The driver, with a note of every fetch of a result set: rows that were asked for, and bytes of the longest value that came. */
function watched(): { readonly driver: OracleDriver; readonly fetches: { asked: number; longest: number }[] } {
  const fetches: { asked: number; longest: number }[] = [];
  const watchRows = (resultSet: oracledb.ResultSet<unknown[]>): void => {
    const getRows = resultSet.getRows.bind(resultSet);
    const noting = async (asked: number): Promise<unknown[][]> => {
      const rows = await getRows(asked);
      const lengths = rows.flat().map((cell) => (cell as string | Buffer | null)?.length ?? 0);
      fetches.push({ asked, longest: Math.max(0, ...lengths) });
      return rows;
    };
    Object.assign(resultSet, { getRows: noting });
  };
  const watchSession = (session: oracledb.Connection): oracledb.Connection => {
    const execute = session.execute.bind(session) as (...given: unknown[]) => Promise<oracledb.Result<unknown[]>>;
    const watching = async (...given: unknown[]): Promise<oracledb.Result<unknown[]>> => {
      const result = await execute(...given);
      if (result.resultSet !== undefined) watchRows(result.resultSet);
      return result;
    };
    return Object.assign(session, { execute: watching });
  };
  const driver = Object.create(oracledb) as OracleDriver;
  const createPool = async (attributes: oracledb.PoolAttributes): Promise<oracledb.Pool> => {
    const pool = await oracledb.createPool(attributes);
    const getConnection = pool.getConnection.bind(pool);
    return Object.assign(pool, { getConnection: async () => watchSession(await getConnection()) });
  };
  return { driver: Object.assign(driver, { createPool }), fetches };
}

describe('rows with a LONG, which no SQL measures', () => {
  const LIMITS = { batch: 40_000, read: 100_000 };
  let restore: () => void;

  beforeAll(async () => {
    restore = lowerValueLimits(LIMITS);
    await small.standin.run('DELETE FROM OLD_TEXTS', 'DELETE FROM OLD_BYTES');
  });

  afterAll(() => {
    restore();
  });

  async function fetchesOf(lengths: readonly number[]): Promise<ReturnType<typeof watched>['fetches']> {
    await small.standin.run('DELETE FROM OLD_TEXTS', {
      sql: 'INSERT INTO OLD_TEXTS (ID, BODY) VALUES (:1, :2)',
      rows: lengths.map((length, index) => [index + 1, 'x'.repeat(length)]),
    });
    const { driver, fetches } = watched();
    const source = await openOracleSource(small.standin.settings, { driver });
    const columns = [{ name: 'BODY', as: 'text' as const }];
    const plan = { entity: 'oldText', source: { owner: null, name: 'OLD_TEXTS' }, where: null, key: ['ID'], columns };
    let rows = 0;
    for await (const batch of source.read({ plan, scn: null }, { kind: 'all' })) {
      rows += batch.length;
      const bytes = batch.map((row) => Number(row[1]?.length));
      // A batch ends with the fetch that fills it.
      expect(bytes.slice(0, -4).reduce((sum, length) => sum + length, 0)).toBeLessThan(LIMITS.batch);
    }
    await source.close();
    expect(rows).toBe(lengths.length);
    return fetches.filter(({ longest }) => longest > 0);
  }

  it('are fetched one by one at first, and four at a time where all were short', async () => {
    const fetches = await fetchesOf(new Array<number>(20).fill(50));
    expect(fetches.map(({ asked }) => asked)).toEqual([1, 2, 4, 4, 4, 4, 4]);
  });

  it('are never more in flight than fit a batch after the longest one so far, and never more than four', async () => {
    // Fixed disorder: short and long rows in many orders.
    const lengths = Array.from(
      { length: 60 },
      (_, index) => [10, 300, 12_000, 90_000, 5][((index * 7919) % 11) % 5] ?? 1,
    );
    const fetches = await fetchesOf(lengths);
    let longest = 1;
    for (const { asked, longest: met } of fetches) {
      expect(asked).toBeLessThanOrEqual(Math.min(4, Math.max(1, Math.floor(LIMITS.batch / longest))));
      longest = Math.max(longest, met);
    }
    expect(fetches[0]).toMatchObject({ asked: 1 });
    expect(longest).toBe(90_000);
  });

  it('reject one that is too large by name, though it is the first, and take the others', async () => {
    const over = LIMITS.read + 1;
    const texts = [
      [1, 'x'.repeat(over)],
      [2, 'short'],
      [3, 'é'.repeat(over / 2 + 1)],
      [4, 'y'.repeat(LIMITS.read)],
    ];
    const bytes = [
      [1, Buffer.alloc(over, 1)],
      [2, Buffer.from('short')],
    ];
    await small.standin.run(
      'DELETE FROM OLD_TEXTS',
      { sql: 'INSERT INTO OLD_TEXTS (ID, BODY) VALUES (:1, :2)', rows: texts },
      { sql: 'INSERT INTO OLD_BYTES (ID, BODY) VALUES (:1, :2)', rows: bytes },
    );
    const mappings = lobMappings.filter(({ entity }) => ['oldText', 'oldBytes'].includes(entity));
    expect(mappings).toHaveLength(2);
    const migrated = await small.run(mappings);
    const most = `has more than ${LIMITS.read} bytes, the most of a`;
    expect(migrated.rejects.map(({ entity, key, property, reason }) => [entity, key, property, reason]).sort()).toEqual(
      [
        ['oldBytes', '["1"]', 'body', `BODY ${most} LONG RAW, which is read as a whole`],
        ['oldText', '["1"]', 'body', `BODY ${most} LONG, which is read as a whole`],
        ['oldText', '["3"]', 'body', `BODY ${most} LONG, which is read as a whole`],
      ],
    );
    for (const { raw } of migrated.rejects) expect(raw.length).toBeLessThan(1_000);
    expect(await migrated.rows('select id, length(body) from old_text order by id')).toEqual([
      [2, 5],
      [4, LIMITS.read],
    ]);
    const project = { mappings, entities: lobEntities, source: small.standin.settings, target: { url: migrated.url } };
    const { verdicts } = await runValidation(project, { entities: [], runId: null, level: 'rows' });
    expect(verdicts.flatMap(({ issues }) => issues)).toEqual([]);
  });
});
