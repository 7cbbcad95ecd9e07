import fc from 'fast-check';
import type { LegacySource, RowTaker, TakenCounts } from '../../../src/core/ports/legacy-source';
import { countTakenRows, listOwnedTables } from '../../../src/oracle/sql/taken-statements';
import { openOracleSource } from '../../../src/oracle/source/oracle-source';
import { refusedBy11g } from '../../support/oracle-11g-lint';
import { startTestStandin, STANDIN_OWNER, type LegacyStandin } from '../../support/standin';
import { connected } from '../../support/sql';

const DDL = [
  'CREATE TABLE PERSON (ID NUMBER(5) NOT NULL PRIMARY KEY, KIND VARCHAR2(1), AGE NUMBER(3), CITY VARCHAR2(10))',
  'CREATE GLOBAL TEMPORARY TABLE TMP_WORK (ID NUMBER(5)) ON COMMIT DELETE ROWS',
  'CREATE TABLE EMPTY_ONE (ID NUMBER(5))',
  'CREATE VIEW PERSON_V AS SELECT ID, KIND FROM PERSON',
];

/** Names and traits as the dictionary has them of what Oracle makes; the last three only look like it. */
const MADE_BY_ORACLE = [
  ['MV_TOTALS', 'materialized'],
  ['MLOG$_PERSON', null],
  ['RUPD$_PERSON', null],
  ['BIN$hG4vYdRtQb6gU0UAAQpQ7g==$0', null],
  ['GONE', 'dropped'],
  ['LINES_OF_PERSON', 'nested'],
  ['SYS_IOT_OVER_4711', 'overflow'],
  ['SYS_IOT_MAP_4711', 'mapping'],
  ['DR$TEXT$I', 'secondary'],
  ['AQ$_QUEUE_S', null],
  ['FILE_OF_LINES', 'external'],
  ['AQ_OWN', null],
  ['MLOGS_OWN', null],
  ['BINS', null],
] as const;

interface Person {
  readonly kind: string | null;
  readonly age: number | null;
  readonly city: string | null;
}

/** A condition in Oracle's words and as a function that answers true, false or null for unknown, as Oracle's logic does. */
interface Condition {
  readonly sql: string;
  readonly holds: (row: Person) => boolean | null;
}

const compared = <T>(value: T | null, test: (value: T) => boolean): boolean | null =>
  value === null ? null : test(value);

const ATOMS: readonly Condition[] = [
  ...['P', 'D', 'X'].map((kind) => ({
    sql: `KIND = '${kind}'`,
    holds: (row: Person) => compared(row.kind, (value) => value === kind),
  })),
  { sql: "KIND <> 'P'", holds: ({ kind }) => compared(kind, (value) => value !== 'P') },
  { sql: "KIND IN ('P', 'D')", holds: ({ kind }) => compared(kind, (value) => 'PD'.includes(value)) },
  { sql: 'KIND IS NULL', holds: ({ kind }) => kind === null },
  { sql: 'AGE > 40', holds: ({ age }) => compared(age, (value) => value > 40) },
  { sql: 'AGE BETWEEN 20 AND 60 -- working', holds: ({ age }) => compared(age, (value) => value >= 20 && value <= 60) },
  { sql: 'AGE IS NOT NULL', holds: ({ age }) => age !== null },
  { sql: "CITY LIKE 'B%'", holds: ({ city }) => compared(city, (value) => value.startsWith('B')) },
  { sql: "NVL(CITY, 'none') = 'none'", holds: ({ city }) => (city ?? 'none') === 'none' },
];

const and = (a: Condition, b: Condition): Condition => ({
  sql: `(${a.sql}\n) AND (${b.sql}\n)`,
  holds: (row) => {
    const both = [a.holds(row), b.holds(row)];
    return both.includes(false) ? false : both.includes(null) ? null : true;
  },
});
const or = (a: Condition, b: Condition): Condition => ({
  sql: `(${a.sql}\n) OR (${b.sql}\n)`,
  holds: (row) => {
    const both = [a.holds(row), b.holds(row)];
    return both.includes(true) ? true : both.includes(null) ? null : false;
  },
});
const not = ({ sql, holds }: Condition): Condition => ({
  sql: `NOT (${sql}\n)`,
  holds: (row) => {
    const value = holds(row);
    return value === null ? null : !value;
  },
});

const atom = fc.constantFrom(...ATOMS);
const condition = fc.oneof(
  atom,
  fc.tuple(atom, atom).map(([a, b]) => and(a, b)),
  fc.tuple(atom, atom).map(([a, b]) => or(a, b)),
  atom.map(not),
);

interface Taker {
  readonly where: Condition | null;
  readonly chosen: Condition | null;
  readonly inRun: boolean;
}

const taker = fc.record({
  where: fc.option(condition, { freq: 5 }),
  chosen: fc.option(atom, { freq: 1 }),
  inRun: fc.boolean(),
});

const isTrue = (of: Condition | null, row: Person): boolean => of === null || of.holds(row) === true;

