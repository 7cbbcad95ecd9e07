import { join } from 'node:path';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { migrateWithFiles } from '../../../src/app/migrate-with-files';
import { runCheck } from '../../../src/app/run-check';
import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../../src/app/run-migration';
import { runReport } from '../../../src/app/run-report';
import { runRepair } from '../../../src/app/run-repair';
import { listRuns } from '../../../src/app/run-reset';
import { runStatus } from '../../../src/app/run-status';
import { runValidation } from '../../../src/app/run-validation';
import { legacyQuery, legacyTable } from '../../../src/core/mapping/legacy-table';
import { rest } from '../../../src/core/mapping/rest';
import type { TableMapping } from '../../../src/core/mapping/table-mapping';
import { writeDifferences } from '../../../src/files/differences';
import { readDifferences } from '../../../src/files/read-differences';
import { reportAsMarkdown } from '../../../src/report/evidence/report-as-markdown';
import { statusReport } from '../../../src/report/screen/status';
import { validationReport } from '../../../src/report/screen/validation';
import { synchronizeSchema } from '../../../src/typeorm/schema';
import { freshDatabase } from '../../support/databases';
import { fillHospital, HOSPITAL_DDL, HOSPITAL_ENTITIES, hospitalMappings } from '../../support/hospital';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';
import { connected } from '../../support/sql';

@Entity('people')
class Person {
  @PrimaryColumn('bigint')
  id!: string;
  @Column('text', { nullable: true })
  name!: string | null;
}

@Entity('staff')
class Staff {
  @PrimaryColumn('bigint')
  id!: string;
}

interface PersonRow {
  readonly ID: string;
  readonly KIND: string | null;
  readonly NAME: string | null;
}

const ENTITIES = [Person, Staff, ...HOSPITAL_ENTITIES];
/** As H_PERSON of the issue, a tenth of it: 400 rows, 52 of them of neither kind. */
const DDL = [
  'CREATE TABLE H_PERSON (ID NUMBER(6) NOT NULL PRIMARY KEY, KIND VARCHAR2(1), NAME VARCHAR2(20))',
  'CREATE TABLE H_LOG (ID NUMBER(6) NOT NULL PRIMARY KEY)',
  'CREATE TABLE TMP_ONE (ID NUMBER(6))',
  'CREATE TABLE TMPXTWO (ID NUMBER(6))',
  'CREATE GLOBAL TEMPORARY TABLE WORK (ID NUMBER(6)) ON COMMIT DELETE ROWS',
  "CREATE VIEW H_PATIENT AS SELECT ID, NAME FROM H_PERSON WHERE KIND = 'P'",
];
/** A table whose rows the user may write and not read. */
const VAULT_DDL = [
  'CREATE TABLE OPEN_ONE (ID NUMBER(6) NOT NULL PRIMARY KEY)',
  'CREATE TABLE SEALED (ID NUMBER(6))',
  'GRANT SELECT, FLASHBACK ON OPEN_ONE TO LEGACY',
  'GRANT INSERT ON SEALED TO LEGACY',
];
const KINDS: readonly (readonly [kind: string | null, rows: number])[] = [
  ['P', 300],
  ['D', 48],
  ['X', 40],
  [null, 12],
];

const person = legacyTable<PersonRow>('H_PERSON', { key: ['ID'] });
const sheet = { id: person.from('ID'), name: person.from('NAME') };
type PersonOptions = NonNullable<Parameters<typeof person.mapTo<Person>>[2]>;
const people = (options: PersonOptions): TableMapping => person.mapTo(Person, sheet, options);
const staff = (options: Omit<PersonOptions, 'orphans'>): TableMapping =>
  person.mapTo(Staff, { id: person.from('ID') }, options);

const PATIENTS = people({ entity: 'patient', where: "KIND = 'P'" });
const DOCTORS = people({ entity: 'doctor', where: "KIND = 'D'" });
const TABLES_STAY = { 'LEGACY.H_LOG': 'kept in the archive', 'TMP_%': 'rebuilt', 'LEGACY.TMPXTWO': 'rebuilt' };
const OTHERS_STAY = { ...TABLES_STAY, WORK: 'rows of sessions' };

