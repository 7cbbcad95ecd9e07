import { Client } from 'pg';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { type MigrationRequest } from '../../../src/app/run-migration';
import { runReport } from '../../../src/app/run-report';
import { listRejects, runRetry } from '../../../src/app/run-rejects';
import { listRuns, runReset } from '../../../src/app/run-reset';
import { runStatus } from '../../../src/app/run-status';
import { runValidation } from '../../../src/app/run-validation';
import type { MigrationError } from '../../../src/core/errors';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import type { TableMapping } from '../../../src/core/mapping/table-mapping';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer, trimmed } from '../../../src/core/transforms';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { renewSeals } from '../../../src/postgres/ledger/seal/renew-seals';
import { SEALED_COLUMNS } from '../../../src/postgres/ledger/seal/sealed-rows';
import { LEDGER_VERSION } from '../../../src/postgres/ledger/schema/steps';
import {
  LEDGER_COLUMNS,
  RUN_TABLES,
  type LedgerColumn,
  type LedgerTable,
} from '../../../src/postgres/ledger/schema/tables';
import { reportAsHtml } from '../../../src/report/evidence/report-as-html';
import { reportAsMarkdown } from '../../../src/report/evidence/report-as-markdown';
import { validationReport } from '../../../src/report/screen/validation';
import { synchronizeSchema } from '../../../src/typeorm/schema';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { editedParts, LEDGER_KEYS, OTHER_VALUE, SEALED, sessionOf } from '../../support/ledger-edits';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import { connected } from '../../support/sql';
import { load } from '../../support/load';
import { QUIET } from '../../support/quiet';

@Entity()
class House {
  @PrimaryColumn('int') id!: number;
  @Column('varchar', { length: 12 }) name!: string;
}

@Entity()
class Room {
  @PrimaryColumn('int') id!: number;
  @Column('varchar', { length: 12 }) name!: string;
  @Column('int') houseId!: number;
  @ManyToOne(() => House) @JoinColumn({ name: 'houseId' }) house!: House;
}

const DDL = [
  'create table house (id number(9) primary key, name varchar2(40) not null)',
  'create table room (id number(9) primary key, name varchar2(40) not null, house_id number(9) not null)',
  `insert into house values (1, ' one')`,
  `insert into house values (2, 'two')`,
  `insert into house values (3, 'a name that is too long')`,
  ...[1, 2, 3, 4].map((id) => `insert into room values (${id}, 'room ${id} ', ${id})`),
];

let standin: LegacyStandin;
let database: FreshDatabase;
let client: Client;

beforeAll(async () => {
  standin = await startTestStandin({ ddl: DDL });
  database = await freshDatabase();
  await synchronizeSchema(database.url, [House, Room]);
  client = await connected(database.url);
  // Of sessions that begin from here on: no trigger would fire in them.
  const name = new URL(database.url).pathname.slice(1);
  await client.query(`alter database ${name} set session_replication_role = replica`);
  // Overwritten, so that the ledger has rows to give back.
  await client.query(`insert into house values (1, 'before')`);
});

afterAll(async () => {
  await client.end();
  await database.drop();
  await standin.stop();
});

function mappings(): TableMapping[] {
  const house = legacyTable<{ ID: NumberText; NAME: string }>('HOUSE', { key: ['ID'] });
  const room = legacyTable<{ ID: NumberText; NAME: string; HOUSE_ID: NumberText }>('ROOM', { key: ['ID'] });
  return [
    house.mapTo(House, { id: house.from('ID', integer), name: house.from('NAME', trimmed) }),
    room.mapTo(
      Room,
      { id: room.from('ID', integer), name: room.from('NAME', trimmed), houseId: room.from('HOUSE_ID', integer) },
      { orphans: { houseId: 'reject' } },
    ),
  ];
}

const project = () => ({
  mappings: mappings(),
  entities: [House, Room],
  source: standin.settings,
  target: { url: database.url },
});
const latest = { runId: null, entities: [] };

const migrated = (changes: Partial<MigrationRequest> = {}) =>
  load(project(), { batchSize: 2, validate: 'after', onConflict: 'update', ...changes });

async function editsFound(): Promise<string[]> {
  const { issues } = await runValidation(project(), latest);
  return issues.filter(({ code }) => code === 'LEDGER_EDITED').map(({ message }) => message);
}

const digest = async (): Promise<string | undefined> => (await runReport(database, null)).seal?.digest;

