import { connectionTo } from '../src/postgres/session/connection-settings';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from } from 'pg-copy-streams';
import type { TargetRow } from '../src/core/mapping/wire';
import type { PreparedChunk } from '../src/core/run/outcomes';
import type { LoadPlan } from '../src/core/ports/target';
import { createDatabase, startEmbeddedPostgres } from '../src/demo/embedded-postgres';
import { encodeRows } from '../src/postgres/encode/encode-rows';
import { readShape } from '../src/postgres/load/shape/table-shape';
import { openPostgresTarget } from '../src/postgres/open-target';
import { openSession } from '../src/postgres/session/session';
import { runScript } from './run-script';

/** The loader with all it does, against a COPY of the same bytes ready-made. Ratios of interleaved runs count, not seconds. */
const ROWS = 200_000;
const CHUNK_ROWS = 20_000;
const ROUNDS = 5;

const DDL = `
  coil_id int8 primary key, customer_id int4 not null, grade varchar(12) not null, heat_no char(10), width numeric(10,3),
  thickness numeric(8,4) not null, weight numeric(12,2), length float8, produced_at timestamp not null,
  shipped_at timestamptz, received_on date, is_prime bool not null, note text, location varchar(40), batch_id uuid,
  status varchar(10) not null, price numeric(14,4), pieces int2, updated_at timestamp not null`;

function rowOf(n: number): TargetRow {
  const day = `20${10 + (n % 15)}-0${1 + (n % 9)}-1${n % 9}`;
  return [
    String(1_000_000 + n),
    String(n % 1234),
    `GR-${n % 97}`,
    `H${String(n).padStart(9, '0')}`,
    `${1000 + (n % 500)}.${100 + (n % 900)}`,
    `${1 + (n % 9)}.${1000 + (n % 9000)}`,
    n % 11 === 0 ? null : `${20_000 + (n % 5000)}.5`,
    n * 1.25,
    `${day} 0${n % 9}:1${n % 9}:2${n % 9}`,
    n % 3 === 0 ? null : `${day} 12:00:00`,
    day,
    n % 2 === 0,
    n % 5 === 0 ? `Überprüft am ${day}, nächste Prüfung durch Werk ${n % 7}` : 'inspected, no remarks',
    `HALL ${n % 20} / ROW ${n % 300}`,
    `6f1e1c0a-0000-4000-8000-${String(n).padStart(12, '0')}`,
    'RELEASED',
    `${n % 10_000}.2500`,
    String(n % 300),
    `${day} 10:20:30`,
  ];
}

function chunkOf(rows: readonly TargetRow[], chunk: number): PreparedChunk {
  const rejectFor = (): never => {
    throw new TypeError('no row of the benchmark is refused');
  };
  const origins = rows.map(() => []);
  return {
    id: { entity: 'coil', chunk },
    read: rows.length,
    rows,
    origins,
    rejectFor,
    rejects: [],
    changesWithout: () => [],
  };
}

async function bench(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`create table coil (${DDL}); create index on coil (customer_id, status)`);
  const { rows: names } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = 'coil'::regclass and attnum > 0 order by attnum`,
  );
  const columns = names.map(({ name }) => name);
  const table = { schema: 'public', name: 'coil' };
  const plan: LoadPlan = {
    entity: 'coil',
    table,
    columns,
    properties: columns,
    keyPositions: [0],
    conflicts: { policy: 'reject', rowsBefore: 0 },
  };
  const rows = Array.from({ length: ROWS }, (_, n) => rowOf(n));
  const chunks = Array.from({ length: ROWS / CHUNK_ROWS }, (_, n) => rows.slice(n * CHUNK_ROWS, (n + 1) * CHUNK_ROWS));

  const session = await openSession(connectionTo({ url }));
  const { encoder } = await readShape(session, table, plan);
  await session.close();
  const encodeAll = (): Buffer[] => [...encodeRows(rows, { encoder, ordinals: 'without' }).buffers];

  const target = await openPostgresTarget({ url });
  await target.ledger.install();
  const ratios: number[] = [];
  const encoding: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [encodeMs, buffers] = await timed(() => Promise.resolve(encodeAll()));
    encoding.push((encodeMs * 1000) / ROWS);
    await client.query('truncate coil');
    const [plainMs] = await timed(() =>
      pipeline(Readable.from(buffers), client.query(from('copy coil from stdin (format binary)'))),
    );
    await client.query('truncate coil');
    const loader = await target.loader(plan, { runId: `run-${round}`, lane: 0, emit: () => undefined });
    const [loaderMs] = await timed(async () => {
      for (const [number, chunk] of chunks.entries()) await loader.load(chunkOf(chunk, number));
    });
    await loader.close();
    ratios.push(plainMs / loaderMs);
    console.log(
      `round ${round}: encode ${encoding.at(-1)?.toFixed(2)} µs/row, plain COPY ${Math.round(ROWS / plainMs)}k rows/s, ` +
        `loader ${Math.round(ROWS / loaderMs)}k rows/s, ratio ${(plainMs / loaderMs).toFixed(2)}`,
    );
  }
  console.log(
    `median: ratio ${median(ratios).toFixed(2)}, encoding ${median(encoding).toFixed(2)} µs/row of 19 columns`,
  );
  await target.close();
  await client.end();
}

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const started = performance.now();
  const result = await work();
  return [performance.now() - started, result];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

async function main(): Promise<undefined> {
  const server = await startEmbeddedPostgres();
  try {
    await bench(await createDatabase(server.url, 'bench'));
  } finally {
    await server.stop();
  }
}

runScript(main);