let standin: LegacyStandin;
const closing: (() => Promise<void>)[] = [];
const ui = {
  emit: () => undefined,
  signal: new AbortController().signal,
  confirm: () => Promise.resolve(),
  askSecret: () => Promise.resolve(null),
};

beforeAll(async () => {
  standin = await startTestStandin({ ddl: DDL, schemas: { HOSP: HOSPITAL_DDL, VAULT: VAULT_DDL } });
  closing.push(() => standin.stop());
  const kinds = KINDS.flatMap(([kind, rows]) => Array.from({ length: rows }, () => kind));
  await standin.run({
    sql: 'INSERT INTO H_PERSON (ID, KIND, NAME) VALUES (:1, :2, :3)',
    rows: kinds.map((kind, nth) => [nth + 1, kind, `n${nth}`]),
  });
  await fillHospital(standin, kinds);
});

afterAll(async () => {
  removeTemporaryFolders();
  for (const close of closing.splice(0).reverse()) await close();
});

/** A project over those mappings with a target of its own. */
async function projectOf(
  mappings: readonly TableMapping[],
  notMigrated: Readonly<Record<string, string>> = OTHERS_STAY,
) {
  const database = await freshDatabase();
  closing.push(() => database.drop());
  await synchronizeSchema(database.url, ENTITIES);
  return { mappings, notMigrated, entities: ENTITIES, source: standin.settings, target: { url: database.url } };
}

type Of = Awaited<ReturnType<typeof projectOf>>;

const migrate = (project: Of, changes: Partial<MigrationRequest> = {}) =>
  migrateWithFiles(project, { ...DEFAULT_MIGRATION, logDirectory: temporaryFolder(), ...changes }, ui);

async function validated(project: Of, entities: readonly string[] = []) {
  const { run, verdicts, ...about } = await runValidation(project, { entities, runId: null });
  return { ...validationReport(run.id, verdicts, about), ...about };
}

const check = (project: Of, entities: readonly string[] = []) => runCheck(project, { entities, scope: 'everything' });

const about = (issues: readonly { readonly code: string; readonly level: string; readonly message: string }[]) =>
  issues
    .filter(({ code }) => /^(SOURCE_(ROWS|TABLES|ACCOUNT)|NOT_MIGRATED|REST)/.test(code))
    .map(({ code, level, message }) => `${level} ${code} ${message}`);

const UNTAKEN = '52 of 400 rows are taken by no mapping (patient, doctor)';

