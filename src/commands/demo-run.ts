import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDemoServers, type DemoServers } from '../demo/start-demo-servers';
import { abisEntities } from '../entities';
import { abisMappings } from '../mappings';
import type { Report } from '../report/report';
import { synchronizeSchema } from '../typeorm/schema';
import type { Project } from './databases';
import { migrateWithFiles } from './migrate-with-files';
import type { DemoOptions } from './options';
import type { Ui } from './ui';

const CHUNK_ROWS = 20_000;

/**
 * The main job on the embedded databases: legacy Oracle stand-in with the ABIS data, embedded PostgreSQL, migration, validation.
 * Reads no ORACLE_* and no DATABASE_URL. With `keep` the servers stay until Ctrl-C.
 */
export async function runDemo(options: DemoOptions, ui: Ui): Promise<Report> {
  const say = (message: string): void => {
    ui.emit('notice', { message });
  };
  await mkdir(options.demoDirectory, { recursive: true });
  say('starting the embedded legacy Oracle (stand-in) and the embedded PostgreSQL');
  const servers = await startDemoServers({ scale: options.scale });
  try {
    await synchronizeSchema(servers.target.url, abisEntities);
    say(`the legacy database is ready at ${servers.source.connectString}`);
    const report = await migrateWithFiles(projectOf(servers), migrationOf(options), ui);
    if (options.after === 'keep') await stay(servers, options, ui);
    return report;
  } finally {
    await servers.stop();
  }
}

function projectOf({ source, target }: DemoServers): Project {
  return { mappings: abisMappings, entities: abisEntities, source, target };
}

function migrationOf({ demoDirectory }: DemoOptions): Parameters<typeof migrateWithFiles>[1] {
  return {
    entities: [],
    where: {},
    batchSize: CHUNK_ROWS,
    resume: 'no',
    snapshot: 'scn',
    rejectLimit: { kind: 'percent', percent: 1 },
    mode: 'load',
    validate: 'after',
    logDirectory: demoDirectory,
  };
}

/** Leaves the servers up, with a `.env` (mode 0600) that lets the other commands and psql reach them. */
async function stay({ source, target }: DemoServers, { demoDirectory }: DemoOptions, ui: Ui): Promise<void> {
  const lines = [
    `ORACLE_USER=${source.user}`,
    `ORACLE_PASSWORD=${source.password}`,
    `ORACLE_CONNECT_STRING=${source.connectString}`,
    `DATABASE_URL=${target.url}`,
  ];
  const path = join(demoDirectory, '.env');
  await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600 });
  ui.emit('notice', { message: `both servers stay up until Ctrl-C; ${path} says how to reach them` });
  if (!ui.signal.aborted) await once(ui.signal, 'abort');
}
