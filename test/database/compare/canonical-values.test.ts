import fc from 'fast-check';
import type { Client } from 'pg';
import type { TargetValue } from '../../../src/core/mapping/wire';
import type { Target } from '../../../src/core/ports/target';
import { canonicalRows } from '../../../src/validate/compare/canonical-rows';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { targetForAll } from '../../support/opened-target';

let client: Client;
let target: Target;
let tables = 0;

const opened = targetForAll();
beforeAll(async () => {
  ({ client, target } = await opened());
  await client.query(`create type mood as enum ('sad', 'it''s ok'); create extension citext;
    create domain price as numeric(9,2) check (value >= 0); create type pair as (a int4, b text)`);
});

/** Loads the values; by the number of each that was stored: what was expected, what is there, and the server's own class of equals. */
async function bothSides(type: string, values: readonly TargetValue[]) {
  const table = `t${++tables}`;
  await client.query(`create table ${table} (n int4 primary key, v ${type})`);
  const loader = await target.loader(aLoadPlan(table, ['n', 'v']), aLoaderContext());
  const rows = values.map((value, index): TargetValue[] => [index, value]);
  await loader.load(aChunk(table, rows));
  await loader.close();
  const reader = await target.reader({
    runId: 'run-1',
    entity: table,
    table: { schema: 'public', name: table },
    columns: ['n', 'v'],
  });
  try {
    const canonical = canonicalRows(reader);
    const expected = new Map((await canonical.ofWire(rows)).map(([n, v]) => [n, v]));
    const actual = new Map<string | null | undefined, string | null | undefined>();
    for await (const batch of reader.rows('run')) {
      for (const row of batch) {
        const [n, v] = canonical.ofServer(row);
        actual.set(n, v);
      }
    }
    return { table, expected, actual, wanted: [...actual.keys()].map((n) => [n, expected.get(n)]) };
  } finally {
    await reader.close();
  }
}

/** What is stored must come back as it was expected, and two values must have one form exactly where the server calls them equal. */
async function holds(type: string, values: readonly TargetValue[], least: number): Promise<void> {
  const { table, actual, wanted } = await bothSides(type, values);
  expect([...actual]).toEqual(wanted);
  expect(actual.size).toBeGreaterThanOrEqual(least);
  // Types that the server cannot order, or whose equality is looser than ours: `1 day` is 24 hours to it.
  if (['json', 'citext', 'point', 'interval'].includes(type)) return;
  const { rows } = await client.query<{ n: number; same: string }>(
    `select n, dense_rank() over (order by v) as same from ${table} where v is not null`,
  );
  const forms = new Map<string, string | null | undefined>();
  for (const { n, same } of rows) {
    const form = actual.get(String(n));
    expect(forms.get(same) ?? form).toBe(form);
    forms.set(same, form);
  }
  expect(new Set(forms.values()).size).toBe(forms.size);
}

const SAMPLES = 250;
const sample = <T>(arbitrary: fc.Arbitrary<T>, count = SAMPLES): T[] =>
  fc.sample(arbitrary, { numRuns: count, seed: 7 });
const decimalText = fc
  .tuple(fc.constantFrom('', '-'), fc.stringMatching(/^[0-9]{0,24}$/), fc.option(fc.stringMatching(/^[0-9]{0,20}$/)))
  .map(([sign, whole, decimals]) => `${sign}${whole}${decimals === null ? '' : `.${decimals}`}`);
const shortNumber = fc
  .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.constantFrom('', '.0', '.5', '.50', '.125', 'e2', 'E-3', '.'))
  .map(([whole, tail]) => `${whole}${tail}`);
const number = fc.oneof(
  decimalText,
  shortNumber,
  fc.constantFrom('-0', '0.000', '.5', '-.5', '1E-130', '1e+30', '007.10', 'NaN'),
);
const anyText = fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replaceAll('\0', '').toWellFormed());
const edgyText = fc.oneof(
  anyText,
  fc.constantFrom(
    '',
    ' ',
    'a ',
    ' a',
    'a',
    'A',
    'ä',
    'a\u0308',
    '\\N',
    '\\.',
    '\t',
    '\n',
    '\r\n',
    'a\tb\\c\nd',
    '\u00a0',
    '\b\f\v',
  ),
);
const pad = (size: number, length: number): string => String(size).padStart(length, '0');
const day = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 9999 }), fc.constantFrom(1, 4712, 9999, 12_000)),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 31 }),
  )
  .map(([year, month, date]) => `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}`);