describe('rows that no mapping takes', () => {
  it('are warned of by check, and keep validate, migrate --validate and the report from saying complete', async () => {
    const project = await projectOf([PATIENTS, DOCTORS]);
    expect(about(await check(project))).toEqual([`warning SOURCE_ROWS_UNTAKEN ${UNTAKEN}`]);
    const migrated = await migrate(project);
    expect(migrated.exitCode).toBe(3);
    expect(migrated.output).toContain('loaded, but not complete after');
    expect(migrated.output).toContain('NOT complete: rows or tables of the source are left behind without a reason');
    const status = await runStatus(project.target, null);
    const told = status === null ? '' : statusReport(status.run, status.entities, status).output;
    expect(told).toMatch(/^Run \S+: loaded, but not complete, started/);
    expect(told).toContain('See what is proven: cutover report');
    expect(await listRuns(project.target)).toMatchObject([{ state: 'complete', standing: 'loaded, but not complete' }]);
    const validation = await validated(project);
    expect(validation.exitCode).toBe(3);
    expect(about(validation.issues)).toEqual([`error SOURCE_ROWS_UNTAKEN ${UNTAKEN}`]);
    expect(validation.output).toMatch(
      /^LEGACY\.H_PERSON +400 +348 +0 +0 +0 +52 +patient 300, doctor 48 +NO REASON GIVEN$/m,
    );
    const { verdict } = await runReport(project.target, null);
    expect(verdict).toMatchObject({
      kind: 'not-complete',
      because: ['52 of 400 rows of LEGACY.H_PERSON are taken by no mapping'],
      next: 'cutover check',
    });
  });

  it('are warned of beside errors of the check, for it says everything at once', async () => {
    const log = legacyTable<{ ID: string }>('H_LOG', { key: ['ID'] });
    const broken = log.mapTo(Staff, { id: log.from('ID') }, { entity: 'staff', where: 'NOPE = 1' });
    const issues = await check(await projectOf([PATIENTS, DOCTORS, broken]));
    expect(issues.map(({ code }) => code)).toContain('CONDITION_REFUSED');
    expect(about(issues)).toEqual([
      'warning NOT_MIGRATED_ASTRAY notMigrated: a mapping takes rows of H_LOG',
      `warning SOURCE_ROWS_UNTAKEN ${UNTAKEN}`,
    ]);
  });

  it('may stay for a reason that one of the mappings gives, which the report shows; each row is counted once', async () => {
    const project = await projectOf([PATIENTS, people({ ...doctorOptions, rest: 'closed files' })]);
    expect(about(await check(project))).toEqual([]);
    expect((await migrate(project)).exitCode).toBe(0);
    expect((await validated(project)).exitCode).toBe(0);
    const { verdict, totals, sources } = await runReport(project.target, null);
    expect(verdict.kind).toBe('counted');
    expect(verdict.sentence).toContain(
      'of 400 source rows in 4 tables 348 are in the target and 52 were left behind for a reason (LEGACY.H_PERSON);',
    );
    expect(totals.source).toBe(400);
    expect(sources?.[0]).toMatchObject({ source: 'LEGACY.H_PERSON', reasons: ['closed files'], rows: { none: 52 } });
  });

  it('are taken by a mapping with rest(), nulls among them, and none is left', async () => {
    const project = await projectOf([PATIENTS, DOCTORS, people({ entity: 'other', where: rest() })]);
    expect(about(await check(project))).toEqual([]);
    expect((await migrate(project)).exitCode).toBe(0);
    const { sources, entities } = await runReport(project.target, null);
    expect(sources?.[0]?.rows).toEqual({ total: 400, once: 400, several: 0, leftByChoice: 0, ofOthers: 0, none: 0 });
    expect(entities.map(({ entity, inserted }) => [entity, inserted])).toContainEqual(['other', 52]);
  });

  it('are counted once where several mappings take a row', async () => {
    const project = await projectOf([PATIENTS, people({ ...doctorOptions, rest: 'x' }), staff({ entity: 'staff' })]);
    expect((await migrate(project)).exitCode).toBe(0);
    const { sources, verdict } = await runReport(project.target, null);
    expect(sources?.[0]?.rows).toMatchObject({ total: 400, once: 400, several: 348, none: 0 });
    expect(verdict.sentence).toContain('of 400 source rows in 4 tables 400 were taken by mappings (348 by several)');
    expect(verdict.sentence).toContain('of the 748 rows made of all these 748 are in the target');
  });

  it('of a single mapping are its filtered rows', async () => {
    const project = await projectOf([PATIENTS]);
    expect(about((await validatedRun(project)).issues)).toEqual([
      'error SOURCE_ROWS_UNTAKEN 100 of 400 rows are taken by no mapping (patient)',
    ]);
  });

  it('are not those that the operator leaves by --where, nor those of entities that are no part of the run', async () => {
    const whole = [people({ ...doctorOptions, rest: 'closed' }), PATIENTS];
    const chosen = await projectOf(whole);
    expect((await migrate(chosen, { where: { patient: 'ID <= 100' } })).exitCode).toBe(0);
    const byWhere = await runReport(chosen.target, null);
    expect(byWhere.sources?.[0]?.rows).toMatchObject({ once: 148, leftByChoice: 200, none: 52 });
    expect(byWhere.verdict.sentence).toContain('200 were left out by --where');
    const single = await projectOf(whole);
    expect((await migrate(single, { entities: ['doctor'] })).exitCode).toBe(0);
    const byEntity = await runReport(single.target, null);
    expect(byEntity.sources?.[0]?.rows).toMatchObject({ once: 48, ofOthers: 300, none: 52 });
    expect((await validated(single)).exitCode).toBe(0);
  });
});

