import { Column, Entity, PrimaryColumn } from 'typeorm';
import { runCheck } from '../../../src/app/run-check';
import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../../src/app/run-migration';
import { listRuns } from '../../../src/app/run-reset';
import { runRetry } from '../../../src/app/run-rejects';
import { DEFAULT_SCAN, runScan } from '../../../src/app/run-scan';
import { runValidation } from '../../../src/app/run-validation';
import type { Issue } from '../../../src/core/issues';
import { legacyQuery, legacyTable } from '../../../src/core/mapping/legacy-table';
import { applyDdl } from '../../../src/standin/catalog/apply-ddl';
import { synchronizeSchema } from '../../../src/typeorm/schema';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import { QUIET } from '../../support/quiet';

@Entity('granted_ward')
class Ward {
  @PrimaryColumn('bigint')
  id!: string;
}
@Entity('granted_visit')
class Visit {
  @PrimaryColumn('bigint')
  id!: string;
  @Column('text', { nullable: true })
  ward!: string | null;
}
@Entity('granted_open')
class OpenVisit {
  @PrimaryColumn('bigint')
  id!: string;
}
@Entity('granted_joined')
class JoinedVisit {
  @PrimaryColumn('bigint')
  id!: string;
}
const ENTITIES = [Ward, Visit, OpenVisit, JoinedVisit];

/** Three tables and a view of another user, of whom LEGACY may do nothing yet. */
const DDL = [
  'CREATE TABLE WARD (ID NUMBER(6) NOT NULL PRIMARY KEY)',
  'CREATE TABLE WARD_NAME (ID NUMBER(6) NOT NULL PRIMARY KEY, NAME VARCHAR2(20))',
  'CREATE TABLE VISIT (ID NUMBER(6) NOT NULL PRIMARY KEY, WARD NUMBER(6))',
  'CREATE VIEW OPEN_VISIT AS SELECT ID FROM VISIT',
];
const RELATIONS = ['WARD', 'WARD_NAME', 'VISIT', 'OPEN_VISIT'];

const visits = legacyTable<{ ID: string; WARD: string | null }>('CLINIC.VISIT', { key: ['ID'] });
const names = legacyTable<{ ID: string; NAME: string }>('CLINIC.WARD_NAME', { key: ['ID'] });
const open = legacyTable<{ ID: string }>('CLINIC.OPEN_VISIT', { key: ['ID'], reads: ['CLINIC.VISIT'] });
const joined = legacyQuery<{ ID: string }>('JOINED', {
  key: ['ID'],
  query: 'select v.ID from {CLINIC.VISIT} v join {CLINIC.WARD} w on w.ID = v.WARD',
});
const MAPPINGS = [
  visits.mapTo(Visit, { id: visits.from('ID'), ward: visits.lookup('WARD', names.values('NAME', { by: ['ID'] })) }),
  open.mapTo(OpenVisit, { id: open.from('ID') }),
  joined.mapTo(JoinedVisit, { id: joined.from('ID') }),
];

let standin: LegacyStandin;
let database: FreshDatabase;

beforeEach(async () => {
  standin = await startTestStandin({ ddl: [], schemas: { CLINIC: DDL } });
  database = await freshDatabase();
  await synchronizeSchema(database.url, ENTITIES);
});

afterEach(async () => {
  await standin.stop();
  await database.drop();
});

const projectOf = () => ({
  mappings: MAPPINGS,
  entities: ENTITIES,
  source: standin.settings,
  target: { url: database.url },
});

/** As a DBA or the owner would. */
async function byOwner(...statements: readonly string[]): Promise<void> {
  await applyDdl(standin.pgUrl, 'CLINIC', statements);
  await standin.dialect.refresh();
}

const grantedOn = (privileges: string): Promise<void> =>
  byOwner(...RELATIONS.map((relation) => `GRANT ${privileges} ON ${relation} TO LEGACY`));

const migrate = (changes: Partial<MigrationRequest> = {}) =>
  runMigration(
    projectOf(),
    { ...DEFAULT_MIGRATION, rejectLimit: { kind: 'percent', percent: 100 }, ...changes },
    QUIET,
  );

const check = () => runCheck(projectOf(), { entities: [], scope: 'everything' });

const errorsOf = (issues: readonly Issue[]): string[] =>
  issues.filter(({ level }) => level === 'error').map(({ code, subject }) => `${code} ${subject}`);