const clock = fc
  .tuple(
    fc.nat(23),
    fc.nat(59),
    fc.nat(59),
    fc.constantFrom('', '.0', '.1', '.120000', '.999999', '.000001', '.1234567', '.123456000'),
  )
  .map(([h, m, s, fraction]) => `${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}${fraction}`);
const zone = fc.constantFrom('', '+00', '+02', '-05:00', '+05:30', ' +14:00', '-00:44:30', 'Z', '-1130');
const era = fc.constantFrom('', '', '', ' BC');
const json = fc.oneof(
  fc.json(),
  fc.constantFrom(
    '{"b":1,"a":2,"a":3}',
    '1.10',
    '1e2',
    '-0.0',
    '[1.0, 1]',
    '12345678901234567890.12345',
    '"\\u00e4"',
    '{"ä":null,"10":1,"9":2}',
    ' { } ',
    'nope',
    '"\\u0000"',
  ),
);

describe('one canonical form of stored values', () => {
  it.each(['int2', 'int4', 'int8'])('of %s', async (type) => {
    await holds(type, ['0', '-0', '-32768', '32767', '007', 12, -3, null, ...sample(shortNumber)], 8);
  });

  it.each(['numeric', 'numeric(9,2)', 'numeric(38)', 'numeric(4,-2)', 'price'])('of %s', async (type) => {
    await holds(type, [null, 0, 1.5, 1e21, ...sample(number, 600)], 20);
  });

  it.each(['float4', 'float8'])('of %s', async (type) => {
    const doubles = sample(fc.double().map(String));
    const edges = [
      '-0',
      '0',
      '-0.0',
      'NaN',
      'inf',
      '-Infinity',
      '1e38',
      '0.1',
      '3.4028235e38',
      '1.17549435e-38',
      0.1,
      '16777217',
    ];
    await holds(type, [null, ...edges, ...doubles, ...sample(number)], 200);
  });

  it.each(['text', 'varchar(20)', 'varchar', 'char(4)', 'bpchar', 'name', 'citext', 'mood'])('of %s', async (type) => {
    await holds(type, [null, 'sad', "it's ok", 5, ...sample(edgyText, 500)], 3);
  });

  it('of bytea, bool and uuid', async () => {
    await holds(
      'bytea',
      [null, Buffer.alloc(0), ...sample(fc.uint8Array({ maxLength: 90 })).map((b) => Buffer.from(b))],
      SAMPLES,
    );
    await holds('bool', [null, true, false, 't', 'f', 'true', 'false', 0, 1, 'yes'], 9);
    const ids = sample(fc.uuid(), 50);
    await holds(
      'uuid',
      [null, ...ids, ...ids.map((id) => id.toUpperCase()), ...ids.map((id) => id.replaceAll('-', ''))],
      150,
    );
  });

  it.each(['json', 'jsonb'])('of %s', async (type) => {
    await holds(type, [null, ...sample(json, 400)], 200);
  });

  it('of dates and times', async () => {
    const days = sample(fc.tuple(day, era).map(([d, bc]) => d + bc));
    await holds('date', [null, '5874897-12-31', '4713-01-01 BC', '2020-02-03 00:00:00', ...days], 100);
    await holds('time', [null, ...sample(clock)], 100);
    await holds('time(2)', [null, ...sample(clock)], 50);
  });

  it.each(['timestamp', 'timestamp(3)', 'timestamptz', 'timestamptz(0)'])('of %s', async (type) => {
    const moments = sample(
      fc.tuple(day, fc.constantFrom(' ', 'T'), clock, zone, era).map((parts) => parts.join('')),
      800,
    );
    await holds(type, [null, '2020-01-01', '4713-01-01 00:00:00 BC', '294276-12-31 23:59:59.999999', ...moments], 40);
  });

  it.each([
    ['int4range', ['[1,2]', '[1,3)', 'empty'], 3],
    ['point', ['(1,2)', '1,2'], 2],
    ['pair', ['(1,a)', '(1,"a b")'], 2],
  ] as const)('of %s, which only the server can tell', async (type, values, least) => {
    await holds(type, [null, ...values], least);
  });
});
