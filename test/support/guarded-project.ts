import type { Client } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Project } from '../../src/app/project/databases';
import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../src/app/run-migration';
import { MigrationError } from '../../src/core/errors';
import type { Issue } from '../../src/core/issues';
import { legacyTable } from '../../src/core/mapping/legacy-table';
import { integer } from '../../src/core/transforms';
import { synchronizeSchema } from '../../src/typeorm/schema';
import { recordEvents } from './a-run';
import { freshDatabase } from './databases';
import { limitedRole } from './limited-role';
import { startTestStandin } from './standin';
import { connected } from './sql';

@Entity('person')
class Person {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'varchar', length: 20 })
  name!: string;
}

/** What a legacy table of twenty people gives; each name `P` and the number. */
export const PEOPLE = 20;

/** A legacy table, and a target whose table belongs to somebody else than the user who migrates. */
export interface GuardedProject {
  /** As the superuser. */
  readonly client: Client;
  readonly url: string;
  /** As a user who may read and write the table but does not own it; `owner`: as one who does. */
  project(as: 'limited' | 'owner'): Project;
  run(as: 'limited' | 'owner', changes?: Partial<MigrationRequest>): Promise<GuardedEnd>;
  /** An empty table without ledger, triggers or rules. */
  afresh(): Promise<void>;
  stop(): Promise<void>;
}

export interface GuardedEnd {
  readonly result: Awaited<ReturnType<typeof runMigration>> | null;
  readonly error: MigrationError | null;
  readonly issues: readonly Issue[];
}

const AGREEING = { signal: new AbortController().signal, confirm: () => Promise.resolve() };

export async function startGuarded(): Promise<GuardedProject> {
  const standin = await startTestStandin({
    ddl: ['create table PERSON (ID number(9) primary key, NAME varchar2(20))'],
  });
  const rows = Array.from({ length: PEOPLE }, (_, index) => [index + 1, `P${index + 1}`]);
  await standin.run({ sql: 'insert into PERSON values (:1, :2)', rows });
  const database = await freshDatabase();
  await synchronizeSchema(database.url, [Person]);
  const client = await connected(database.url);
  const { pathname } = new URL(database.url);
  const role = await limitedRole(
    client,
    database.url,
    `grant create, temporary on database "${pathname.slice(1)}" to $user; grant all on person to $user`,
  );
  const { from, mapTo } = legacyTable<{ ID: string; NAME: string }>('PERSON', { key: ['ID'] });
  const mappings = [mapTo(Person, { id: from('ID', integer as never), name: from('NAME') } as never)];
  const project = (as: 'limited' | 'owner'): Project => ({
    mappings,
    entities: [Person],
    source: standin.settings,
    target: { url: as === 'owner' ? database.url : role.url },
  });
  return {
    client,
    url: database.url,
    project,
    run: async (as, changes = {}) => {
      const { events, emit } = recordEvents();
      const request = { ...DEFAULT_MIGRATION, batchSize: 500, ...changes };
      const ended = await runMigration(project(as), request, { ...AGREEING, emit }).then(
        (result) => ({ result, error: null }),
        (error: unknown) => {
          if (!(error instanceof MigrationError)) throw error;
          return { result: null, error };
        },
      );
      return { ...ended, issues: events.flatMap(({ name, facts }) => (name === 'issue' ? [facts as Issue] : [])) };
    },
    afresh: async () => {
      await client.query(`drop schema if exists cutover cascade; drop table if exists audit cascade; drop table person cascade;
        create table person (id int4 primary key, name varchar(20) not null)`);
      await client.query(`grant all on person to ${new URL(role.url).username}`);
    },
    stop: async () => {
      await client.query('drop schema if exists cutover cascade');
      await role.drop();
      await client.end();
      await database.drop();
      await standin.stop();
    },
  };
}

/** A trigger that rewrites every name, as the report said that it does not. */
export const REWRITING = `
  create or replace function rewrite() returns trigger language plpgsql as $$ begin new.name := 'changed'; return new; end $$;
  create trigger rewriting before insert or update on person for each row execute function rewrite()`;