const REFUSED = ['CLINIC.VISIT', 'CLINIC.WARD_NAME', 'CLINIC.OPEN_VISIT', 'CLINIC.WARD'];
const errors = (code: string): string[] => REFUSED.map((table) => `${code} ${table}`);

describe('a user who may read the tables but not at an SCN', () => {
  beforeEach(() => grantedOn('SELECT, INSERT'));

  it('is told by check of each table, view, table of a query and looked-up table, with the statement that grants it', async () => {
    const issues = (await check()).filter(({ code }) => code === 'SOURCE_FLASHBACK');
    expect(errorsOf(issues)).toEqual(errors('SOURCE_FLASHBACK'));
    expect(issues[0]).toEqual({
      code: 'SOURCE_FLASHBACK',
      level: 'error',
      subject: 'CLINIC.VISIT',
      message: 'reading CLINIC.VISIT at an SCN: a privilege is missing (ORA-01031)',
      hint:
        'CLINIC or a DBA runs: GRANT FLASHBACK ON "CLINIC"."VISIT" TO "LEGACY"; ' +
        'Or migrate with --no-snapshot: tables may then not agree with each other.',
    });
    await byOwner(...issues.map(({ hint }) => / runs: ([^;]*);/.exec(hint ?? '')?.[1] ?? ''));
    const after = await check();
    expect(errorsOf(after)).toEqual([]);
    expect(after.filter(({ code }) => code === 'SOURCE_FLASHBACK')).toEqual([]);
  });

  it('is told by migrate before anything is written, and by check --data, which scans all the same', async () => {
    const failed = await migrate().catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'PREFLIGHT_FAILED' });
    expect(await listRuns(database)).toEqual([]);
    const { preflight, readiness } = await runScan(projectOf(), DEFAULT_SCAN, QUIET);
    expect(errorsOf(preflight)).toEqual(errors('SOURCE_FLASHBACK'));
    expect(readiness?.entities.map(({ state }) => state)).toEqual(['scanned', 'scanned', 'scanned']);
  });

  it('migrates without a snapshot, and resumes such a run', async () => {
    expect((await migrate({ snapshot: 'none', mode: 'check-only' })).issues).toEqual(
      expect.not.arrayContaining([expect.objectContaining({ code: 'SOURCE_FLASHBACK' })]),
    );
    const ended = new AbortController();
    const stopping = {
      ...QUIET,
      signal: ended.signal,
      emit: (event: string) => {
        if (event === 'entity:planned') ended.abort();
      },
    };
    await runMigration(projectOf(), { ...DEFAULT_MIGRATION, snapshot: 'none' }, stopping).catch(() => undefined);
    expect((await migrate({ resume: {} })).outcome?.state).toBe('complete');
  });
});

describe('a user who may not read the tables at all', () => {
  it('is told so by check, with the statement that grants all that is needed', async () => {
    await grantedOn('INSERT, FLASHBACK');
    const issues = (await check()).filter(({ code }) => code === 'SOURCE_TABLE_REFUSED');
    expect(errorsOf(issues)).toEqual(
      ['CLINIC.VISIT', 'CLINIC.WARD_NAME', 'CLINIC.OPEN_VISIT'].map((table) => `SOURCE_TABLE_REFUSED ${table}`),
    );
    expect(issues[0]?.hint).toBe('CLINIC or a DBA runs: GRANT SELECT, FLASHBACK ON "CLINIC"."VISIT" TO "LEGACY";');
    expect(issues[2]?.hint).toContain('the owner of the view lacks it on its tables');
  });
});

describe('a grant that is taken away after the load', () => {
  it('is named by validate and rejects retry, which say who knows what is missing', async () => {
    await grantedOn('SELECT, INSERT, FLASHBACK');
    await standin.run('INSERT INTO CLINIC.VISIT (ID, WARD) VALUES (1, 7)');
    expect((await migrate()).outcome).toMatchObject({
      state: 'complete',
      entities: [{ tally: { rejected: 1 } }, {}, {}],
    });
    await byOwner('REVOKE FLASHBACK ON VISIT FROM LEGACY');
    const refusal = {
      code: 'SOURCE_READ_FAILED',
      message: expect.stringContaining('a privilege is missing (ORA-01031)') as string,
      hint: expect.stringContaining('`cutover check` names') as string,
    };
    const request = { entities: [], runId: null };
    await expect(runValidation(projectOf(), { ...request, level: 'rows' })).rejects.toMatchObject(refusal);
    await expect(runRetry(projectOf(), request, QUIET)).rejects.toMatchObject(refusal);
  });
});
