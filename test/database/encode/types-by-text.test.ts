import { Client } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { runCheck } from '../../../src/app/run-check';
import { runReport } from '../../../src/app/run-report';
import { runValidation } from '../../../src/app/run-validation';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer } from '../../../src/core/transforms';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { validationReport } from '../../../src/report/screen/validation';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import { connected } from '../../support/sql';
import { load } from '../../support/load';

@Entity('place')
class Place {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'point', nullable: true }) spot!: string | null;
  @Column({ type: 'int4range', nullable: true }) years!: string | null;
  @Column({ type: 'hstore', nullable: true }) tags!: string | null;
  @Column({ type: 'text', nullable: true }) pair!: string | null;
  @Column({ type: 'text', nullable: true }) path!: string | null;
  @Column({ type: 'text', nullable: true }) spots!: string | null;
}

@Entity('thing')
class Thing {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'text' }) name!: string;
}

interface PlaceRow {
  ID: NumberText;
  NAME: string;
  SPOT: string | null;
  YEARS: string | null;
  TAGS: string | null;
  PAIR: string | null;
  PATH: string | null;
  SPOTS: string | null;
}

const COLUMNS = ['SPOT', 'YEARS', 'TAGS', 'PAIR', 'PATH', 'SPOTS'] as const;
/** What is sent, and what the server makes of it where that is another text. */
const ROWS: readonly (readonly [column: (typeof COLUMNS)[number], sent: string, stored?: string])[] = [
  ['SPOT', '(1,2)'],
  ['SPOT', '1, 2', '(1,2)'],
  ['SPOT', '(0.10000000000000000001,2)', '(0.1,2)'],
  ['YEARS', '[1,3)'],
  ['YEARS', '[1,2]', '[1,3)'],
  ['YEARS', 'empty'],
  ['TAGS', '"a"=>"1"'],
  ['TAGS', 'a=>1, a=>2', '"a"=>"1"'],
  ['PAIR', '(1.50,b)'],
  ['PAIR', '(1.555,b)', '(1.56,b)'],
  ['PATH', 'a.b.c'],
  ['SPOTS', '{"(1,2)",NULL}'],
  ['SPOTS', '{"1,2"}', '{"(1,2)"}'],
];
const REFUSED = [
  ['SPOT', 'here'],
  ['YEARS', '[3,1]'],
  // Types of extensions say it with a state of the class 42.
  ['TAGS', 'no tags'],
  ['PATH', 'a..b'],
] as const;
const restated = ROWS.filter(([, , stored]) => stored !== undefined).length;

function mappings() {
  const { from, mapTo } = legacyTable<PlaceRow>('PLACE', { key: ['ID'] });
  const thing = legacyTable<{ ID: NumberText; NAME: string }>('THING', { key: ['ID'] });
  const sheet = {
    id: from('ID', integer),
    name: from('NAME'),
    spot: from('SPOT'),
    years: from('YEARS'),
    tags: from('TAGS'),
    pair: from('PAIR'),
    path: from('PATH'),
    spots: from('SPOTS'),
  };
  return [
    mapTo(Place, sheet, { validation: 'off' }),
    thing.mapTo(Thing, { id: thing.from('ID', integer), name: thing.from('NAME') }, { validation: 'off' }),
  ];
}

let standin: LegacyStandin;
let database: FreshDatabase;
let client: Client;
let runId: string;

const project = () => ({
  mappings: mappings(),
  entities: [Place, Thing],
  source: standin.settings,
  target: { url: database.url },
});
const compare = (level: 'keys' | 'rows' = 'rows') => runValidation(project(), { entities: [], runId: null, level });

beforeAll(async () => {
  standin = await startTestStandin({
    ddl: [
      `CREATE TABLE PLACE (ID NUMBER(5) NOT NULL PRIMARY KEY, NAME VARCHAR2(20) NOT NULL, ${COLUMNS.map((name) => `${name} VARCHAR2(60)`).join(', ')})`,
      'CREATE TABLE THING (ID NUMBER(5) NOT NULL PRIMARY KEY, NAME VARCHAR2(20) NOT NULL)',
    ],
  });
  for (const [index, [column, text]] of [...ROWS, ...REFUSED].entries()) {
    await standin.run(`INSERT INTO PLACE (ID, NAME, ${column}) VALUES (${index + 1}, 'tab\\t', '${text}')`);
  }
  await standin.run("INSERT INTO THING (ID, NAME) VALUES (1, 'one')");
  database = await freshDatabase();
  client = await connected(database.url);
  await client.query(`create extension hstore; create extension ltree; create type pair as (a numeric(5,2), b text);
    create table place (id int4 primary key, name text not null, spot point, years int4range, tags hstore, pair pair, path ltree, spots point[]);
    create table thing (id int4 primary key, name text not null)`);
  const { outcome } = await load(project());
  expect(outcome?.state).toBe('complete');
  runId = outcome?.runId ?? '';
});

afterAll(async () => {
  await client.end();
  await database.drop();
  await standin.stop();
});