/** The seals, with the rows edited in one transaction that is undone, so that each edit is looked at alone. */
async function found(
  ...edits: readonly string[]
): Promise<{ readonly rows: number; readonly edited: readonly string[] }> {
  await client.query('begin');
  try {
    for (const [of, key] of LEDGER_KEYS)
      await client.query(`alter table cutover.${of} drop constraint if exists ${key}`);
    let rows = 0;
    for (const edit of edits) rows += (await client.query(edit)).rowCount ?? 0;
    return { rows, edited: await mismatches() };
  } finally {
    await client.query('rollback');
  }
}

/** As the product finds them, over the test's own transaction. */
const mismatches = (): Promise<readonly string[]> => editedParts(client, RUN);

/** What names a part of the run. */
const FIXED = (column: string): string | undefined =>
  new Map([
    ['run', `'${RUN}'`],
    ['entity', `'house'`],
    ['chunk', '0'],
  ]).get(column);

/** A row of the run in a table that it has left empty: each column as the edit of a null makes it. */
async function addRow(table: LedgerTable): Promise<void> {
  const columns = Object.entries(LEDGER_COLUMNS[table] as Readonly<Record<string, LedgerColumn>>);
  const { rows } = await client.query<{ name: string }>(
    `select attname::text as name from pg_attribute where attrelid = 'cutover.${table}'::regclass and attidentity <> ''`,
  );
  const settable = columns.filter(([name]) => !rows.some((identity) => identity.name === name));
  const values = settable.map(([name, { type }]) => FIXED(name) ?? OTHER_VALUE[type]?.(`null::${type}`));
  await client.query(
    `insert into cutover.${table} (${settable.map(([name]) => name).join(', ')}) values (${values.join(', ')})`,
  );
}

let RUN = '';
/** Tables that the run has left empty and the test has filled. */
const added: LedgerTable[] = [];

