import fc from 'fast-check';
import type { Client } from 'pg';
import type { TargetValue } from '../../../src/core/mapping/wire';
import type { Target } from '../../../src/core/ports/target';
import { canonicalRows } from '../../../src/validate/compare/canonical-rows';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { ODD_BY_HAND, oddly } from '../../support/odd-spellings';
import { ARRAY_TYPES, distinct, SCALAR_TYPES, TYPES_DDL, type StoredTypeSample } from '../../support/stored-types';
import { column } from '../../support/sql';
import { targetForAll } from '../../support/opened-target';

let client: Client;
let target: Target;
let tables = 0;

const opened = targetForAll();
beforeAll(async () => {
  ({ client, target } = await opened());
  await client.query(`${TYPES_DDL}; set timezone = 'UTC'; set datestyle = 'ISO, YMD';
    create function tried(given text, type text) returns text language plpgsql as $$
      declare stored text;
      begin
        execute format('select %L::%s::text', given, type) into stored;
        return stored;
      exception when others then return null;
      end $$`);
});

/** Loads the values into a column of the type, beside the texts that were sent. The table's name. */
async function loaded(type: string, values: readonly TargetValue[]): Promise<string> {
  const table = `t${++tables}`;
  await client.query(`create table ${table} (n int4 primary key, sent text, v ${type})`);
  const loader = await target.loader(aLoadPlan(table, ['n', 'sent', 'v']), aLoaderContext());
  const rows = values.map((value, index): TargetValue[] => [index, sentText(value), value]);
  await loader.load(aChunk(table, rows));
  await loader.close();
  return table;
}

const sentText = (value: TargetValue): TargetValue => (Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value);

/** By number of the row: what is expected by our own code, and what is read back. */
async function canonicalTexts(table: string, values: readonly TargetValue[]) {
  const request = { runId: 'run-1', entity: table, table: { schema: 'public', name: table }, columns: ['n', 'v'] };
  const reader = await target.reader(request);
  try {
    const canonical = canonicalRows({
      kinds: reader.kinds,
      asStored: () => Promise.reject(new Error('the server was asked')),
    });
    const wire = await canonical.ofWire(values.map((value, index) => [index, value]));
    const expected = new Map(wire.map(([n, form]) => [n, form]));
    const actual = new Map<string | null | undefined, string | null | undefined>();
    for await (const batch of reader.rows('run')) {
      for (const row of batch) {
        const [n, form] = canonical.ofServer(row);
        actual.set(n, form);
      }
    }
    return { expected, actual };
  } finally {
    await reader.close();
  }
}

const sendOf = async (type: string): Promise<string> =>
  String(
    (await column(client, `select typsend::text from pg_type where oid = '${type.replaceAll("'", "''")}'::regtype`))[0],
  );

const VARIANTS = 60;

describe.each([...SCALAR_TYPES, ...ARRAY_TYPES])('$type', ({ type, values, sameBy }: StoredTypeSample) => {
  const sent = fc.sample(values, { numRuns: VARIANTS, seed: 11 });
  const wire = sent.map((text): TargetValue => (type === 'bytea' ? Buffer.from(text.slice(2), 'hex') : text));
  let table: string;
  let send: string;

  beforeAll(async () => {
    table = await loaded(type, wire);
    send = await sendOf(type.replace(/\(.*?\)/g, ''));
  });

  it('is stored as the server itself would read the text', async () => {
    const read = type.startsWith('money') ? `sent::numeric${type.slice(5)}::${type}` : `sent::${type}`;
    const otherwise = await column(client, `select sent from ${table} where ${distinct('bytes', send)('v', read)}`);
    expect(otherwise).toEqual([]);
    const rejects = await column(client, `select reason from cutover.reject where entity = '${table}'`);
    expect(rejects).toEqual([]);
    expect(await column(client, `select count(*)::int from ${table} where v is not null`)).toEqual([VARIANTS]);
  });

  it('has the canonical text that our own code has expected, without the server', async () => {
    const { expected, actual } = await canonicalTexts(table, wire);
    expect(actual.size).toBe(VARIANTS);
    expect([...actual]).toEqual([...actual.keys()].map((n) => [n, expected.get(n)]));
  });

  it('has one canonical text exactly where one value is stored', async () => {
    const { actual } = await canonicalTexts(table, wire);
    const { rows } = await client.query<{ a: number; b: number; same: boolean }>(
      `select x.n as a, y.n as b, not (${distinct(sameBy, send)('x.v', 'y.v')}) as same from ${table} x join ${table} y on x.n < y.n`,
    );
    const wrong = rows.filter(({ a, b, same }) => (actual.get(String(a)) === actual.get(String(b))) !== same);
    expect(wrong.map(({ a, b }) => [actual.get(String(a)), actual.get(String(b))])).toEqual([]);
  });
});

/** Oracle's own text of an interval, whose one sign is of all of it; to PostgreSQL that of the days is of the days alone. */
const OF_ORACLE = /^-\d+ \d/;

describe('a text that is written oddly', () => {
  it('is refused where PostgreSQL refuses it, and else stored as the value that PostgreSQL reads', async () => {
    let taken = 0;
    for (const { type, values } of [...SCALAR_TYPES, ...ARRAY_TYPES]) {
      const odd = fc.sample(oddly(values), { seed: 5, numRuns: 120 });
      const texts = [...new Set([...odd, ...(ODD_BY_HAND[type] ?? [])])].filter((text) => !OF_ORACLE.test(text));
      const table = await loaded(type, texts);
      const { rows } = await client.query<{ sent: string; ours: string; theirs: string | null }>(
        `select sent, v::text as ours, tried(sent, $1) as theirs from ${table}`,
        [type],
      );
      expect([type, rows.filter(({ ours, theirs }) => ours !== theirs)]).toEqual([type, []]);
      taken += rows.length;
    }
    expect(taken).toBeGreaterThan(1000);
  });
});
