import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Project } from '../../../src/app/project/databases';
import { runReset } from '../../../src/app/run-reset';
import { MigrationError } from '../../../src/core/errors';
import type { Issue } from '../../../src/core/issues';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import type { TableMapping } from '../../../src/core/mapping/table-mapping';
import type { ConflictPolicy } from '../../../src/core/run/conflicts';
import type { Emit } from '../../../src/core/run/events';
import { runCures } from '../../support/cures';
import { load } from '../../support/load';
import { startOneTarget, type OneTarget } from '../../support/one-target';
import { QUIET } from '../../support/quiet';

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
  const hints: string[] = [];
  const emit: Emit = (name, facts) => {
    const { code, message, hint } = facts as Partial<Issue>;
    if (name !== 'issue' || code !== 'OTHERS_WOULD_FOLLOW') return;
    found.push(message ?? '');
    hints.push(hint ?? '');
  };
  const result = await load({ ...project, mappings }, { onConflict }, { emit }).catch((error: unknown) => {
    if (error instanceof MigrationError && error.code === 'PREFLIGHT_FAILED') return null;
    throw error;
  });
  const { rows } = await one.client.query<{ code: string | null }>('select code from note order by code');
  return { found, hints, state: result?.outcome?.state ?? null, notes: rows.map(({ code }) => code) };
}

const definitions = async (): Promise<string[]> => {
  const { rows } = await one.client.query<{ definition: string }>(
    `select pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = 'note'::regclass and contype = 'f'`,
  );
  return rows.map(({ definition }) => definition);
};

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
      const { found, hints, ...rest } = await migrated('update');
      expect(found).toEqual([expect.stringContaining(`of public.note (ON UPDATE ${action.toUpperCase()}, by code)`)]);
      expect(hints).toEqual([expect.stringContaining('choose --on-conflict skip or reject')]);
      expect(rest).toEqual({ state: null, notes: ['old'] });
      expect(await migrated('skip')).toMatchObject({ found: [], state: 'complete', notes: ['old'] });
    },
  );

  it('is replaced for the run, and restored after it, by the statements of the hint', async () => {
    await anew('(code) references thing (code) on update cascade on delete set null deferrable initially deferred');
    await one.client.query(
      `delete from note; alter table note rename constraint note_code_fkey to " ON UPDATE CASCADE"`,
    );
    const before = await definitions();
    const { hints } = await migrated('update');
    const [replacing = '', restoring = ''] = (hints[0] ?? '').split(' Once the run is signed off, ');
    await runCures(one.client, replacing);
    expect(await definitions()).toEqual(before.map((definition) => definition.replace(' ON UPDATE CASCADE', '')));
    expect(await migrated('update')).toMatchObject({ found: [], state: 'complete' });
    await runCures(one.client, restoring);
    expect(await definitions()).toEqual(before);
  });

  it('is none where it answers with an error or leads to what is not overwritten, and a reset gives the rows back', async () => {
    await anew('(thing) references thing (id) on update cascade');
    expect(await migrated('update')).toMatchObject({ found: [], state: 'complete', notes: ['old'] });
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
