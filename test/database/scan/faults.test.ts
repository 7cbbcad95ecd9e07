import { randomBytes } from 'node:crypto';
import { IsOptional, MaxLength } from 'class-validator';
import { Client } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { runMigration, DEFAULT_MIGRATION } from '../../../src/app/run-migration';
import { DEFAULT_SCAN, runScan } from '../../../src/app/run-scan';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer } from '../../../src/core/transforms';
import { transform } from '../../../src/core/mapping/transform';
import type { LegacySource, ReadPlan } from '../../../src/core/ports/legacy-source';
import { compileValueScan } from '../../../src/core/rows/value-scan';
import type { LegacyCell } from '../../../src/demo/legacy/recipe';
import { openOracleSource } from '../../../src/oracle/source/oracle-source';
import { readinessReport } from '../../../src/report/screen/readiness';
import { seedTable } from '../../../src/standin/catalog/seed-table';
import { recordEvents } from '../../support/a-run';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import { connected } from '../../support/sql';

@Entity('part')
class Part {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'varchar', length: 10 })
  @MaxLength(12)
  code!: string;

  @Column({ type: 'text', nullable: true })
  @IsOptional()
  note!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  extra!: string | null;

  @Column({ type: 'numeric', precision: 5, scale: 2 })
  price!: string;

  @Column({ name: 'made_on', type: 'date', nullable: true })
  madeOn!: string | null;

  @Column({ name: 'whole_id', type: 'int', nullable: true })
  wholeId!: number | null;
}

interface PartRow {
  PART_ID: NumberText;
  CODE: string;
  NOTE: string | null;
  EXTRA: string | null;
  PRICE: NumberText;
  MADE_ON: string | null;
  WHOLE_ID: NumberText | null;
}

/** Nobody can tell beforehand what it yields, so that the target is the first to judge. */
const asItIs = transform('asItIs', [], (value: string) => value);

const { from, mapTo } = legacyTable<PartRow>('PART', { key: ['PART_ID'] });
const mapping = mapTo(Part, {
  id: from('PART_ID', integer),
  code: from('CODE'),
  note: from('NOTE'),
  extra: from('EXTRA'),
  price: from('PRICE', asItIs),
  madeOn: from('MADE_ON', asItIs),
  wholeId: from('WHOLE_ID', integer),
});

const DDL = `CREATE TABLE PART (PART_ID NUMBER(9) NOT NULL, CODE VARCHAR2(20) NOT NULL, NOTE VARCHAR2(4000), EXTRA VARCHAR2(200),
  PRICE NUMBER NOT NULL, MADE_ON VARCHAR2(20), WHOLE_ID NUMBER(9))`;

/** What a target may have against rows, besides the types of its columns. */
const TARGET = `
  create sequence part_serial;
  create table part (
    id int primary key, code varchar(10) not null, note text, extra jsonb, price numeric(5,2) not null check (price >= 0),
    made_on date, whole_id int, serial int not null default nextval('part_serial'), tenant int not null default 1,
    constraint code_of_tenant unique (tenant, code));
  create unique index part_note on part (lower(note)) where note like 'U%';
  create index part_notes on part (note);
  insert into part (id, code, price) values (900, 'there', 1), (901, 'there too', 1);`;

const ROWS: unknown[][] = [
  [1, 'one', 'Unique', '{"a":1}', 1, '2001-02-03', null],
  [1, 'again', null, null, 1, null, null],
  [2, 'one', null, null, 1, null, null],
  [3, 'three', 'uNIQUE', null, 1, null, null],
  [4, 'four', 'UNIQUE', null, 1, null, null],
  [5, 'five', null, '{"a":', 1, null, null],
  [6, 'six', null, '{"a":"\\u0000"}', 1, null, null],
  [7, 'seven', null, '{"a":"\\ud800"}', 1, null, null],
  [8, 'eight', null, null, -1, null, null],
  [9, 'nine', null, null, 1000, null, null],
  [10, 'ten', null, null, 1.005, null, null],
  [11, 'eleven', null, null, 1, '2001-02-30', null],
  [12, 'twelve hundr', null, null, 1, null, null],
  [13, 'there', null, null, 1, null, null],
  [900, 'nine hundred', null, null, 1, null, null],
  [901, 'other', null, null, 1, null, null],
  [14, 'fourteen-characters', null, null, 1, null, null],
  [15, 'fifteen', null, null, 1, null, 404],
];

