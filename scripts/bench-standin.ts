/**
 * Measures what the stand-in costs beside the client: `node -r @swc-node/register scripts/bench-standin.ts [rows]`.
 * The client fetches a table of 19 mixed columns with the real driver; the stand-in runs in a process of its own, on an
 * embedded PostgreSQL, with a dialect that passes SQL through, so that only wire and session are measured.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import oracledb from 'oracledb';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../src/demo/embedded-postgres';
import { OraError } from '../src/standin/ora-error';
import { createStandinServer } from '../src/standin/server';
import type { Dialect, OracleColumn } from '../src/standin/sql/translation';

const SERVICE = 'BENCH';
const LOGIN = { user: 'ABIS', password: 'bench' };
const TABLE = `
  create schema "ABIS"; create schema "SYS";
  create table "ABIS".mixed as select
    i::numeric as id, 'SUBJ' || lpad(i::text, 10, '0') as code, rpad('A' || i % 7, 8) as kind, 'Surname ' || i as surname,
    'Given ' || i % 1000 as given, (i % 100)::numeric as age, (i * 1.37)::numeric(12,2) as amount, -i::numeric as negative,
    (i::numeric * 1234567890123) as large, timestamp '1950-01-01' + i * interval '1 hour' as born,
    timestamp '2000-01-01' + i * interval '1 second' as created,
    (timestamp '2020-01-01' + i * interval '1.001 second')::timestamp(6) as changed,
    to_char(timestamp '2000-01-01' + i * interval '1 minute', 'YYYY-MM-DD HH24:MI:SS') as shown,
    case when i % 3 = 0 then 'a longer remark, with ünïcode in it, on row ' || i end as remark, md5(i::text) as digest,
    case i % 2 when 0 then 'Y' else 'N' end as flag, (i % 12)::numeric as month, null::text as nothing,
    'Street ' || i || ', House ' || i % 50 as address
  from generate_series(1, $ROWS) i`;

/** Stored columns of type timestamp are DATEs here, as they are in most legacy tables. */
const DATE: OracleColumn = { name: '', type: 'DATE', nullable: true };

const passThrough: Dialect = {
  translate: (text) => ({ kind: 'query', text, parameters: [], bindCount: 0, locks: false, tables: [] }),
  columnOf: (tableOid, attnum) => (tableOid > 0 && (attnum === 10 || attnum === 11) ? DATE : undefined),
  refresh: () => Promise.resolve(),
  errorFor: (error) => new OraError(604, error.message),
};

interface Usage {
  readonly cpuMs: number;
  readonly rssMb: number;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The stand-in's process: tells its port, then its CPU time whenever asked. */
async function serve(): Promise<void> {
  const [pgUrl] = (await once(process, 'message')) as [string];
  const users = { [LOGIN.user]: LOGIN.password };
  const server = await createStandinServer({ pgUrl, users, serviceName: SERVICE }, passThrough);
  process.send?.(server.port);
  process.on('message', () => process.send?.({ cpuMs: cpuMs(), rssMb: process.memoryUsage().rss / 2 ** 20 }));
  process.on('disconnect', () => void server.close());
}

async function usageOf(child: ChildProcess): Promise<Usage> {
  const answer = once(child, 'message') as Promise<[Usage]>;
  child.send('usage');
  return (await answer)[0];
}

async function fetchAll(port: number, fetchArraySize: number): Promise<number> {
  const connection = await oracledb.getConnection({ ...LOGIN, connectString: `127.0.0.1:${port}/${SERVICE}` });
  const options = { resultSet: true, fetchArraySize, prefetchRows: fetchArraySize } as const;
  const { resultSet } = await connection.execute('select * from mixed', [], options);
  let rows = 0;
  for (;;) {
    const batch = await resultSet?.getRows(fetchArraySize);
    if (!batch || batch.length === 0) break;
    rows += batch.length;
  }
  await resultSet?.close();
  await connection.close();
  return rows;
}

async function measure(child: ChildProcess, port: number, fetchArraySize: number): Promise<void> {
  const before = await usageOf(child);
  const [clientBefore, start] = [cpuMs(), performance.now()];
  const rows = await fetchAll(port, fetchArraySize);
  const [clientMs, elapsedMs] = [cpuMs() - clientBefore, performance.now() - start];
  const after = await usageOf(child);
  const serverMs = after.cpuMs - before.cpuMs;
  const figures = [
    `${rows} rows`,
    `fetchArraySize ${fetchArraySize}`,
    `${Math.round(rows / (elapsedMs / 1000))} rows/s`,
    `client CPU ${Math.round(clientMs)} ms`,
    `stand-in CPU ${Math.round(serverMs)} ms (${(serverMs / clientMs).toFixed(2)} of the client)`,
    `stand-in ${Math.round(after.rssMb)} MB`,
  ];
  console.log(figures.join(', '));
}

async function main(): Promise<void> {
  const rows = Number(process.argv[2] ?? 200_000);
  const postgres = await startEmbeddedPostgres();
  const child = fork(__filename, ['serve'], { execArgv: process.execArgv });
  try {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(TABLE.replace('$ROWS', String(rows)));
    await client.query('vacuum analyze "ABIS".mixed');
    await client.end();
    const listening = once(child, 'message') as Promise<[number]>;
    child.send(postgres.url);
    const [port] = await listening;
    for (const size of [100, 1000, 5000, 1000, 5000]) await measure(child, port, size);
  } finally {
    child.disconnect();
    await postgres.stop();
  }
}

void (process.argv[2] === 'serve' ? serve() : main());
