import { join } from 'node:path';
import type { Client } from 'pg';
import type { Project } from '../../src/app/project/databases';
import {
  DEFAULT_MIGRATION,
  runMigration,
  type MigrationRequest,
  type MigrationResult,
} from '../../src/app/run-migration';
import type { ValidationResult } from '../../src/app/run-validation';
import type { DifferenceList } from '../../src/core/comparison/difference-list';
import type { Emit } from '../../src/core/run/events';
import { writeDifferences } from '../../src/files/differences';
import { readDifferences } from '../../src/files/read-differences';
import { freshDatabase } from './databases';
import { startTestStandin, type LegacyStandin, type TestStandinSetup } from './standin';
import { removeTemporaryFolders, temporaryFolder } from './temporary-folder';
import { connected } from './sql';

/** Of whatever asks, reports or can be stopped. */
export const QUIET = {
  emit: () => undefined,
  signal: new AbortController().signal,
  confirm: () => Promise.resolve(),
};

/** A load in which any number of rows may be rejected, and after which nothing is compared. */
const LOAD: MigrationRequest = {
  ...DEFAULT_MIGRATION,
  rejectLimit: { kind: 'percent', percent: 100 },
  validate: 'no',
};

/** A load that may be stopped once a chunk of it is there, and whose events somebody may follow. */
export function load(
  project: Project,
  changes: Partial<MigrationRequest> = {},
  { until = 'the end', emit = QUIET.emit }: { readonly until?: 'a chunk' | 'the end'; readonly emit?: Emit } = {},
): Promise<MigrationResult> {
  const stop = new AbortController();
  const heard: Emit = (name, facts) => {
    if (name === 'chunk:loaded' && until === 'a chunk') stop.abort();
    emit(name, facts);
  };
  return runMigration(project, { ...LOAD, ...changes }, { ...QUIET, emit: heard, signal: stop.signal });
}

/** What a comparison of the rows has found, as `validate --differences` writes it and `repair --from` reads it. */
export async function listOf({ run, findings }: Pick<ValidationResult, 'run' | 'findings'>): Promise<DifferenceList> {
  const path = join(temporaryFolder(), 'differences.json');
  await writeDifferences(path, { run, level: 'rows', findings });
  return readDifferences(path);
}

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