const doctorOptions = { entity: 'doctor', where: "KIND = 'D'" };

async function validatedRun(project: Of) {
  await migrate(project);
  return validated(project);
}

describe('tables that no mapping reads', () => {
  const all = [people({ entity: 'person' })];

  it('are listed, temporary ones marked, and keep a run from being complete without a reason', async () => {
    const project = await projectOf(all, {});
    const unmapped = '4 tables are read by no mapping: H_LOG, TMPXTWO, TMP_ONE, WORK (temporary)';
    expect(about(await check(project))).toEqual([`warning SOURCE_TABLES_UNMAPPED ${unmapped}`]);
    expect((await migrate(project)).exitCode).toBe(3);
    const { verdict } = await runReport(project.target, null);
    expect(verdict.because).toEqual(['no mapping reads LEGACY.H_LOG, LEGACY.TMPXTWO and LEGACY.TMP_ONE']);
  });

  it('keep a run from being called proven also where every entity is named, and after a repair of all of them', async () => {
    const project = await projectOf(all, {});
    await migrate(project);
    const named = await validated(project, ['person']);
    expect(named.exitCode).toBe(3);
    expect(about(named.issues)).toEqual(about((await validated(project)).issues));
    const client = await connected(project.target.url);
    await client.query('delete from people where id = 7').finally(() => client.end());
    const path = join(temporaryFolder(), 'differences.json');
    const { run, findings } = await runValidation(project, { entities: [], runId: null, level: 'rows' });
    await writeDifferences(path, { run, level: 'rows', findings });
    const { repair, validation } = await runRepair(project, await readDifferences(path), ui);
    expect(repair.end).toBe('done');
    expect(about(validation.issues)).toEqual(about(named.issues));
  });

  it('may stay for a reason in the config, by name or pattern; an underscore is only itself', async () => {
    const project = await projectOf(all, { 'LEGACY.H_LOG': 'archive', 'LEGACY.TMP_%': 'rebuilt' });
    expect(about(await check(project))).toEqual([
      'warning SOURCE_TABLES_UNMAPPED 2 tables are read by no mapping: TMPXTWO, WORK (temporary)',
    ]);
  });

  it('are no matter where only temporary ones are left', async () => {
    const project = await projectOf(all, TABLES_STAY);
    expect(about(await check(project))).toEqual([
      'info SOURCE_TABLES_UNMAPPED 1 table is read by no mapping: WORK (temporary)',
    ]);
    expect((await migrate(project)).exitCode).toBe(0);
    const { sources } = await runReport(project.target, null);
    const [log, work] = ['LEGACY.H_LOG', 'LEGACY.WORK'].map((name) => sources?.find(({ source }) => source === name));
    expect(log).toMatchObject({ reasons: ['kept in the archive'], rows: { total: 0, none: 0 }, problem: null });
    expect(work).toMatchObject({ mark: 'temporary', rows: null, problem: null });
  });

  it('are not those that a lookup reads', async () => {
    const log = legacyTable<{ ID: string }>('H_LOG', { key: ['ID'] });
    const looking = staffByLog(log.values('ID', { by: ['ID'] }));
    const project = await projectOf([looking], { 'TMP%': 'rebuilt', WORK: 'rows of sessions' });
    expect(about(await check(project))).toEqual([]);
  });

  it('are asked about again where a reason names none, or a table that is mapped', async () => {
    const project = await projectOf(all, { ...OTHERS_STAY, H_LGO: 'typing error', H_PERSON: 'mapped' });
    expect(about(await check(project)).filter((line) => line.includes('ASTRAY'))).toEqual([
      'warning NOT_MIGRATED_ASTRAY notMigrated: no table of the mapped owners has that name',
      'warning NOT_MIGRATED_ASTRAY notMigrated: a mapping takes rows of H_PERSON',
    ]);
  });
});

