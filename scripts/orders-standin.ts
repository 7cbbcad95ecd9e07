import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../src/demo/embedded-postgres';
import { startStandin } from '../src/standin';
import { applyDdl } from '../src/standin/catalog/apply-ddl';
import { installCatalog } from '../src/standin/catalog/install-catalog';
import { seedTable } from '../src/standin/catalog/seed-table';

/** Oracle's DDL, one statement each. FLASHBACK is what reading at an SCN takes. */
const DDL = [
  `CREATE TABLE ORDERS (ORDER_ID NUMBER(9) PRIMARY KEY, CUST_NM VARCHAR2(60) NOT NULL, STATUS_CD CHAR(2) NOT NULL,
    URGENT_FLG CHAR(1), TOTAL_AMT NUMBER(12,2) NOT NULL, ORDER_DT DATE, NOTE_TXT VARCHAR2(2000))`,
  'GRANT SELECT, FLASHBACK ON ORDERS TO MIG',
];

/** Values in the order of the columns. */
const ROWS = [
  [1, 'Ann', 'O', 'Y', '12.50', '2024-03-01 10:15:00', 'call first'],
  [2, 'Bert', 'S', null, '7.00', null, null],
];

async function main(envFile: string): Promise<void> {
  const postgres = await startEmbeddedPostgres();
  const pgUrl = await postgres.createDatabase('legacy');
  const target = await postgres.createDatabase('shop');
  await installCatalog(pgUrl, { users: ['SHOP', 'MIG'], dictionaryUsers: ['MIG'], characterSet: 'WE8MSWIN1252' });
  await applyDdl(pgUrl, 'SHOP', DDL);
  const client = new Client({ connectionString: pgUrl });
  await client.connect();
  await seedTable(client, { owner: 'SHOP', table: 'ORDERS', rows: ROWS });
  await client.end();
  const standin = await startStandin({ pgUrl, users: { SHOP: 'shop', MIG: 'mig' }, serviceName: 'LEGACY' });
  const settings = { ORACLE_USER: 'MIG', ORACLE_PASSWORD: 'mig', ORACLE_CONNECT_STRING: standin.connectString };
  const lines = Object.entries({ ...settings, DATABASE_URL: target }).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(envFile, lines.join(''), { mode: 0o600 });
  console.log(`ready: ${standin.connectString}; settings in ${envFile}`);
  const staysUp = setInterval(() => undefined, 60_000);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  clearInterval(staysUp);
  await standin.stop();
  await postgres.stop();
}

void main(process.argv[2] ?? '.env');
