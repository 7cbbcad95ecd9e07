import type { Client } from 'pg';
import type { Project } from '../../src/app/project/databases';
import { freshDatabase } from './databases';
import { startTestStandin, type LegacyStandin, type TestStandinSetup } from './standin';
import { removeTemporaryFolders } from './temporary-folder';
import { connected } from './sql';

/** One source and one target for all variants of a property test: each variant makes the target's tables anew. */
export interface OneTarget {
  readonly standin: LegacyStandin;
  readonly url: string;
  readonly client: Client;
  project(parts: Pick<Project, 'mappings' | 'entities'>): Project;
  /** Without a ledger, after these statements. */
  anew(...statements: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** `rows`: by legacy table, all of their columns. */
export async function startOneTarget(
  setup: TestStandinSetup,
  rows: Readonly<Record<string, readonly (readonly unknown[])[]>>,
): Promise<OneTarget> {
  const standin = await startTestStandin(setup);
  for (const [table, filled] of Object.entries(rows)) {
    const places = (filled[0] ?? []).map((_, at) => `:${at + 1}`).join(', ');
    await standin.run({ sql: `INSERT INTO ${table} VALUES (${places})`, rows: filled.map((row) => [...row]) });
  }
  const database = await freshDatabase();
  const client = await connected(database.url);
  const { url } = database;
  return {
    standin,
    url,
    client,
    project: (parts) => ({ ...parts, source: standin.settings, target: { url } }),
    anew: async (...statements) => {
      await client.query(['drop schema if exists cutover cascade', ...statements].join('; '));
    },
    stop: async () => {
      removeTemporaryFolders();
      await client.end();
      await database.drop();
      await standin.stop();
    },
  };
}
