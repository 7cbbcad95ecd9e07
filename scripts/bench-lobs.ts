/**
 * npm run bench:lobs -- [input …]
 *
 * Peak memory of a load, a comparison of all rows and a repair, each in a process of its own with one lane, over inputs whose LOBs are large
 * where the first rows do not show it. Prints one line for each. The stand-in and PostgreSQL run in other processes, and what is measured is
 * compiled as in an installed package: a compiler in the process would be 100 MiB of the figure.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../src/demo/embedded-postgres';
import { applyDdl } from '../src/standin/catalog/apply-ddl';
import { installCatalog } from '../src/standin/catalog/install-catalog';
import { startStandin } from '../src/standin';
import { synchronizeSchema } from '../src/typeorm/schema';
import { DDL, Note } from '../test/support/notes';
import type { Measured, Order } from '../test/support/notes-child';
import { buildSnapshot } from './snapshot-build';
import { runScript } from './run-script';

const OWNER = 'LEGACY';

interface Input {
  readonly what: string;
  /** SQL of the database behind the stand-in: the values of row `i` for NOTE, CLEAN and FILE_, and how many rows. */
  readonly rows: number;
  readonly note: string;
  readonly clean?: string;
  readonly file?: string;
  /** Read through a view, which is cut by its key. */
  readonly view?: true;
}

const text = (bytes: string): string => `repeat(md5(i::text), ${bytes} / 32)`;
const LATE = `case when i <= 1000 then 'short' else ${text('524288')} end`;

const INPUTS: Readonly<Record<string, Input>> = {
  late: { what: '6,000 CLOBs of 512 KB after 1,000 short ones', rows: 7000, note: LATE },
  view: { what: 'the same through a view, 2,000 long ones', rows: 3000, note: LATE, view: true },
  clob: { what: 'one CLOB of 50 MB among 100 rows', rows: 100, note: `case when i = 50 then ${text('52428800')} end` },
  blob: {
    what: 'one BLOB of 200 MB among 100 rows',
    rows: 100,
    note: 'null',
    file: `case when i = 50 then decode(${text('419430400')}, 'hex') end`,
  },
  wide: {
    what: '1,500 CLOBs of 262,144 four-byte characters (1 MB) after 1,000 short ones',
    rows: 2500,
    note: `case when i <= 1000 then 'short' else repeat(chr(128512 + i % 50), 262144) end`,
  },
  read: {
    what: 'one CLOB of 63 MB that a conversion reads, one of 65 MB that is rejected',
    rows: 100,
    note: 'null',
    clean: `case i when 50 then ${text('66060288')} when 60 then ${text('68157440')} end`,
  },
};

const postgres = startEmbeddedPostgres();
const build = buildSnapshot();

/** The program of one step, compiled. */
const child = build.then(async (snapshot) => {
  await snapshot.include(join(__dirname, '../test/support/notes.ts'));
  return snapshot.include(join(__dirname, '../test/support/notes-child.ts'));
});

async function bench(name: string, input: Input): Promise<void> {
  const server = await postgres;
  const at = `${name}_${randomBytes(3).toString('hex')}`;
  const legacy = await server.createDatabase(`legacy_${at}`);
  const target = await server.createDatabase(`target_${at}`);
  await installCatalog(legacy, { users: [OWNER], characterSet: 'AL32UTF8', dictionaryUsers: [OWNER] });
  const ddl = [
    DDL('NOTES'),
    ...(input.view ? ['CREATE VIEW NOTES_V AS SELECT ID, NOTE, CLEAN, FILE_ FROM NOTES'] : []),
  ];
  await applyDdl(legacy, OWNER, ddl);
  await fill(legacy, input);
  await synchronizeSchema(target, [Note]);
  const password = randomBytes(8).toString('hex');
  const standin = await startStandin({ pgUrl: legacy, users: { [OWNER]: password }, serviceName: 'LEGACYDB' });
  const folder = mkdtempSync(join(tmpdir(), 'bench-lobs-'));
  const order = {
    table: input.view ? 'NOTES_V' : 'NOTES',
    source: { user: OWNER, password, connectString: standin.connectString },
    target: { url: target },
    differences: join(folder, 'differences.json'),
  };
  try {
    console.log(`${name}: ${input.what}`);
    await step({ ...order, step: 'load' });
    await step({ ...order, step: 'validate' });
    await damage(target);
    await step({ ...order, step: 'validate' });
    await step({ ...order, step: 'repair' });
  } finally {
    await standin.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(url: string, { rows, note, clean = 'null', file = 'null' }: Input): Promise<void> {
  await onDatabase(
    url,
    `insert into "${OWNER}"."NOTES" select i, ${note}, ${clean}, ${file} from generate_series(1, ${rows}) i`,
  );
}

/** A few rows are gone, a few are others, the largest among them. */
async function damage(url: string): Promise<void> {
  await onDatabase(
    url,
    `delete from note where id % 40 = 10;
     update note set note = 'x' || substr(note, 2), file = substr(file, 2) where id % 40 = 11`,
  );
}

async function onDatabase(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}

async function step(order: Order): Promise<void> {
  const measuring = spawn(process.execPath, [await child], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  measuring.stdout.on('data', (data: Buffer) => (output += data.toString()));
  measuring.stdin.end(JSON.stringify(order));
  await once(measuring, 'close');
  const { what, seconds, peakMiB } = JSON.parse(output) as Measured;
  console.log(
    `  ${order.step.padEnd(8)} ${String(peakMiB).padStart(5)} MiB  ${seconds.toFixed(1).padStart(6)} s  ${what}`,
  );
}

async function main(): Promise<undefined> {
  const names = process.argv.slice(2);
  try {
    for (const [name, input] of Object.entries(INPUTS)) {
      if (names.length === 0 || names.includes(name)) await bench(name, input);
    }
  } finally {
    await (await postgres).stop();
    await (await build).remove();
  }
}

runScript(main);