describe('types that only the server can read', () => {
  it('are named by the check, property by property', async () => {
    const issues = await runCheck(project(), { entities: [], scope: 'everything' });
    const found = issues.filter(({ code }) => code === 'TYPE_BY_TEXT');
    expect(found.map(({ subject, level }) => [subject, level])).toEqual(
      ['spot', 'years', 'tags', 'pair', 'path', 'spots'].map((property) => [`place.${property}`, 'warning']),
    );
  });

  it('are loaded as the server reads the texts, beside columns that are written as ever; what it refuses is rejected', async () => {
    for (const [index, [column, sent, stored = sent]] of ROWS.entries()) {
      const { rows } = await client.query<{ held: string; name: string }>(
        `select ${column.toLowerCase()}::text as held, name from place where id = ${index + 1}`,
      );
      expect(rows).toEqual([{ held: stored, name: 'tab\\t' }]);
    }
    const { rows } = await client.query<{ reason: string }>('select reason from cutover.reject order by ordinal');
    expect(rows.map(({ reason }) => reason)).toEqual([
      'not a value of the type',
      ...Array<string>(3).fill('refused by the target'),
    ]);
  });

  it('are read back, and what they have restated is counted as a change', async () => {
    const { rows } = await client.query<{ property: string; kind: string; count: string }>(
      'select property, kind, sum(count)::text as count from cutover.change_count group by 1, 2 order by 1',
    );
    expect(rows).toEqual([
      { property: 'pair', kind: 'stored as pair', count: '1' },
      { property: 'spot', kind: 'stored as point', count: '2' },
      { property: 'spots', kind: 'stored as point[]', count: '1' },
      { property: 'tags', kind: 'stored as hstore', count: '1' },
      { property: 'years', kind: 'stored as int4range', count: '1' },
    ]);
    expect(restated).toBe(6);
  });

  it('are compared as the server writes them, which is never called proven', async () => {
    const { verdicts, findings, run } = await compare();
    expect(findings.flatMap(({ differences }) => differences)).toEqual([]);
    expect(verdicts.flatMap(({ entity, issues }) => issues.map(({ code, level }) => [entity, code, level]))).toEqual([
      ['place', 'TYPE_BY_TEXT', 'warning'],
    ]);
    const { output, exitCode } = validationReport(run.id, verdicts);
    expect(exitCode).toBe(0);
    expect(output).toMatch(/^place .*not proven: compared as the server writes it/m);
    expect(output).toMatch(/^thing .*proven by rows/m);
    expect(output).toContain(
      'not everything is proven: proven by rows: thing; compared as the server writes it: place.',
    );
    const report = await runReport({ url: database.url }, runId);
    expect(report.verdict.kind).toBe('partly-proven');
    expect(report.verdict.sentence).toContain('proven by rows: thing;');
    expect(report.verdict.advice).toContain('Compare values of place');
    expect(report.verdict.sentence).toContain('place was compared as the server writes it');
    expect(report.verdict.sentence).not.toContain('every value was compared');
    expect(report.verdict.next).toBeNull();
  });

  it('still show what was changed after the load', async () => {
    const damage = [
      `update place set spot = '(1,3)' where id = 1`,
      `update place set years = '[1,4)' where id = 5`,
      `update place set tags = tags || 'b=>2' where id = 7`,
      `update place set pair = '(1.51,b)' where id = 9`,
      `update place set path = 'a.b' where id = 11`,
      `update place set spots[1] = '(1,3)' where id = 12`,
      `update place set name = 'tab' where id = 13`,
    ];
    for (const sql of damage) await client.query(sql);
    const { findings } = await compare();
    const place = findings.find(({ entity }) => entity === 'place');
    expect(place?.differences.map(({ targetKey, properties }) => [targetKey?.[0], ...properties]).sort()).toEqual(
      [
        ['1', 'spot'],
        ['5', 'years'],
        ['7', 'tags'],
        ['9', 'pair'],
        ['11', 'path'],
        ['12', 'spots'],
        ['13', 'name'],
      ].sort(),
    );
  });
});

describe('a row that is overwritten', () => {
  it('is read back as one that is inserted is', async () => {
    await client.query(
      `create table spot (id int4 primary key, years int4range); insert into spot values (1, '[5,6)')`,
    );
    const target = await openPostgresTarget({ url: database.url });
    try {
      const conflicts = { policy: 'update', rowsBefore: 1 } as const;
      const loader = await target.loader(
        { ...aLoadPlan('spot', ['id', 'years']), conflicts },
        aLoaderContext({ runId }),
      );
      const result = await loader.load(
        aChunk('spot', [
          [1, '[1,2]'],
          [2, '[1,3)'],
          [3, '[3,4]'],
          [4, 'nothing'],
        ]),
      );
      await loader.close();
      expect(result).toMatchObject({ inserted: 2, updated: 1, rejected: 1 });
    } finally {
      await target.close();
    }
    const { rows } = await client.query<{ kind: string; count: string; sample_keys: unknown }>(
      `select kind, count::text as count, sample_keys from cutover.change_count where entity = 'spot'`,
    );
    expect(rows).toEqual([{ kind: 'stored as int4range', count: '2', sample_keys: ['["1"]', '["3"]'] }]);
  });
});
