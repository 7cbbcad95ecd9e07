import {
  DEFAULT_MIGRATION,
  runMigration,
  type MigrationRequest,
  type MigrationResult,
} from '../../src/app/run-migration';
import { runCheck } from '../../src/app/run-check';
import type { Project } from '../../src/app/project/databases';
import type { EntityClass } from '../../src/config/define-config';
import type { Issue } from '../../src/core/issues';
import type { TableMapping } from '../../src/core/mapping/table-mapping';
import type { Reject } from '../../src/core/run/outcomes';
import { synchronizeSchema } from '../../src/typeorm/schema';
import { databaseLike, freshDatabase } from './databases';
import { startTestStandin, type LegacyStandin } from './standin';
import { connected } from './sql';

/** A few mappings between a stand-in of their own and empty targets that have the entities' schema. */
export interface SmallMigration {
  readonly standin: LegacyStandin;
  /** Migrates everything into a new target; `prepare` is SQL that is run there before. */
  run(
    mappings: readonly TableMapping[],
    changes?: Partial<MigrationRequest> & { readonly prepare?: string },
  ): Promise<Migrated>;
  /** The findings of a check against a new target. */
  check(mappings: readonly TableMapping[]): Promise<Issue[]>;
  stop(): Promise<void>;
}

export interface Migrated extends MigrationResult {
  readonly rejects: readonly Reject[];
  /** Rows of a query on the target, as arrays. */
  rows(sql: string): Promise<unknown[][]>;
  readonly url: string;
}

export async function startSmallMigration(
  ddl: readonly string[],
  entities: readonly EntityClass[],
  options: Pick<Project, 'namingStrategy' | 'configPath'> = {},
): Promise<SmallMigration> {
  const closing: (() => Promise<void>)[] = [];
  const standin = await startTestStandin({ ddl });
  closing.push(() => standin.stop());
  // TypeORM makes the schema once, and each target is a copy.
  const pattern = await freshDatabase();
  closing.push(() => pattern.drop());
  await synchronizeSchema(pattern.url, entities, options);
  const target = async (): Promise<string> => {
    const database = await databaseLike(pattern);
    closing.push(() => database.drop());
    return database.url;
  };
  const projectOf = (mappings: readonly TableMapping[], url: string) => ({
    mappings,
    entities,
    ...options,
    source: standin.settings,
    target: { url },
  });
  return {
    standin,
    check: async (mappings) => runCheck(projectOf(mappings, await target()), { entities: [], scope: 'everything' }),
    run: async (mappings, { prepare, ...changes } = {}) => {
      const url = await target();
      if (prepare !== undefined) await rowsOf(url, prepare);
      const rejects: Reject[] = [];
      const result = await runMigration(
        projectOf(mappings, url),
        { ...DEFAULT_MIGRATION, rejectLimit: { kind: 'percent', percent: 100 }, ...changes },
        {
          emit: () => undefined,
          signal: new AbortController().signal,
          confirm: () => Promise.resolve(),
          afterRun: async (seen, runId) => {
            for await (const reject of seen.ledger.rejects(runId)) rejects.push(reject);
          },
        },
      );
      return { ...result, rejects, url, rows: (sql) => rowsOf(url, sql) };
    },
    stop: async () => {
      for (const close of closing.splice(0).reverse()) await close();
    },
  };
}

async function rowsOf(url: string, sql: string): Promise<unknown[][]> {
  const client = await connected(url);
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows;
  } finally {
    await client.end();
  }
}