describe('a scan against all that a target can refuse', () => {
  let legacy: LegacyStandin;
  const targets: FreshDatabase[] = [];

  beforeAll(async () => {
    legacy = await startTestStandin({ ddl: [DDL], characterSet: 'AL32UTF8' });
    await legacy.run({ sql: 'INSERT INTO PART VALUES (:1, :2, :3, :4, :5, :6, :7)', rows: ROWS });
  });
  afterAll(async () => {
    await legacy.stop();
    for (const target of targets) await target.drop();
  });

  const onTarget = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
    const client = await connected(url);
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };

  const ui = { emit: recordEvents().emit, signal: new AbortController().signal, confirm: () => Promise.resolve() };

  const projectWith = async (sql: string) => {
    const target = await freshDatabase();
    targets.push(target);
    await onTarget(target.url, (client) => client.query(sql));
    return { mappings: [mapping], entities: [Part], source: legacy.settings, target: { url: target.url } };
  };

  it('rejects what the load rejects, whichever constraint refuses it, and draws from no sequence', async () => {
    const project = await projectWith(TARGET);
    const { readiness, preflight } = await runScan(project, DEFAULT_SCAN, ui);
    expect(preflight.filter(({ level }) => level === 'error')).toEqual([]);
    const state = await onTarget(project.target.url, (client) =>
      client.query('select (select count(*) from part) as rows, last_value from part_serial'),
    );
    expect(state.rows).toEqual([{ rows: '2', last_value: '2' }]);
    const found = (readiness?.entities[0]?.rejects ?? []).map(({ property, stage, reason, sqlState, count }) => {
      return [property, stage, reason, sqlState, count].join(' | ');
    });
    await runMigration(
      project,
      { ...DEFAULT_MIGRATION, rejectLimit: { kind: 'percent', percent: 100 }, validate: 'no' },
      ui,
    );
    const { rows } = await onTarget(project.target.url, (client) =>
      client.query<{ line: string }>(
        `select concat_ws(' | ', coalesce(property, ''), stage, reason, coalesce(sql_state, ''), count(*)) as line
         from cutover.reject group by property, stage, reason, sql_state`,
      ),
    );
    expect(found.sort()).toEqual(rows.map(({ line }) => line).sort());
    expect(readiness?.entities[0]).toMatchObject({ scanned: ROWS.length, rejected: 15 });
  });

  it('names a value that an index cannot take, and none that it can once it is compressed', async () => {
    const project = await projectWith(TARGET);
    const hard = randomBytes(2_900).toString('base64').slice(0, 3_800);
    await legacy.run({
      sql: 'INSERT INTO PART VALUES (:1, :2, :3, :4, :5, :6, :7)',
      rows: [
        [50, 'long', hard, null, 1, null, null],
        [51, 'flat', 'x'.repeat(4_000), null, 1, null, null],
      ],
    });
    try {
      const { readiness } = await runScan(project, DEFAULT_SCAN, ui);
      expect(readiness?.issues).toEqual([
        expect.objectContaining({
          code: 'INDEX_ROW_TOO_LONG',
          level: 'warning',
          subject: 'part.note',
          message: expect.stringMatching(/^1 value will be rejected: too long for an index; .*key \["50"\]/) as string,
        }),
      ]);
      const { outcome } = await runMigration(
        project,
        { ...DEFAULT_MIGRATION, rejectLimit: { kind: 'percent', percent: 100 }, validate: 'no' },
        ui,
      );
      expect(outcome).toMatchObject({ state: 'complete', failure: null });
      expect(outcome?.entities[0]?.tally.rejected).toBe(readiness?.entities[0]?.rejected);
    } finally {
      await legacy.run('DELETE FROM PART WHERE PART_ID IN (50, 51)');
    }
  });

  it('foresees what an index that is away during the load will not take; run and rehearsal reject it with its children and build the index', async () => {
    const alone = TARGET.slice(0, TARGET.indexOf('insert into part'));
    const project = await projectWith(
      `${alone}; alter table part add constraint whole foreign key (whole_id) references part`,
    );
    await legacy.run({
      sql: 'INSERT INTO PART VALUES (:1, :2, :3, :4, :5, :6, :7)',
      rows: [
        [60, 'long', randomBytes(2_900).toString('base64').slice(0, 3_800), null, 1, null, null],
        [61, 'child', null, null, 1, null, 60],
        [62, 'deep', null, `${'['.repeat(99)}${']'.repeat(99)}`, 1, null, null],
      ],
    });
    const EVERY = { ...DEFAULT_MIGRATION, rejectLimit: { kind: 'percent', percent: 100 } as const };
    try {
      const { readiness } = await runScan(project, DEFAULT_SCAN, ui);
      const rehearsal = await runMigration(project, { ...EVERY, mode: 'rehearse' }, ui);
      const { outcome, verdicts } = await runMigration(project, EVERY, ui);
      for (const one of [rehearsal.outcome, outcome]) {
        expect(one).toMatchObject({ state: 'complete', failure: null, aside: 0 });
        expect(one?.entities[0]?.tally.rejected).toBe(readiness?.entities[0]?.rejected);
      }
      expect(verdicts.flatMap(({ issues }) => issues)).toEqual([]);
      const { rows } = await onTarget(project.target.url, (client) =>
        client.query<{ line: string }>(
          `select concat_ws(' ', key, stage, property, reason) as line from cutover.reject where key in ('["60"]', '["61"]', '["62"]')
           union all select indexname from pg_indexes where indexname = 'part_notes' order by 1`,
        ),
      );
      expect(rows.map(({ line }) => line)).toEqual([
        '["60"] load note too long for an index',
        '["61"] orphan wholeId parent rejected',
        'part_notes',
      ]);
    } finally {
      await legacy.run('DELETE FROM PART WHERE PART_ID BETWEEN 60 AND 62');
    }
  });

  it('says that it saw a sample, and judges the rows of the sample alone', async () => {
    const project = await projectWith(TARGET);
    const result = await runScan(project, { ...DEFAULT_SCAN, sample: 5 }, ui);
    const readiness = result.readiness!;
    expect(readiness).toMatchObject({ sample: 5, orphans: [], entities: [{ matching: ROWS.length, scanned: 5 }] });
    const report = readinessReport(readiness, []);
    expect(report.output).toContain('A SAMPLE of about 5 rows per table');
    expect(report.output).toMatch(/rows? of the sample would be rejected, 0 are allowed: TOO MANY/);
    expect(report.exitCode).toBe(65);
  });

  it('stops when it is interrupted, and leaves nothing behind', async () => {
    const project = await projectWith(TARGET);
    await expect(runScan(project, DEFAULT_SCAN, { ...ui, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });
});

describe('a scan of what the characters of the source are', () => {
  const DIALECT =
    'CREATE TABLE PART (PART_ID NUMBER(9) NOT NULL, CODE VARCHAR2(20) NOT NULL, NOTE CLOB, TEXT VARCHAR2(40))';
  let database: FreshDatabase;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await database.drop();
  });

  const sourceOf = async (characterSet: string, rows: readonly (readonly LegacyCell[])[]) => {
    const legacy = await startTestStandin({ ddl: [DIALECT], characterSet });
    closing.push(() => legacy.stop());
    const client = await connected(legacy.pgUrl);
    await seedTable(client, { owner: 'LEGACY', table: 'PART', rows });
    await client.end();
    const source = await openOracleSource(legacy.settings);
    closing.push(() => source.close());
    return source;
  };

  const PLAN: ReadPlan = {
    entity: 'part',
    source: { owner: null, name: 'PART' },
    columns: (['PART_ID', 'CODE', 'NOTE', 'TEXT'] as const).map((name) => ({ name, as: 'text' })),
    key: ['PART_ID'],
    where: null,
  };

  const oddities = async (source: LegacySource): Promise<unknown> => {
    const table = (await source.table(PLAN.source))!;
    const { characterSet } = await source.facts();
    const scanner = compileValueScan(PLAN, table, characterSet);
    const scan = scanner.start();
    for await (const rows of source.read({ plan: scanner.plan, scn: null }, { kind: 'all' })) scan.look(rows);
    return scan.counts().map(({ column, as, oddity, count, samples }) => [column, as, oddity, count, samples[0]?.key]);
  };

  it('finds bytes above 0x7F in a US7ASCII database, by reading bytes in place of the text', async () => {
    const source = await sourceOf('US7ASCII', [
      ['1', Buffer.from([0x4d, 0xfc, 0x6c, 0x6c]), null, 'plain'],
      ['2', 'plain', 'plain', Buffer.from([0x41, 0, 0x42])],
    ]);
    expect(await oddities(source)).toEqual(
      expect.arrayContaining([
        ['CODE', 'text', 'high-byte', 1, '["1"]'],
        ['TEXT', 'text', 'nul', 1, '["2"]'],
      ]),
    );
  });

  it('finds bytes that are no characters of an AL32UTF8 database', async () => {
    const source = await sourceOf('AL32UTF8', [
      ['1', Buffer.from([0x4d, 0xfc, 0x6c]), null, 'M\u00fcll'],
      ['2', 'fine', null, 'win\u0092dow'],
    ]);
    expect(await oddities(source)).toEqual([
      ['CODE', 'text', 'replacement', 1, '["1"]'],
      ['TEXT', 'text', 'control', 1, '["2"]'],
    ]);
  });

  it('finds LOBs that are too long without reading them', async () => {
    const source = await sourceOf('AL32UTF8', [
      ['1', 'a', 'short', null],
      ['2', 'b', 'x'.repeat(5_000), null],
      ['3', 'c', null, null],
    ]);
    const long = await source.longLobs({ plan: PLAN, scn: await source.takeScn() }, { bytes: 1, characters: 4_999 });
    expect(long).toMatchObject([{ column: 'NOTE', longest: 5_000, count: 1, samples: [{ key: '["2"]' }] }]);
    expect(await source.longLobs({ plan: PLAN, scn: null }, { bytes: 1, characters: 5_000 })).toEqual([]);
  });
});