describe('the seals over the rows of a run', () => {
  it('are right after a run with rejects, orphans, changes and overwritten rows', async () => {
    const { outcome, verdicts } = await migrated();
    RUN = outcome?.runId ?? '';
    expect(outcome).toMatchObject({ state: 'complete' });
    expect(verdicts.flatMap(({ issues }) => issues).filter(({ level }) => level === 'error')).toEqual([]);
    await runRetry(project(), latest, QUIET);
    expect(await editsFound()).toEqual([]);
  });

  it('give a digest of the account that no validation changes, and a digest with the validations that no report changes', async () => {
    const before = (await runReport(database, null)).seal?.account;
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    await runValidation(project(), { ...latest, level: 'rows' });
    const report = await runReport(database, null);
    expect(report.seal?.account).toBe(before);
    expect(await digest()).toBe(report.seal?.digest);
    for (const text of [reportAsHtml(report), reportAsMarkdown(report)]) {
      expect(text).toContain(before);
      expect(text).toContain(report.seal?.digest);
      expect(text).toMatch(/only a copy that is kept outside of the target/);
    }
  });

  it('cover tables that hold rows of the run, so that the edits below have something to change', async () => {
    await client.query(`set cutover.seals = 'on'`);
    for (const table of RUN_TABLES) {
      const { rowCount } = await client.query(`select from cutover.${table}`);
      if (rowCount !== 0) continue;
      await addRow(table);
      added.push(table);
    }
    await client.query('reset cutover.seals');
    expect(await editsFound()).toEqual([]);
    for (const table of RUN_TABLES) {
      expect([table, (await client.query(`select from cutover.${table}`)).rowCount]).not.toEqual([table, 0]);
    }
  });

  it.each([...SEALED])('find an edit of $table.$column', async ({ table, column, type }) => {
    const other = OTHER_VALUE[type]?.(column) ?? '';
    const key = table === 'run' ? 'id' : 'run';
    const only = `ctid = (select min(ctid) from cutover.${table} where ${key} = '${RUN}')`;
    const identity = `alter table cutover.${table} alter column ${column} drop identity if exists`;
    const { rows, edited } = await found(identity, `update cutover.${table} set ${column} = ${other} where ${only}`);
    expect(rows).toBe(1);
    expect(edited).not.toEqual([]);
  });

  it.each(RUN_TABLES)('find a row of %s that was deleted', async (table: LedgerTable) => {
    const { rows, edited } = await found(
      `delete from cutover.${table} where ctid = (select min(ctid) from cutover.${table})`,
    );
    expect(rows).toBe(1);
    expect(edited).not.toEqual([]);
  });

  it('find a reject that was added, a seal that was deleted, and a chunk that was deleted with its seal', async () => {
    const added = `insert into cutover.reject (run, entity, chunk, ordinal, stage, key, reason, raw)
      select run, entity, chunk, 99, stage, key, reason, raw from cutover.reject limit 1`;
    expect((await found(added)).edited).toEqual([expect.stringMatching(/^chunk \d+ of |^what was found after/)]);
    expect((await found(`delete from cutover.seal where part = 'chunk 0 of room'`)).edited).toEqual([
      'chunk 0 of room',
    ]);
    const whole = ['chunk_load', 'reject', 'change_count', 'replaced', 'skipped'].map(
      (table) => `delete from cutover.${table} where entity = 'room' and chunk = 0`,
    );
    expect((await found(...whole, `delete from cutover.seal where part = 'chunk 0 of room'`)).edited).toEqual([
      'chunk 0 of room',
    ]);
  });

  it('are those of an edit that was undone again', async () => {
    expect(
      (await found(`update cutover.chunk_load set read = read + 1`, `update cutover.chunk_load set read = read - 1`))
        .edited,
    ).toEqual([]);
  });

  it('are right when the rows are gone that this test has added', async () => {
    expect(added.length).toBeGreaterThan(0);
    await client.query(`set cutover.seals = 'on'`);
    for (const table of added) await client.query(`delete from cutover.${table} where run = $1`, [RUN]);
    await client.query('reset cutover.seals');
    expect(await editsFound()).toEqual([]);
  });

  it('make validate fail and the report say so, by the part and never by values', async () => {
    await client.query(`update cutover.reject set reason = reason || ', harmless' where entity = 'house'`);
    expect((await runReport(database, null)).issues).toContainEqual(expect.objectContaining({ code: 'LEDGER_EDITED' }));
    const { run, issues, verdicts } = await runValidation(project(), latest);
    expect(validationReport(run.id, verdicts, { issues }).exitCode).toBe(3);
    const part = 'the ledger is not as cutover has written it: chunk 0 of house';
    expect(issues).toContainEqual(expect.objectContaining({ code: 'LEDGER_EDITED', message: part }));
    const report = await runReport(database, null);
    expect(report.verdict).toMatchObject({ kind: 'not-proven' });
    expect(report.issues).toContainEqual(expect.objectContaining({ code: 'LEDGER_EDITED', message: part }));
    await client.query(`update cutover.reject set reason = replace(reason, ', harmless', '') where entity = 'house'`);
    expect(await editsFound()).toEqual([]);
  });

  it('are made anew by an upgrade, which keeps the digest so far and every edit', async () => {
    const account = (await runReport(database, null)).seal?.account;
    const fewer = new Map(
      [...SEALED_COLUMNS].map(([table, columns]) => [table, columns.filter((name) => name !== 'scn')]),
    );
    const session = sessionOf(client);
    await client.query(`set cutover.seals = 'on'; begin`);
    try {
      await client.query(`set local cutover.seals = 'off'; update cutover.reject set reason = 'other' where chunk < 0`);
      await renewSeals(session, 'cutover', { from: 98, columns: fewer });
      await renewSeals(session, 'cutover', { from: 99 });
      expect(await mismatches()).toEqual(['what was found after the load of room']);
      const { rows } = await client.query<{ version: number; digest: string }>(
        'select version, digest from cutover.former_digest where run = $1 and validations is null order by version',
        [RUN],
      );
      expect(rows.map(({ version }) => version)).toEqual([98, 99]);
      expect(new Set([account, ...rows.map((row) => row.digest)]).size).toBe(3);
      await client.query(`set local cutover.seals = 'on'; update cutover.run set state = 'failed' where id = '${RUN}'`);
      expect(await mismatches()).toEqual(['what was found after the load of room']);
    } finally {
      await client.query('rollback; reset cutover.seals');
    }
    expect(await mismatches()).toEqual([]);
  });

  it('are right after an entity was taken back, a resume, a resume at a new snapshot, and after all was taken back', async () => {
    const seals = async (): Promise<string[]> => {
      const { rows } = await client.query<{ part: string }>('select part from cutover.seal where run = $1', [RUN]);
      return rows.map(({ part }) => part);
    };
    await runReset(database, { runId: RUN, entities: ['room'] }, QUIET);
    expect(await mismatches()).toEqual([]);
    expect((await seals()).filter((part) => part.startsWith('chunk'))).toEqual([
      'chunk 0 of house',
      'chunk 1 of house',
    ]);
    await migrated({ resume: {} });
    expect(await editsFound()).toEqual([]);
    await runReset(database, { runId: RUN, entities: ['room'] }, QUIET);
    await migrated({ resume: { snapshot: 'new' } });
    expect(await mismatches()).toEqual([]);
    await runReset(database, { runId: RUN, entities: [] }, QUIET);
    expect(await mismatches()).toEqual([]);
    expect((await seals()).filter((part) => part.startsWith('chunk'))).toEqual([]);
  });

  it('still find an edit of rows that cutover itself has written anew since', async () => {
    await migrated();
    await client.query(`update cutover.reject set reason = reason || ', harmless' where entity = 'house'`);
    await runRetry(project(), latest, QUIET);
    expect((await client.query(`select from cutover.reject where reason ~ 'harmless'`)).rowCount).toBe(0);
    expect(await editsFound()).toEqual(['the ledger is not as cutover has written it: chunk 0 of house']);
  });

  it('are held against the digest of a report that was kept, which an edit of the ledger changes and a proof does not', async () => {
    const asked = async (kept: string | undefined): Promise<string[]> => {
      const { issues } = await runValidation(project(), { ...latest, digest: kept ?? null });
      return issues.filter(({ code }) => code === 'LEDGER_DIGEST').map(({ level }) => level);
    };
    const kept = await digest();
    expect(await asked(kept)).toEqual(['info']);
    expect(await asked(kept)).toEqual(['info']);
    expect(await asked(undefined)).toEqual([]);
    await client.query(
      `set cutover.seals = 'on'; update cutover.reject set reason = reason || ' (edited)'; reset cutover.seals`,
    );
    expect(await asked(kept)).toEqual(['error']);
    await client.query(
      `insert into cutover.former_digest (run, version, digest) select id, 1, $1 from cutover.run order by nth desc limit 1`,
      [kept],
    );
    expect(await asked(kept)).toEqual(['warning']);
    await client.query(
      `set cutover.seals = 'on'; update cutover.reject set reason = replace(reason, ' (edited)', ''); reset cutover.seals`,
    );
    await client.query('delete from cutover.former_digest where version = 1');
    expect(await asked(kept)).toEqual(['info']);
  });

  it('are read where they are shown or judged, and by no command that only reads the run', async () => {
    const asked = jest.spyOn(Client.prototype, 'query');
    const hashing = async (command: () => Promise<unknown>): Promise<number> => {
      asked.mockClear();
      await command();
      const texts = asked.mock.calls.map(([text]: readonly unknown[]) => String(text));
      expect(texts.some((text) => text.includes('schema_version'))).toBe(true);
      return texts.filter((text) => text.includes('sha256(')).length;
    };
    try {
      expect(await hashing(() => runStatus(database, null))).toBe(0);
      expect(await hashing(() => listRejects(database, latest))).toBe(0);
      expect(await hashing(() => runRetry(project(), latest, QUIET))).toBe(0);
      expect(await hashing(() => listRuns(database))).toBe(0);
      expect(await hashing(() => runReport(database, null))).toBe(1);
      expect(await hashing(() => runValidation(project(), latest))).toBe(1);
    } finally {
      asked.mockRestore();
    }
  });

  it('are out of reach of every command where the number of the version was edited, and nothing is changed', async () => {
    const all = async (): Promise<unknown> => {
      const tables = RUN_TABLES.map((table) => `select '${table}' as name, to_jsonb(t) as row from cutover.${table} t`);
      const { rows } = await client.query<{ name: string }>(`${tables.join(' union all ')} order by 1, 2`);
      return rows;
    };
    const before = await all();
    const commands: Readonly<Record<string, () => Promise<unknown>>> = {
      migrate: () => migrated(),
      'migrate --resume': () => migrated({ resume: {} }),
      validate: () => runValidation(project(), latest),
      report: () => runReport(database, null),
      status: () => runStatus(database, null),
      reset: () => runReset(database, { runId: null, entities: [] }, QUIET),
      'rejects list': () => listRejects(database, latest),
      'rejects retry': () => runRetry(project(), latest, QUIET),
      'ledger list': () => listRuns(database),
    };
    for (const version of [0, -1, 3]) {
      await client.query('update cutover.schema_version set version = $1', [version]);
      for (const [name, command] of Object.entries(commands)) {
        const code = await command().catch((error: unknown) => (error as MigrationError).code);
        expect([name, version, code]).toEqual([name, version, 'LEDGER_VERSION_WRONG']);
      }
    }
    expect(await all()).toEqual(before);
    await client.query('update cutover.schema_version set version = $1', [LEDGER_VERSION]);
  });

  it('are gone with a run that is dropped, and with the ledger', async () => {
    const target = await openPostgresTarget({ url: database.url });
    await target.ledger.drop({ runId: RUN });
    expect((await client.query('select from cutover.seal where run = $1', [RUN])).rowCount).toBe(0);
    expect(await target.ledger.drop('all')).toBe(true);
    await target.close();
    expect((await client.query(`select from pg_proc where proname like 'seal%'`)).rowCount).toBe(0);
  });
});
