import { once } from 'node:events';
import { join } from 'node:path';
import { startDemoServers, type DemoServers } from '../demo/start-demo-servers';
import { MigrationError } from '../core/errors';
import { DEFAULT_LOAD } from '../core/run/options';
import { allowedRejects, limitText, type RejectLimit } from '../core/run/reject-limit';
import { abisEntities } from '../entities';
import { abisMappings } from '../mappings';
import { synchronizeSchema } from '../typeorm/schema';
import type { Project } from './project/databases';
import { migrateWithFiles } from './migrate-with-files';
import { DEFAULT_MIGRATION } from './run-migration';
import { demoSettings, type DemoSettings } from './demo-settings';
import type { DemoOptions } from './options';
import type { CommandOutcome } from './outcome';
import { tellBy } from './tell';
import type { Ui } from './ui';

const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * The main job on the embedded databases: legacy Oracle stand-in with the ABIS data, embedded PostgreSQL, migration, validation.
 * Reads no ORACLE_* and no DATABASE_URL. With `keep` the servers stay until Ctrl-C.
 */
export async function runDemo(options: DemoOptions, ui: Ui): Promise<CommandOutcome> {
  const say = (message: string): void => {
    ui.emit('notice', { message });
  };
  const settings = options.after === 'keep' ? await demoSettings(join(options.demoDirectory, '.env')) : null;
  say('starting the embedded legacy Oracle (stand-in) and the embedded PostgreSQL');
  const servers = await startDemoServers({ scale: options.scale });
  try {
    if (ui.signal.aborted) throw interruptedDemo();
    await synchronizeSchema(servers.target.url, abisEntities);
    say(`the legacy database is ready at ${servers.source.connectString}`);
    const report = options.target === 'empty' ? NOTHING_MIGRATED : await migrated(servers, options, ui);
    if (settings !== null) return await keptUp(servers, report, { ...options, ui, settings });
    await servers.stop();
    return report;
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

const NOTHING_MIGRATED: CommandOutcome = {
  output: 'The legacy database is filled, the tables of the target are empty.',
  exitCode: 0,
  facts: {},
};

function migrated(
  servers: DemoServers,
  { demoDirectory, after }: Pick<DemoOptions, 'demoDirectory' | 'after'>,
  ui: Ui,
): Promise<CommandOutcome> {
  const rejectLimit = limitFor(servers.size);
  const project = { ...projectOf(servers), tell: tellBy(ui.emit) };
  const databases = after === 'keep' ? 'stay' : 'gone';
  const request = { ...DEFAULT_MIGRATION, rejectLimit, logDirectory: demoDirectory, databases } as const;
  return migrateWithFiles(project, request, ui);
}

/** The usual limit, but in a small demo the rows that are spoiled on purpose: one of each kind is more than the usual share. */
function limitFor({ rows, rejects }: DemoServers['size']): RejectLimit {
  const { rejectLimit } = DEFAULT_LOAD;
  return rejects <= allowedRejects(rejectLimit, rows) ? rejectLimit : { kind: 'rows', rows: rejects };
}

function limitOption(size: DemoServers['size']): string {
  const limit = limitFor(size);
  return limit === DEFAULT_LOAD.rejectLimit ? '' : ` --max-rejects ${limitText(limit)}`;
}

function interruptedDemo(): MigrationError {
  return new MigrationError('INTERRUPTED', 'interrupted while the demo was being set up', {
    hint: 'Nothing was kept. Run "cutover demo" again.',
  });
}

function projectOf({ source, target }: DemoServers): Project {
  return { mappings: abisMappings, entities: abisEntities, source, target };
}

interface Kept extends Pick<DemoOptions, 'target'> {
  readonly ui: Ui;
  readonly settings: DemoSettings;
}

/** Leaves the servers up until Ctrl-C, with a `.env` (mode 0600) that lets the other commands and psql reach them. */
async function keptUp(
  servers: DemoServers,
  report: CommandOutcome,
  { target: state, ui, settings }: Kept,
): Promise<CommandOutcome> {
  const { source, target } = servers;
  const lines = [
    `ORACLE_USER=${source.user}`,
    `ORACLE_PASSWORD=${source.password}`,
    `ORACLE_CONNECT_STRING=${source.connectString}`,
    `DATABASE_URL=${target.url}`,
  ];
  await settings.write(lines);
  const afterwards = async (): Promise<void> => {
    await untilAborted(ui.signal);
    await servers.stop();
    await settings.remove();
  };
  const commands =
    state === 'empty' ? ['check', `migrate --validate${limitOption(servers.size)}`] : ['status', 'validate'];
  const output = [
    report.output,
    'Both servers stay up until Ctrl-C. To look around from another terminal:',
    `  set -a; . ${settings.path}; set +a`,
    ...commands.map((command) => `  cutover ${command}`),
    '',
  ].join('\n');
  return { ...report, output, afterwards };
}

/** The servers do not hold this process (they end with it), so a timer does. */
async function untilAborted(signal: AbortSignal): Promise<void> {
  const hold = setInterval(() => undefined, LONGEST_TIMER_MS);
  try {
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    clearInterval(hold);
  }
}
