import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Project } from '../../src/app/project/databases';
import { runReset } from '../../src/app/run-reset';
import { MigrationError } from '../../src/core/errors';
import type { Issue } from '../../src/core/issues';
import { legacyTable } from '../../src/core/mapping/legacy-table';
import type { TableMapping } from '../../src/core/mapping/table-mapping';
import type { ConflictPolicy } from '../../src/core/run/conflicts';
import type { Emit } from '../../src/core/run/events';
import { load, QUIET, startOneTarget, type OneTarget } from '../support/one-target';

@Entity('thing')
class Thing {
  @PrimaryColumn('bigint')
  id!: string;
  @Column('text')
  code!: string;
}

@Entity('note')
class Note {
  @PrimaryColumn('text')
  code!: string;
}

const things = legacyTable<{ readonly ID: string; readonly CODE: string }>('LEGACY.THING', { key: ['ID'] });
const notes = legacyTable<{ readonly CODE: string }>('LEGACY.NOTE', { key: ['CODE'] });
const THING = things.mapTo(Thing, { id: things.from('ID'), code: things.from('CODE') });
const NOTE = notes.mapTo(Note, { code: notes.from('CODE') });

let one: OneTarget;
let project: Project;

beforeAll(async () => {
  const ddl = [
    'CREATE TABLE THING (ID NUMBER(9) PRIMARY KEY, CODE VARCHAR2(20) NOT NULL)',
    'CREATE TABLE NOTE (CODE VARCHAR2(20) PRIMARY KEY)',
  ];
  one = await startOneTarget({ ddl }, { THING: [[1, 'new']], NOTE: [['of the source']] });
  project = one.project({ mappings: [THING], entities: [Thing, Note] });
});
afterAll(() => one.stop());

async function anew(key: string): Promise<void> {
  await one.anew(
    'drop table if exists note, thing',
    'create table thing (id bigint primary key, code text not null unique)',
    `insert into thing values (1, 'old')`,
    `create table note (code text primary key, thing bigint default 1, foreign key ${key})`,
    `insert into note values ('old')`,
  );
}

async function migrated(onConflict: ConflictPolicy, mappings: readonly TableMapping[] = [THING]) {
  const found: string[] = [];
  const emit: Emit = (name, facts) => {
    const { code, message } = facts as Partial<Issue>;
    if (name === 'issue' && code === 'OTHERS_WOULD_FOLLOW') found.push(message ?? '');
  };
  const result = await load({ ...project, mappings }, { onConflict }, { emit }).catch((error: unknown) => {
    if (error instanceof MigrationError && error.code === 'PREFLIGHT_FAILED') return null;
    throw error;
  });
  const { rows } = await one.client.query<{ code: string | null }>('select code from note order by code');
  return { found, state: result?.outcome?.state ?? null, notes: rows.map(({ code }) => code) };
}

async function latestRun(): Promise<string> {
  const { rows } = await one.client.query<{ id: string }>('select id from cutover.run order by nth desc limit 1');
  return rows[0]?.id ?? '';
}

const BY_CODE = '(code) references thing (code)';

describe('a key by which rows of a table outside the run follow those that the run overwrites', () => {
  it.each(['cascade', 'set default', 'set null'])(
    'keeps a run from overwriting before it writes anything: on update %s',
    async (action) => {
      await anew(`${BY_CODE} on update ${action}`);
      const { found, ...rest } = await migrated('update');
      expect(found).toEqual([expect.stringContaining(`of public.note (ON UPDATE ${action.toUpperCase()}, by code)`)]);
      expect(rest).toEqual({ state: null, notes: ['old'] });
      expect(await migrated('skip')).toEqual({ found: [], state: 'complete', notes: ['old'] });
    },
  );

  it('is none where it answers with an error or leads to what is not overwritten, and a reset gives the rows back', async () => {
    await anew('(thing) references thing (id) on update cascade');
    expect(await migrated('update')).toEqual({ found: [], state: 'complete', notes: ['old'] });
    await runReset({ url: one.url }, { runId: await latestRun(), entities: [] }, QUIET);
    expect((await one.client.query('select code from thing')).rows).toEqual([{ code: 'old' }]);
  });

  it('is none where the run fills that table, too: its keys are away meanwhile', async () => {
    await anew(`${BY_CODE} on update cascade`);
    const { found, notes: stored } = await migrated('update', [THING, NOTE]);
    expect(found).toEqual([]);
    expect(stored).toContain('old');
  });
});
