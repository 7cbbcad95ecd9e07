/**
 * Measures what the stand-in costs beside the client: `node -r @swc-node/register scripts/bench-standin.ts [rows]`.
 * A table of 19 mixed columns is seeded and fetched with the real driver as the product's reader does: ROWID first, dates by
 * TO_CHAR, numbers as exact text. The stand-in runs in its own process with its own dialect, on an embedded PostgreSQL.
 * CPU times of other processes come from /proc, so they are told on Linux only.
 */
import { readdirSync, readFileSync } from 'node:fs';
import oracledb from 'oracledb';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../src/demo/embedded-postgres';
import { exactText } from '../src/oracle/session/fetch-types';
import { startStandin, type RunningStandin } from '../src/standin';
import { applyDdl } from '../src/standin/catalog/apply-ddl';
import { installCatalog } from '../src/standin/catalog/install-catalog';
import { seedTable } from '../src/standin/catalog/seed-table';
import { runScript } from './run-script';

const LOGIN = { user: 'ABIS', password: 'bench' };
const SERVICE = 'BENCH';

const DDL = `CREATE TABLE MIXED (
  ID NUMBER(12) NOT NULL, CODE CHAR(14) NOT NULL, KIND CHAR(6), SURNAME VARCHAR2(40), GIVEN VARCHAR2(40), AGE NUMBER(3),
  AMOUNT NUMBER(12,2), BALANCE NUMBER, SERIAL NUMBER(38), BORN DATE, CREATED DATE, CHANGED TIMESTAMP(6), SHOWN VARCHAR2(20),
  REMARK VARCHAR2(200), DIGEST RAW(16), FLAG CHAR(1), MONTH NUMBER(2), NOTHING VARCHAR2(10), ADDRESS VARCHAR2(80),
  CONSTRAINT MIXED_PK PRIMARY KEY (ID))`;

const DATE_FORMAT = 'SYYYY-MM-DD HH24:MI:SS';
const SELECT = `SELECT ROWID, ID, CODE, KIND, SURNAME, GIVEN, AGE, AMOUNT, BALANCE, SERIAL, TO_CHAR(BORN, '${DATE_FORMAT}'),
  TO_CHAR(CREATED, '${DATE_FORMAT}'), TO_CHAR(CHANGED, '${DATE_FORMAT}.FF9'), SHOWN, REMARK, DIGEST, FLAG, MONTH, NOTHING,
  ADDRESS FROM MIXED`;

const isoText = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');

function* mixedRows(count: number): Generator<(string | number | Buffer | null)[]> {
  const start = Date.UTC(2000, 0, 1);
  for (let i = 1; i <= count; i++) {
    const remark = i % 3 === 0 ? `a longer remark, with ünïcode in it, on row ${i}` : null;
    const moments = [
      isoText(start - i * 3_600_000),
      isoText(start + i * 1000),
      `${isoText(start + i * 60_000)}.123456`,
    ];
    const numbers = [i % 100, (i * 1.37).toFixed(2), String(-i / 8), `${i}000000012345678901234567890`];
    const tail = [i % 2 === 0 ? 'Y' : 'N', i % 12, null, `Street ${i}, House ${i % 50}`];
    const names = [`SUBJ${i}`, `A${i % 7}`, `Surname ${i}`, `Given ${i % 1000}`];
    yield [i, ...names, ...numbers, ...moments, isoText(start + i * 86_400), remark, Buffer.alloc(16, i), ...tail];
  }
}

/** CPU milliseconds of a process so far; undefined where there is no /proc. */
function cpuOf(pid: number): number | undefined {
  const fields = statOf(pid);
  return fields && [11, 12].reduce((sum, at) => sum + Number(fields[at]), 0) * 10;
}

/** The fields of /proc/<pid>/stat behind the program's name: state, parent, …; times are in hundredths of a second. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** CPU milliseconds of PostgreSQL's server processes that run now. */
function backendsOf(postmaster: number): number | undefined {
  if (!statOf(postmaster)) return undefined;
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = pids.filter((pid) => statOf(Number(pid))?.[1] === String(postmaster));
  return children.reduce((sum, pid) => sum + (cpuOf(Number(pid)) ?? 0), 0);
}

function clientCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function fetchAll(connection: oracledb.Connection, fetchArraySize: number): Promise<number> {
  const options = {
    resultSet: true,
    fetchArraySize,
    prefetchRows: fetchArraySize,
    fetchTypeHandler: exactText,
  } as const;
  const { resultSet } = await connection.execute(SELECT, [], options);
  let rows = 0;
  for (;;) {
    const batch = await resultSet?.getRows(fetchArraySize);
    if (!batch || batch.length === 0) break;
    rows += batch.length;
  }
  await resultSet?.close();
  return rows;
}

interface Servers {
  readonly standin: RunningStandin;
  readonly postmaster: number;
}

async function measure({ standin, postmaster }: Servers, fetchArraySize: number): Promise<void> {
  const { connectString, pid } = standin;
  const connection = await oracledb.getConnection({ ...LOGIN, connectString });
  const usage = (): number[] => [clientCpu(), cpuOf(pid) ?? NaN, backendsOf(postmaster) ?? NaN, performance.now()];
  const before = usage();
  const rows = await fetchAll(connection, fetchArraySize);
  const [client = 0, server = 0, backends = 0, elapsed = 0] = usage().map((now, index) => now - (before[index] ?? 0));
  await connection.close();
  const figures = [
    `${rows} rows`,
    `fetchArraySize ${fetchArraySize}`,
    `${Math.round(rows / (elapsed / 1000))} rows/s`,
    `client CPU ${Math.round(client)} ms`,
    `stand-in CPU ${Math.round(server)} ms (${(server / client).toFixed(2)} of the client)`,
    `PostgreSQL CPU ${Math.round(backends)} ms`,
  ];
  console.log(figures.join(', '));
}

async function fill(pgUrl: string, rows: number): Promise<void> {
  await installCatalog(pgUrl, { users: [LOGIN.user], characterSet: 'AL32UTF8' });
  await applyDdl(pgUrl, LOGIN.user, [DDL]);
  const client = new Client({ connectionString: pgUrl });
  await client.connect();
  await seedTable(client, { owner: LOGIN.user, table: 'MIXED', rows: mixedRows(rows) });
  await client.query('vacuum analyze "ABIS"."MIXED"');
  await client.end();
}

async function main(): Promise<undefined> {
  const postgres = await startEmbeddedPostgres();
  try {
    const pgUrl = await postgres.createDatabase('bench');
    await fill(pgUrl, Number(process.argv[2] ?? 200_000));
    const users = { [LOGIN.user]: LOGIN.password };
    const standin = await startStandin({ pgUrl, users, serviceName: SERVICE });
    // each size twice: the first time warms the compilers of both sides up
    for (const size of [1000, 2000, 100, 1000, 2000, 100]) await measure({ standin, postmaster: postgres.pid }, size);
    await standin.stop();
  } finally {
    await postgres.stop();
  }
}

runScript(main);