function staffByLog(values: Parameters<typeof person.lookup>[1]): TableMapping {
  const id = person.lookup('ID', values as never) as never;
  return person.mapTo(Staff, { id }, { entity: 'staff' });
}

describe('tables behind a view or a query', () => {
  const view = (reads?: readonly string[]) => {
    const { from, mapTo } = legacyTable<PersonRow>('H_PATIENT', { key: ['ID'], ...(reads && { reads }) });
    return mapTo(Person, { id: from('ID'), name: from('NAME') }, { entity: 'patient' }) as TableMapping;
  };
  const query = (reads?: readonly string[]) => {
    const text = "select ID, NAME from {H_PERSON} where KIND = 'P'";
    const { from, mapTo } = legacyQuery<PersonRow>('PATIENTS', { key: ['ID'], query: text, ...(reads && { reads }) });
    return mapTo(Person, { id: from('ID'), name: from('NAME') }, { entity: 'patient' }) as TableMapping;
  };

  it('are named by the mapping, or it is said that their rows cannot be accounted for', async () => {
    const unaccounted = 'warning SOURCE_ROWS_UNACCOUNTED rows of it that no mapping takes cannot be accounted for: ';
    const silent = await check(await projectOf([view()]));
    expect(about(silent)).toEqual([
      `${unaccounted}it reads a view, and does not say which tables that reads`,
      'warning SOURCE_TABLES_UNMAPPED 1 table is read by no mapping: H_PERSON',
    ]);
    expect(about(await check(await projectOf([query()])))).toEqual([
      `${unaccounted}it reads a query, and does not say which tables that reads`,
    ]);
    for (const mapping of [view(['LEGACY.H_PERSON']), query(['H_PERSON'])]) {
      const project = await projectOf([mapping]);
      expect(about(await check(project)).filter((line) => line.startsWith('warning'))).toEqual([]);
      expect((await migrate(project)).exitCode).toBe(0);
      expect((await runReport(project.target, null)).sources).toContainEqual(
        expect.objectContaining({ source: 'LEGACY.H_PERSON', readBy: ['patient'] }),
      );
    }
  });

  it('are not taken by a query that names them, nor by one that says it reads them: until a reason is given, nobody knows which it takes', async () => {
    const doctors = staff({ entity: 'doctor', where: "KIND = 'D'" });
    const left = 'warning SOURCE_ROWS_UNTAKEN 352 of 400 rows are taken by no mapping (doctor)';
    const silent = await projectOf([query(), doctors]);
    expect(about(await check(silent))).toContain(left);
    expect((await migrate(silent)).exitCode).toBe(3);
    const said = await projectOf([query(['H_PERSON']), doctors]);
    const undecided =
      'SOURCE_ROWS_UNACCOUNTED rows of it that no mapping takes cannot be accounted for: 352 of 400 rows are taken by no mapping of the table (doctor), and which of them the view or query of patient takes is not known';
    expect(about(await check(said))).toEqual([`warning ${undecided}`]);
    expect((await migrate(said)).exitCode).toBe(3);
    const validation = await validated(said);
    expect(validation.exitCode).toBe(3);
    expect(about(validation.issues)).toEqual([`error ${undecided}`]);
    expect(validation.output).toMatch(/^LEGACY\.H_PERSON .* read by patient; CANNOT BE ACCOUNTED FOR$/m);
    expect((await runReport(said.target, null)).verdict).toMatchObject({
      kind: 'not-complete',
      because: ['rows of LEGACY.H_PERSON cannot be accounted for'],
    });
    const reason = staff({ entity: 'doctor', where: "KIND = 'D'", rest: 'patients by query, others are closed' });
    const reasoned = { ...said, mappings: [query(['H_PERSON']), reason] };
    expect(about(await check(reasoned))).toEqual([]);
    expect((await validated(reasoned)).exitCode).toBe(0);
  });
});

