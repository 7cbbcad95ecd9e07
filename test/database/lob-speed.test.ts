import { join } from 'node:path';
import { LOB_CLASSES, type LobsRead } from '../../src/core/lob-speed';
import { lobEntities, lobMappings, plainMapping } from '../support/lob-speed.config';
import { startSmallMigration, type SmallMigration } from '../support/small-migration';
import { lowerValueLimits } from '../support/value-limits';

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
  const configPath = join(__dirname, '..', 'support', 'lob-speed.config.ts');
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
