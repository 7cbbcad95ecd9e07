import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/demo/embedded-postgres';
import { startStandin } from '../../src/standin';
import { applyDdl } from '../../src/standin/catalog/apply-ddl';
import { installCatalog } from '../../src/standin/catalog/install-catalog';
import { seedTable } from '../../src/standin/catalog/seed-table';
import { LEGACY_DDL, personRows, visitRows } from './legacy';

/** The databases that products with a fault are run against. */
export interface FaultWorld {
  /** An empty target with the entities' tables, and what a command line reads to reach both databases. */
  createTarget(name: string): Promise<{ readonly url: string; readonly environment: Readonly<Record<string, string>> }>;
  dropTarget(name: string): Promise<void>;
  stop(): Promise<void>;
}

export const CONFIG = path.join(__dirname, 'cutover.config.ts');

const OWNER = 'HOSP';
const SERVICE = 'HOSPDB';
const TEMPLATE = 'fault_template';

/** The tables of `cutover.config.ts`, and what a real target has beside them. */
const TARGET_DDL = `
  create table people (
    id int primary key, name varchar(40) not null, badge varchar(8), born date, balance numeric(12,2), stay interval,
    notes text, photo bytea, "isDoctor" boolean not null);
  create table visit (
    id bigint primary key, "personId" int references people, cost numeric, seen timestamp, paid boolean, ward varchar(8), tax real);
  create index visit_ward on visit (ward);
  create sequence visit_ids owned by visit.id;
  alter table visit alter column id set default nextval('visit_ids');`;

/** Starts one server for both sides, and the stand-in over it. */
export async function startFaultWorld(): Promise<FaultWorld> {
  const opened: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const server = await startEmbeddedPostgres();
    opened.push(() => server.stop());
    const legacyUrl = await fillLegacy(server);
    const password = randomBytes(12).toString('hex');
    const standin = await startStandin({ pgUrl: legacyUrl, users: { [OWNER]: password }, serviceName: SERVICE });
    opened.push(() => standin.stop());
    const template = await server.createDatabase(TEMPLATE);
    await execute(template, TARGET_DDL);
    const source = { ORACLE_USER: OWNER, ORACLE_PASSWORD: password, ORACLE_CONNECT_STRING: standin.connectString };
    return {
      stop,
      createTarget: async (name) => {
        await execute(server.url, `create database ${name} template ${TEMPLATE} strategy file_copy`);
        const url = new URL(server.url);
        url.pathname = `/${name}`;
        return { url: url.href, environment: { ...source, DATABASE_URL: url.href } };
      },
      dropTarget: (name) => execute(server.url, `drop database if exists ${name} with (force)`),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function fillLegacy(server: EmbeddedPostgres): Promise<string> {
  const url = await server.createDatabase('legacy');
  await installCatalog(url, { users: [OWNER], dictionaryUsers: [OWNER], characterSet: 'AL32UTF8' });
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await applyDdl(client, OWNER, LEGACY_DDL);
    await seedTable(client, { owner: OWNER, table: 'PERSON', rows: personRows() });
    await seedTable(client, { owner: OWNER, table: 'VISIT', rows: visitRows() });
  } finally {
    await client.end();
  }
  return url;
}

/** Runs one text of statements on a database. */
export async function execute(url: string, sql: string): Promise<void> {
  await ask(url, sql);
}

/** The rows of a query. */
export async function ask<T extends object>(url: string, sql: string): Promise<readonly T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}