describe('a hospital of six tables, one of two mappings, one behind a view, one behind a query, one that stays', () => {
  const stays = { 'HOSP.H_LOG': 'kept in the archive' };
  const allStays = { ...stays, 'HOSP.H_CODE': 'built into the application' };
  const said = (project: Of) => runReport(project.target, null).then(({ verdict }) => verdict);

  it('is complete only when every row has a place: each is counted once, and the parts come to the rows of all tables', async () => {
    const project = await projectOf(hospitalMappings({}), stays);
    const migrated = await migrate(project);
    expect(migrated.exitCode).toBe(3);
    expect(migrated.output).toContain('To be complete, map what is left behind, or say');
    const left = await said(project);
    expect(left).toMatchObject({
      kind: 'not-complete',
      because: [
        '52 of 400 rows of HOSP.H_PERSON are taken by no mapping',
        'no mapping reads HOSP.H_CODE',
        'rows of LABS cannot be accounted for',
      ],
      next: 'cutover check',
      advice: expect.stringMatching(
        /^Map what is left behind, or say why it stays: .* A reason needs no new load\.$/,
      ) as string,
    });
    expect(left.sentence).toMatch(/^Not complete, because 52 of 400/);

    const reasoned = { ...project, mappings: hospitalMappings({ rest: 'former staff' }), notMigrated: allStays };
    const validation = await validated(reasoned);
    expect(validation.exitCode).toBe(3);
    expect(about(validation.issues)).toEqual([
      'error SOURCE_ROWS_UNACCOUNTED rows of it that no mapping takes cannot be accounted for: it reads a query, and does not say which tables that reads',
    ]);
    expect(validation.output).toContain('NOT complete: rows or tables');
    expect(await said(project)).toMatchObject({
      kind: 'not-complete',
      because: ['rows of LABS cannot be accounted for'],
    });

    const whole = { ...reasoned, mappings: hospitalMappings({ rest: 'former staff', reads: ['HOSP.H_LAB'] }) };
    const complete = await validated(whole);
    expect(complete.exitCode).toBe(0);
    expect(complete.output).toMatch(/^HOSP\.H_PERSON +400 +348 +0 +0 +0 +52 +patient 300, doctor 48 +former staff$/m);
    expect(complete.output).toMatch(/^HOSP\.H_LOG +1,000 +0 +0 +0 +0 +1,000 +kept in the archive$/m);
    expect(complete.output).toMatch(/^6 tables +2,143 +356 +0 +0 +0 +1,787 +- +-$/m);
    const { verdict, totals } = await runReport(project.target, null);
    expect(verdict.sentence).toBe(
      'Complete and accounted for, not proven: of 2,143 source rows in 6 tables 356 were taken by mappings, ' +
        '1,067 were left behind for a reason (HOSP.H_PERSON, HOSP.H_CODE and HOSP.H_LOG) and ' +
        '720 were left to views and queries (HOSP.H_LAB and HOSP.H_VISIT); ' +
        'of 370 rows of HOSP.H_OPEN_VISIT (view) and LABS (query) 370 were taken by mappings; ' +
        'of the 726 rows made of all these 726 are in the target; ' +
        'the counts of both sides agree; no value was compared.',
    );
    expect(totals.source).toBe(400 + 8 + 250 + 120);
  });

  it('migrated in part is never called complete without what is not in it', async () => {
    const mappings = hospitalMappings({ rest: 'former staff', reads: ['HOSP.H_LAB'] });
    const project = await projectOf(mappings, allStays);
    const migrated = await migrate(project, { entities: ['ward', 'doctor'] });
    expect(migrated.exitCode).toBe(0);
    const part =
      'Part of the migration: 2 of 5 entities; not in this run: patient, visit and lab (300 rows of HOSP.H_PERSON, HOSP.H_OPEN_VISIT and LABS).';
    expect(migrated.output).toMatch(/: complete after .*, 2 of 5 entities$/m);
    expect(migrated.output).toContain(part);
    const validation = await validated(project);
    expect(validation.output).toContain(part);
    expect((await validated(project, ['ward'])).output.trimEnd().split('\n').at(-1)).toMatch(
      /^Part of the migration: .* The counts agree; .* Not compared now, though in this run: doctor\.$/,
    );
    const report = await runReport(project.target, null);
    expect(report.verdict.sentence).toMatch(
      /^Part of the migration: .* This part is complete and accounted for, not proven: of 2,143 source rows in 6 tables 56 are in the target, 300 were left to entities that are not part of the run, 1,067 were/,
    );
    expect(report.verdict.sentence).not.toMatch(/(^|[.] )Complete and/);
    expect(report.verdict.part).toMatchObject({ entities: 2, of: 5, missing: ['patient', 'visit', 'lab'], rows: 300 });
    expect(reportAsMarkdown(report)).toContain('**Counts agree (2 of 5 entities).** Part of the migration:');
    await validated(project);
    await runValidation(project, { entities: [], runId: null, level: 'rows' });
    expect((await said(project)).next).toBe('cutover migrate --validate --entity patient visit lab');
  });

  it('names a table that stays for a reason and may not be counted, and sums those that may', async () => {
    const open = legacyTable<{ ID: string }>('VAULT.OPEN_ONE', { key: ['ID'] });
    const project = await projectOf([open.mapTo(Staff, { id: open.from('ID') }, { entity: 'staff' })], {
      'VAULT.SEALED': 'sealed by the court',
    });
    expect((await migrate(project)).exitCode).toBe(0);
    const validation = await validated(project);
    expect(validation.exitCode).toBe(0);
    expect(validation.output).toMatch(/^VAULT\.SEALED +- +- +- +- +- +- +sealed by the court; not counted$/m);
    expect((await said(project)).sentence).toBe(
      'Complete and accounted for, not proven: of 0 source rows in 1 table 0 are in the target; not counted: the rows of VAULT.SEALED; the counts of both sides agree; no value was compared.',
    );
  });
});

