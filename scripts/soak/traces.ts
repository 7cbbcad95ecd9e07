import { Client } from 'pg';
import { TARGET_TABLES } from '../../src/demo/target-tables';

/** Everything that a run leaves in its target and that must not depend on how often it was cut off: lists of lines by name. */
export type Traces = Readonly<Record<string, readonly string[]>>;

/** One line that only one of two sides has. */
export interface Difference {
  readonly part: string;
  readonly line: string;
  readonly side: 'only uninterrupted' | 'only here';
}

const TWO_TO_64 = '18446744073709551616';
const LATEST = '(select id from cutover.run order by nth desc limit 1)';

/** Each gives rows of one text column. Of a ledger with several runs (a start that loaded nothing, and a new one) the latest counts. */
const QUERIES: Readonly<Record<string, string>> = {
  rows: TARGET_TABLES.map(
    ({ table }) =>
      `select '${table} ' || count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by id)), '') from "${table}" t`,
  ).join(' union all '),
  rejects: `select concat_ws(' | ', entity, stage, key, coalesce(property, '-'), reason) from cutover.reject where run = ${LATEST}`,
  'rejects of other runs': `select run || ' ' || count(*) from cutover.reject where run <> ${LATEST} group by run`,
  // A checksum is a sum over rows, modulo 2^64; how the rows are cut into chunks makes no difference.
  'sums of chunks': `select concat_ws(' ', entity, sum(read), sum(rejected),
      mod(mod(sum(('x' || checksum)::bit(64)::bigint::numeric), ${TWO_TO_64}) + ${TWO_TO_64}, ${TWO_TO_64}))
    from cutover.chunk_load where run = ${LATEST} group by entity`,
  'chunks planned and not loaded, or the other way round': `select concat_ws(' ', entity, chunk)
    from (select * from cutover.chunk where run = ${LATEST}) c
      full join (select * from cutover.chunk_load where run = ${LATEST}) l using (entity, chunk)
    where c.run is null or l.run is null or l.finished_at is null`,
  changes: `select concat_ws(' ', entity, property, kind, sum(count)) from cutover.change_count where run = ${LATEST}
    group by entity, property, kind`,
  'foreign keys': `select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated)
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  'other constraints': `select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint where contype <> 'f' and connamespace = 'public'::regnamespace`,
  indexes: `select indexdef from pg_indexes where schemaname = 'public'`,
  triggers: `select concat_ws(' ', tgrelid::regclass, tgname, tgenabled) from pg_trigger where not tgisinternal`,
  sequences: `select concat_ws(' ', schemaname, sequencename, last_value) from pg_sequences where schemaname <> 'cutover'`,
  schemas: `select nspname from pg_namespace where nspname !~ '^pg_(temp|toast)'`,
  'journal entries still open': `select concat_ws(' ', run, kind, object, state) from cutover.journal where state = 'aside'`,
  'state of the run': `select state from cutover.run where id = ${LATEST}`,
};

/** The traces of the latest run of a target. */
export async function readTraces(url: string): Promise<Traces> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const traces: Record<string, string[]> = {};
    for (const [part, sql] of Object.entries(QUERIES)) {
      const { rows } = await client.query<[string]>({ text: sql, rowMode: 'array' });
      traces[part] = rows.map(([line]) => line).sort();
    }
    return traces;
  } finally {
    await client.end();
  }
}

/** Compared as multisets: a line that is there once too often is a difference. */
export function differencesBetween(uninterrupted: Traces, actual: Traces): Difference[] {
  return Object.keys(QUERIES).flatMap((part) => {
    const [expected, here] = [uninterrupted[part] ?? [], actual[part] ?? []];
    return [
      ...without(expected, here).map((line) => ({ part, line, side: 'only uninterrupted' as const })),
      ...without(here, expected).map((line) => ({ part, line, side: 'only here' as const })),
    ];
  });
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

/** What the ledger of a target says about its latest run. */
export interface RunProgress {
  readonly state: string;
  readonly chunksPlanned: number;
  /** `entity number` of each chunk that is committed. */
  readonly chunksLoaded: ReadonlySet<string>;
}

/** Null before the first run. */
export async function readProgress(url: string): Promise<RunProgress | null> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const there = await client.query<{ there: boolean }>(
      `select to_regclass('cutover.chunk_load') is not null as there`,
    );
    if (there.rows[0]?.there !== true) return null;
    const { rows } = await client.query<{ state: string; planned: string; loaded: string[] }>(
      `select state, (select count(*) from cutover.chunk c where c.run = r.id) as planned,
         array(select entity || ' ' || chunk from cutover.chunk_load l where l.run = r.id) as loaded
       from cutover.run r where id = ${LATEST}`,
    );
    const [run] = rows;
    if (run === undefined) return null;
    return { state: run.state, chunksPlanned: Number(run.planned), chunksLoaded: new Set(run.loaded) };
  } finally {
    await client.end();
  }
}

const SESSIONS = `select a.pid, a.state, a.wait_event_type, a.wait_event, a.query_start, a.query, l.mode, l.granted, l.relation::regclass
  from pg_stat_activity a left join pg_locks l on l.pid = a.pid and (l.locktype = 'advisory' or not l.granted)
  where a.datname = current_database() and a.pid <> pg_backend_pid() order by a.pid`;

/** Who is at work on a target, and what each waits for: for a run that hangs. */
export async function readSessions(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<object>(SESSIONS)).rows.map((row) => JSON.stringify(row)).join('\n');
  } finally {
    await client.end();
  }
}
