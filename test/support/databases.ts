import { randomBytes } from 'node:crypto';
import { copyStrategy, createDatabase } from '../../src/demo/embedded-postgres';
import type { Client } from 'pg';
import { connected } from './sql';

/** An empty database for one test or one file of tests. */
export interface FreshDatabase {
  /** A superuser's URL of it. */
  readonly url: string;
  /** Removes it, ending sessions that are still open. */
  drop(): Promise<void>;
}

/** What a database is for; the stand-in has a server of its own where that of the targets is too old for it. */
export type Side = 'target' | 'stand-in';

/** A superuser's URL of the server that all tests share. */
export function testClusterUrl(side: Side = 'target'): string {
  const url = process.env[side === 'target' ? 'CUTOVER_TEST_CLUSTER_URL' : 'CUTOVER_TEST_STANDIN_CLUSTER_URL'];
  if (url === undefined) {
    const reason = process.env['CUTOVER_TEST_CLUSTER_FAILURE'] ?? 'is globalSetup in jest.config.js?';
    throw new Error(`no test server: ${reason}`);
  }
  return url;
}

/** A new empty database on the shared server, under a name of its own. */
export async function freshDatabase(side: Side = 'target'): Promise<FreshDatabase> {
  const name = newName();
  return { url: await createDatabase(testClusterUrl(side), name), drop: () => dropDatabase(name, side) };
}

/** A copy of a database to which nobody is connected. */
export function databaseLike(pattern: FreshDatabase): Promise<FreshDatabase> {
  return databaseNamed(new URL(pattern.url).pathname.slice(1));
}

/** The same, of a database on the shared server by its name. */
export async function databaseNamed(pattern: string, side: Side = 'target'): Promise<FreshDatabase> {
  const [url, name] = [new URL(testClusterUrl(side)), newName()];
  await onServer(side, (client) => copyOf(client, name, pattern));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => dropDatabase(name, side) };
}

function newName(): string {
  return `test_${process.pid}_${randomBytes(6).toString('hex')}`;
}

function dropDatabase(name: string, side: Side): Promise<void> {
  return onServer(side, (client) => client.query(`drop database if exists ${name} with (force)`));
}

async function copyOf(client: Client, name: string, pattern: string): Promise<void> {
  await client.query(`create database ${name} template ${pattern} ${await copyStrategy(client)}`);
}

async function onServer(side: Side, act: (client: Client) => Promise<unknown>): Promise<void> {
  const client = await connected(testClusterUrl(side));
  try {
    await act(client);
  } finally {
    await client.end();
  }
}