describe('the account of a run in the ledger', () => {
  it.each<[string, string, RegExp]>([
    ['rows that nobody takes', `{rows,none}`, /rows that no mapping takes: 7, counted again 52/],
    ['rows that are loaded', `{rows,once}`, /rows that the run loads: 7, counted again 348/],
    ['rows by several', `{rows,several}`, /rows that several mappings take: 7, counted again 0/],
    ['all rows', `{rows,total}`, /rows: 7, counted again 400/],
    ['what a mapping takes', `{claims,0,taken}`, /rows taken by patient: 7, counted again 300/],
    ['what a mapping loads', `{claims,0,loaded}`, /rows to be loaded by patient: 7, counted again 300/],
  ])('is counted again by validate, which finds %s that are wrong', async (_, path, message) => {
    const project = await wholeRun();
    await onTarget(
      project,
      `update cutover.source_table set facts = jsonb_set(facts::jsonb, '${path}', '7') where nth = 0`,
    );
    const { exitCode, issues } = await validated(project);
    expect(exitCode).toBe(3);
    expect(issues.find(({ code }) => code === 'SOURCE_ACCOUNT_DIFFERS')?.message).toMatch(message);
  });

  it('is held against what the entities have read', async () => {
    const project = await wholeRun();
    await onTarget(project, `update cutover.chunk_load set read = read - 1 where entity = 'patient'`);
    const { issues } = await validated(project);
    expect(about(issues)).toEqual([
      'error SOURCE_ACCOUNT_DIFFERS by the account of the entity rows read by patient: 299, counted again 300',
    ]);
  });

  let whole: Of | null = null;
  /** One run for all of these; each change is undone by the copy that was kept. */
  async function wholeRun(): Promise<Of> {
    if (whole === null) {
      whole = await projectOf([PATIENTS, people({ ...doctorOptions, rest: 'closed' })]);
      await runMigration(whole, { ...DEFAULT_MIGRATION, validate: 'no' }, ui);
      await onTarget(whole, 'create table kept as select * from cutover.source_table');
    }
    await onTarget(whole, 'delete from cutover.source_table; insert into cutover.source_table select * from kept');
    return whole;
  }
});

async function onTarget({ target }: Of, sql: string): Promise<void> {
  const client = await connected(target.url);
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
