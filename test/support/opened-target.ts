import type { Client } from 'pg';
import type { Target } from '../../src/core/ports/target';
import { openPostgresTarget } from '../../src/postgres/open-target';
import { synchronizeSchema } from '../../src/typeorm/schema';
import { databaseLike, freshDatabase, type FreshDatabase } from './databases';
import { connected } from './sql';

/** A database of its own, opened as a target, and a connection of the test's own to it. */
export interface OpenedTarget {
  readonly database: FreshDatabase;
  readonly client: Client;
  readonly target: Target;
}

/** As statements or as entities. */
type Tables = string | Parameters<typeof synchronizeSchema>[1];
type Ledger = 'with a ledger' | 'without a ledger';

/** For `beforeAll`: one target for a file or a `describe`, closed after it. Has a ledger unless told. */
export function targetForAll(ledger: Ledger = 'with a ledger'): () => Promise<OpenedTarget> {
  let opened: OpenedTarget | undefined;
  afterAll(() => close(opened));
  return async () => {
    opened = await openedAt(await freshDatabase());
    if (ledger === 'with a ledger') await opened.target.ledger.install();
    return opened;
  };
}

/** For `beforeEach`: a target for each test, closed after it, with these tables and a ledger unless told. Both are made once, then copied. */
export function targetForEach(tables: Tables = '', ledger: Ledger = 'with a ledger'): () => Promise<OpenedTarget> {
  let pattern: FreshDatabase | undefined;
  let opened: OpenedTarget | undefined;
  afterEach(() => close(opened));
  afterAll(() => pattern?.drop());
  return async () => {
    pattern ??= await patternOf(tables, ledger);
    opened = await openedAt(await databaseLike(pattern));
    return opened;
  };
}

async function patternOf(tables: Tables, ledger: Ledger): Promise<FreshDatabase> {
  const database = await freshDatabase();
  const { client, target } = await openedAt(database);
  await (typeof tables === 'string' ? client.query(tables) : synchronizeSchema(database.url, tables));
  if (ledger === 'with a ledger') await target.ledger.install();
  // A database that is in use cannot be copied.
  await Promise.all([client.end(), target.close()]);
  return database;
}

async function openedAt(database: FreshDatabase): Promise<OpenedTarget> {
  const client = await connected(database.url);
  return { database, client, target: await openPostgresTarget({ url: database.url }) };
}

async function close(opened: OpenedTarget | undefined): Promise<void> {
  await opened?.target.close();
  await opened?.client.end();
  await opened?.database.drop();
}