function modelled(rows: readonly Person[], takers: readonly Taker[]): TakenCounts {
  const fates = rows.map((row) => ({
    own: takers.map(({ where }) => isTrue(where, row)),
    loaded: takers.map(({ where, chosen }) => isTrue(where, row) && isTrue(chosen, row)),
  }));
  const inRun = (flags: readonly boolean[]): number => flags.filter((flag, nth) => flag && takers[nth]?.inRun).length;
  const count = (test: (fate: (typeof fates)[number]) => boolean): number => fates.filter(test).length;
  return {
    total: rows.length,
    once: count(({ loaded }) => inRun(loaded) > 0),
    several: count(({ loaded }) => inRun(loaded) > 1),
    leftByChoice: count(({ own, loaded }) => inRun(own) > 0 && inRun(loaded) === 0),
    ofOthers: count(({ own }) => inRun(own) === 0 && own.includes(true)),
    none: count(({ own }) => !own.includes(true)),
    takers: takers.map((_, nth) => ({
      taken: count(({ own }) => own[nth] === true),
      loaded: count(({ loaded }) => loaded[nth] === true),
    })),
  };
}

const asAsked = ({ where, chosen, inRun }: Taker): RowTaker => {
  return { where: where?.sql ?? null, chosen: chosen?.sql ?? null, inRun };
};

let standin: LegacyStandin;
let source: LegacySource;
const rows: Person[] = [];

beforeAll(async () => {
  standin = await startTestStandin({ ddl: DDL });
  for (const kind of ['P', 'D', 'X', null])
    for (const age of [10, 30, 41, 70, null])
      for (const city of ['Bonn', 'Paris', null]) rows.push({ kind, age, city });
  await standin.run({
    sql: 'INSERT INTO PERSON (ID, KIND, AGE, CITY) VALUES (:1, :2, :3, :4)',
    rows: rows.map(({ kind, age, city }, nth) => [nth + 1, kind, age, city]),
  });
  source = await openOracleSource(standin.settings);
});

afterAll(async () => {
  await source.close();
  await standin.stop();
});

describe('the rows of a table by who takes them', () => {
  const ask = (takers: readonly Taker[], scn: string | null = null): Promise<TakenCounts> =>
    source.countTaken({ source: { owner: null, name: 'PERSON' }, scn, takers: takers.map(asAsked) });

  it('are counted as a model counts them, whatever the conditions, with nulls in all columns', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(taker, { minLength: 1, maxLength: 4 }), async (takers) => {
        const counts = await ask(takers);
        expect(counts).toEqual(modelled(rows, takers));
        expect(counts.once + counts.leftByChoice + counts.ofOthers + counts.none).toBe(counts.total);
      }),
      { seed: 12, numRuns: 60 },
    );
  });

  it('are all of none where nobody asks for any', async () => {
    expect(await ask([])).toEqual(modelled(rows, []));
  });

  it('are those of the SCN, in a table without rows too', async () => {
    const scn = await source.takeScn();
    const before = rows.length;
    await standin.run("INSERT INTO PERSON (ID, KIND) VALUES (999, 'P')");
    const all = [{ where: null, chosen: null, inRun: true }];
    expect(await ask(all, scn)).toMatchObject({ total: before });
    expect(await ask(all)).toMatchObject({ total: before + 1 });
    await standin.run('DELETE FROM PERSON WHERE ID = 999');
    const empty = await source.countTaken({ source: { owner: null, name: 'EMPTY_ONE' }, scn, takers: all });
    expect(empty).toEqual({
      ...{ total: 0, once: 0, several: 0, leftByChoice: 0, ofOthers: 0, none: 0 },
      takers: [{ taken: 0, loaded: 0 }],
    });
  });

  it('are asked for in words that Oracle 11.2 knows', () => {
    const table = { owner: 'A', name: 'T' };
    const takers = [1, 2, 3].map((nth) => ({ where: `N = ${nth}`, chosen: 'D > 1', inRun: nth < 3 }));
    expect(refusedBy11g(countTakenRows({ table, scn: '7' }, takers).sql)).toEqual([]);
    expect(refusedBy11g(listOwnedTables(['A', 'B']).sql)).toEqual([]);
  });
});

describe('the tables of an owner', () => {
  it('are listed with what marks them; views are none', async () => {
    const tables = await source.tablesOf([STANDIN_OWNER, 'NOBODY']);
    expect(tables.map(({ name, mark }) => [name, mark])).toEqual([
      ['EMPTY_ONE', null],
      ['PERSON', null],
      ['TMP_WORK', 'temporary'],
    ]);
    expect(await source.tablesOf([])).toEqual([]);
  });

  it('are none that Oracle makes beside them, nor parts of others; external ones are marked', async () => {
    const client = await connected(standin.pgUrl);
    try {
      for (const [name, trait] of MADE_BY_ORACLE) {
        await standin.run(`CREATE TABLE "${name}" (ID NUMBER(5))`);
        if (trait !== null)
          await client.query(`insert into "SYS".table_trait values ($1, $2, $3)`, [STANDIN_OWNER, name, trait]);
      }
    } finally {
      await client.end();
    }
    const names = async () => (await source.tablesOf([STANDIN_OWNER])).map(({ name, mark }) => [name, mark]);
    expect(await names()).toEqual([
      ['AQ_OWN', null],
      ['BINS', null],
      ['EMPTY_ONE', null],
      ['FILE_OF_LINES', 'external'],
      ['MLOGS_OWN', null],
      ['PERSON', null],
      ['TMP_WORK', 'temporary'],
    ]);
  });
});
