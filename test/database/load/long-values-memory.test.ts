import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { synchronizeSchema } from '../../../src/typeorm/schema';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { FROM_SOURCE } from '../../support/from-source';
import { DDL, Note } from '../../support/notes';
import type { Measured, Order } from '../../support/notes-child';
import { ROOT } from '../../support/source-files';
import { startTestStandin, STANDIN_OWNER, type LegacyStandin } from '../../support/standin';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';
import { connected } from '../../support/sql';

const MOST_MIB = 400;

let standin: LegacyStandin;
let target: FreshDatabase;

async function query(url: string, sql: string): Promise<unknown[][]> {
  const client = await connected(url);
  const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
  await client.end();
  return rows;
}

beforeAll(async () => {
  standin = await startTestStandin({ ddl: [DDL('NOTES')] });
  target = await freshDatabase();
  await synchronizeSchema(target.url, [Note]);
  // One CLOB of 24 MB and one BLOB of 20 MB; then more short and middling ones than are held.
  await query(
    standin.pgUrl,
    `insert into "${STANDIN_OWNER}"."NOTES"
     select i, case when i = 7 then repeat(md5(i::text), 786432) when i > 20 then repeat(md5(i::text), 16384) end, null,
       case when i = 9 then decode(repeat(md5(i::text), 1310720), 'hex') end from generate_series(1, 60) i`,
  );
});

afterAll(async () => {
  await standin.stop();
  await target.drop();
  removeTemporaryFolders();
});

/** A step in a process of its own with a folder for temporary files; what it measured, and how it ended. */
async function step(folder: string, order: Pick<Order, 'step' | 'kill' | 'resume'>) {
  const child = spawn(process.execPath, [...FROM_SOURCE, join(ROOT, 'test/support/notes-child.ts')], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  const places = { table: 'NOTES', source: standin.settings, target: { url: target.url } };
  child.stdin.end(JSON.stringify({ ...places, differences: join(folder, 'differences.json'), ...order }));
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { signal, measured: output === '' ? null : (JSON.parse(output) as Measured) };
}

const digest = (values: string): string => `select count(*), md5(string_agg(${values}, ',' order by id)) from `;

it('loads large values that lie in a spill file exactly once after a kill, leaves no file, and stays below its bound of memory', async () => {
  const folder = temporaryFolder();
  const killed = await step(folder, { step: 'load', kill: true });
  expect(killed.signal).toBe('SIGKILL');
  const resumed = await step(folder, { step: 'load', resume: true });
  expect(resumed.measured?.what).toBe('complete 60 rows, 0 rejected');
  expect(readdirSync(folder).filter((name) => name.startsWith('cutover-spill-'))).toEqual([]);
  const compared = await step(folder, { step: 'validate' });
  expect(JSON.parse(compared.measured?.what ?? '[]')).toEqual([{ missing: 0, extra: 0, doubled: 0, different: 0 }]);
  for (const { measured } of [resumed, compared]) expect(measured?.peakMiB).toBeLessThanOrEqual(MOST_MIB);
  const sent = await query(
    standin.pgUrl,
    `${digest(`md5(coalesce("NOTE", '')) || md5(coalesce("FILE_", ''))`)} (select "ID" as id, "NOTE", "FILE_" from "${STANDIN_OWNER}"."NOTES") n`,
  );
  expect(await query(target.url, `${digest(`md5(coalesce(note, '')) || md5(coalesce(file, ''))`)} note`)).toEqual(sent);
}, 300_000);
