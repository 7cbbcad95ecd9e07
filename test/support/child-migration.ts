import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { FROM_SOURCE } from './from-source';
import type { ChildOrder } from './migrate-child';
import { connected } from './sql';

const CHILD = join(__dirname, 'migrate-child.ts');

/** Runs a migration in a process of its own; resolves with the signal or exit code that ended it. */
export async function migrateInChild(
  order: ChildOrder,
  how: { readonly env?: Readonly<Record<string, string>>; readonly nodeOptions?: readonly string[] } = {},
): Promise<{ readonly end: string; readonly output: string }> {
  const child = spawn(process.execPath, [...(how.nodeOptions ?? []), ...FROM_SOURCE, CHILD], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...how.env },
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  child.stdin.end(JSON.stringify(order));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { end: signal ?? String(code), output };
}

/** Everything a run leaves that must not depend on where it was killed. */
export async function traces(url: string): Promise<unknown> {
  const client = await connected(url);
  const rows = async (sql: string): Promise<unknown[]> => (await client.query(sql)).rows as unknown[];
  try {
    return {
      customers: await rows(`select count(*), md5(string_agg(c::text, '|' order by id)) from customer c`),
      coils: await rows(`select count(*), md5(string_agg(c::text, '|' order by id)) from coil c`),
      rejects: await rows('select entity, stage, key, property, reason from cutover.reject order by 1, 3, 4, 5'),
      chunks: await rows(
        'select entity, chunk, read, inserted, rejected, checksum from cutover.chunk_load order by 1, 2',
      ),
      indexes: await rows(`select indexdef from pg_indexes where schemaname = 'public' order by indexname`),
      triggers: await rows('select tgname, tgenabled from pg_trigger where not tgisinternal order by 1'),
      foreignKeys: await rows(`select conname, convalidated from pg_constraint where contype = 'f' order by 1`),
    };
  } finally {
    await client.end();
  }
}

/** The numbers of the lanes that have loaded a chunk. */
export async function lanesIn(url: string): Promise<number[]> {
  const client = await connected(url);
  try {
    const { rows } = await client.query<{ lane: number }>('select distinct lane from cutover.chunk_load order by 1');
    return rows.map(({ lane }) => lane);
  } finally {
    await client.end();
  }
}
