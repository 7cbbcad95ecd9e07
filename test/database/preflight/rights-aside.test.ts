import type { Client } from 'pg';
import { Entity, PrimaryColumn } from 'typeorm';
import type { Project } from '../../../src/app/project/databases';
import { runCheck } from '../../../src/app/run-check';
import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../../src/app/run-migration';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import { runCures } from '../../support/cures';
import { freshDatabase } from '../../support/databases';
import { limitedRole } from '../../support/limited-role';
import { QUIET } from '../../support/quiet';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import { connected } from '../../support/sql';

@Entity('visit')
class Visit {
  @PrimaryColumn('bigint')
  id!: string;
}

const { from, mapTo } = legacyTable<{ readonly ID: string }>('VISIT', { key: ['ID'] });

const TABLE = `
  create table visit (id bigint primary key);
  create function idle() returns trigger language plpgsql as $$ begin return new; end $$;
  create trigger idle before insert on visit for each row execute function idle()`;

let standin: LegacyStandin;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let client: Client;
let role: Awaited<ReturnType<typeof limitedRole>>;
let user: string;
let owner: string;
let project: Project;

beforeAll(async () => {
  standin = await startTestStandin({ ddl: ['create table VISIT (ID number(9) primary key)'] });
  await standin.run('insert into VISIT values (1)', 'insert into VISIT values (2)');
  database = await freshDatabase();
  client = await connected(database.url);
  await client.query(TABLE);
  role = await limitedRole(client, database.url, 'grant select, insert, delete on visit to $user');
  user = new URL(role.url).username;
  owner = `${user}_owner`;
  const name = new URL(database.url).pathname.slice(1);
  await client.query(`create role ${owner}; alter table visit owner to ${owner}; grant ${owner} to ${user};
    grant create, temporary on database "${name}" to ${user}`);
  const mappings = [mapTo(Visit, { id: from('ID') })];
  project = { mappings, entities: [Visit], source: standin.settings, target: { url: role.url } };
});

afterAll(async () => {
  await client.query(`drop owned by ${user} cascade; drop owned by ${owner} cascade`);
  await role.drop();
  await client.query(`drop role ${owner}`);
  await client.end();
  await database.drop();
  await standin.stop();
});

function migrate(changes: Partial<MigrationRequest>, stop = new AbortController()) {
  const emit = (name: string): void => {
    if (name === 'chunk:loaded' && changes.resume === undefined) stop.abort();
  };
  return runMigration(project, { ...DEFAULT_MIGRATION, ...changes }, { ...QUIET, emit, signal: stop.signal });
}

async function lacking() {
  const issues = await runCheck(project, { entities: [], scope: 'everything' });
  return issues.filter(({ code }) => code === 'TARGET_RIGHTS');
}

describe('a table of which a run that was stopped still holds a trigger', () => {
  it('asks for what restores it before the run goes on as a user who does not own the table any more', async () => {
    expect((await migrate({ batchSize: 1 })).outcome?.state).toBe('interrupted');
    await client.query(`revoke ${owner} from ${user}`);
    const found = await lacking();
    expect(found).toMatchObject([{ subject: 'visit', level: 'error' }]);
    expect(found[0]?.message).toContain('to restore what a run has taken away (trigger idle)');
    for (const { hint } of found) await runCures(client, hint);
    expect(await lacking()).toEqual([]);
    expect((await migrate({ resume: {} })).outcome?.state).toBe('complete');
    const { rows } = await client.query(`select tgenabled as state from pg_trigger where tgname = 'idle'`);
    expect(rows).toEqual([{ state: 'O' }]);
  });
});
