import type { Client } from 'pg';
import type { Project } from '../../src/app/project/databases';
import { synchronizeSchema } from '../../src/typeorm/schema';
import { freshDatabase, type FreshDatabase } from './databases';
import { connected, withClient } from './sql';
import { startTestStandin, type LegacyStandin } from './standin';
import { removeTemporaryFolders } from './temporary-folder';
import { ZOO_DDL, ZOO_ENTITIES, ZOO_ROWS, ZOO_STORED, zooMappings } from './type-zoo';

/** The type zoo in a legacy database of its own, and a target with its empty tables, of which `trace` has no key. */
export interface Zoo {
  readonly standin: LegacyStandin;
  readonly database: FreshDatabase;
  /** A connection of the test's own to the target. */
  readonly client: Client;
  /** `mappings`: in place of the zoo's own. */
  project(mappings?: Project['mappings']): Project;
}

/** For `beforeAll`: one zoo for a file, closed after it. */
export function zooForAll(): () => Promise<Zoo> {
  const closing: (() => Promise<void>)[] = [];
  afterAll(async () => {
    removeTemporaryFolders();
    for (const close of closing.splice(0).reverse()) await close();
  });
  return async () => {
    const standin = await startTestStandin({ ddl: ZOO_DDL });
    closing.push(() => standin.stop());
    await standin.run(...ZOO_ROWS);
    const database = await freshDatabase();
    closing.push(() => database.drop());
    await synchronizeSchema(database.url, ZOO_ENTITIES);
    const client = await connected(database.url);
    closing.push(() => client.end());
    await client.query(`do $$ begin execute (select format('alter table trace drop constraint %I', conname)
      from pg_constraint where conrelid = 'trace'::regclass and contype = 'p'); end $$`);
    return {
      standin,
      database,
      client,
      project: (mappings = zooMappings()) => ({
        mappings,
        entities: ZOO_ENTITIES,
        source: standin.settings,
        target: { url: database.url },
      }),
    };
  };
}

/** Writes the values for which the stand-in has no statement into its storage. */
export async function storeOddValues({ standin }: Pick<Zoo, 'standin'>): Promise<void> {
  await withClient(standin.pgUrl, async (storage) => {
    for (const statement of ZOO_STORED) await storage.query(statement);
  });
}
