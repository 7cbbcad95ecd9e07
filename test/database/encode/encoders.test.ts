import fc from 'fast-check';
import type { Client } from 'pg';
import type { TargetValue } from '../../../src/core/mapping/wire';
import type { Target } from '../../../src/core/ports/target';
import { aChunk, aLoaderContext, aLoadPlan, storedAs } from '../../support/postgres-load';
import { column } from '../../support/sql';
import { targetForAll } from '../../support/opened-target';
import { fromPostgres } from '../../support/server-version';

let client: Client;
let target: Target;

const opened = targetForAll();
beforeAll(async () => {
  ({ client, target } = await opened());
  await client.query(`set timezone = 'UTC'; set datestyle = 'ISO, YMD'; create type mood as enum ('sad', 'it''s ok')`);
});

const stored = (type: string, values: readonly TargetValue[]) => storedAs({ client, target }, type, values);

async function keeps(type: string, values: readonly TargetValue[], expected: readonly unknown[] = values) {
  const { texts, reasons } = await stored(type, values);
  expect(reasons).toEqual([]);
  expect(texts).toEqual(expected);
}

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${most - 1}}[1-9]$`));

describe('the binary encoders', () => {
  it('keep whole numbers to the last one of their range', async () => {
    await keeps('int2', ['-32768', '32767', '0', '-1', null]);
    await keeps('int4', ['-2147483648', '2147483647', 0, -1, 7], ['-2147483648', '2147483647', '0', '-1', '7']);
    const int8s = fc.sample(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), 300).map(String);
    const edges = [
      '9223372036854775807',
      '-9223372036854775808',
      '-1',
      '4294967296',
      '-4294967297',
      '9007199254740993',
    ];
    await keeps('int8', [...edges, ...int8s]);
  });

  it('keep decimals of any size exactly', async () => {
    const decimals = fc
      .tuple(fc.boolean(), digits(60), fc.option(fc.stringMatching(/^[0-9]{1,50}$/)))
      .map(([negative, whole, decimal]) => {
        const trimmed = whole.replace(/^0+(?=.)/, '');
        return `${negative ? '-' : ''}${trimmed}${decimal === null ? '' : `.${decimal}`}`;
      });
    const edges = ['0', '0.00', '0.0001', '10000', '99999999', '0.00010000', '12345678.90120', `0.${'0'.repeat(129)}1`];
    await keeps('numeric', [...edges, '9'.repeat(38), ...fc.sample(decimals, 500)]);
    await keeps(
      'numeric',
      ['1.5E-7', '1e+21', 1e21, '-.5', '007.10'],
      ['0.00000015', '1000000000000000000000', '1000000000000000000000', '-0.5', '7.10'],
    );
    await keeps('numeric(10,2)', ['1.5', '1.500', '-0', '99999999.99'], ['1.50', '1.50', '0.00', '99999999.99']);
  });

  it('keep floating-point numbers as JavaScript writes them', async () => {
    const doubles = fc
      .sample(fc.double({ noNaN: true, noDefaultInfinity: true }), 300)
      .filter((d) => !Object.is(d, -0));
    const { texts, reasons } = await stored('float8', doubles.map(String));
    expect(reasons).toEqual([]);
    expect(texts.map(Number)).toEqual(doubles);
    await keeps('float8', ['NaN', 'Infinity', '-inf'], ['NaN', 'Infinity', '-Infinity']);
    await keeps('float4', ['0.5', '-1e10', 0.25], ['0.5', '-1e+10', '0.25']);
  });

  it('keep every text that PostgreSQL can hold', async () => {
    const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 90 }), 500);
    const possible = texts.map((text) => text.replaceAll('\0', '').toWellFormed());
    await keeps('text', [...possible, '', ' ', '0', '\\N', '\\.', 'é'.repeat(70_000)]);
    await keeps('varchar(3)', ['äöü', '😀😀😀', '', 'ab ']);
    await keeps('char(3)', ['a', 'ab', 'abc', 'a     '], ['a', 'ab', 'abc', 'a']);
    await keeps('name', ['coil']);
  });

  it('keep bytes, flags, identifiers, documents and labels', async () => {
    const bytes = fc.sample(fc.uint8Array({ maxLength: 300 }), 50).map((array) => Buffer.from(array));
    await keeps(
      'bytea',
      bytes,
      bytes.map((buffer) => `\\x${buffer.toString('hex')}`),
    );
    await keeps('bool', [true, false, 't', 'false'], ['true', 'false', 'true', 'false']);
    const ids = fc.sample(fc.uuid(), 50);
    await keeps('uuid', ids);
    await keeps('uuid', [ids[0]!.replaceAll('-', '').toUpperCase()], [ids[0]]);
    await keeps('json', ['{"b": 1,  "a":"\\u0000"}', 'null']);
    await keeps('jsonb', ['{"b": 1,  "a":2}', '"ü"', 'null'], ['{"a": 2, "b": 1}', '"ü"', 'null']);
    await keeps('mood', ['sad', "it's ok", null]);
  });

  it('keep dates and moments from 4713 BC to beyond the year 9999', async () => {
    const dates = ['2000-01-01', '1999-12-31', '0001-01-01', '9999-12-31', '1900-02-28', '2000-02-29', '4713-01-01 BC'];
    await keeps('date', [...dates, '0001-12-31 BC', '5874897-12-31']);
    await keeps('date', ['2020-02-03 00:00:00'], ['2020-02-03']);
    const days = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    await keeps(
      'date',
      fc.sample(days, 300).map((date) => date.toISOString().slice(0, 10)),
    );
    const moments = fc.sample(days, 300).map((date) => date.toISOString().slice(0, 19).replace('T', ' '));
    await keeps('timestamp', [
      ...moments,
      '4713-01-01 00:00:00 BC',
      '294276-12-31 23:59:59.999999',
      '0001-01-01 12:00:00',
    ]);
    await keeps(
      'timestamp',
      ['2020-01-01 10:20:30.120000', '2020-01-01'],
      ['2020-01-01 10:20:30.12', '2020-01-01 00:00:00'],
    );
    await keeps(
      'timestamptz',
      ['2020-01-01 10:00:00+05:30', '2020-01-01 10:00:00', '2020-01-01T10:00:00Z', '0044-03-15 12:00:00-01 BC'],
      ['2020-01-01 04:30:00+00', '2020-01-01 10:00:00+00', '2020-01-01 10:00:00+00', '0044-03-15 13:00:00+00 BC'],
    );
    await keeps('time', ['00:00:00', '23:59:59.999999', '12:30:00.5']);
  });
});

describe('the checks before a COPY', () => {
  const refuses = async (type: string, values: readonly TargetValue[], reason: string): Promise<void> => {
    const { texts, reasons } = await stored(type, values);
    expect({ texts, reasons }).toEqual({ texts: [], reasons: values.map(() => reason) });
  };
  it.each<[string, readonly TargetValue[], string]>([
    ['int2', ['32768', '-32769'], 'out of range'],
    ['int8', ['9223372036854775808', '99999999999999999999'], 'out of range'],
    ['int4', ['', '-', '1.5', 'x', ' 1', 1.5, true], 'not a whole number'],
    ['numeric', ['', '.', '-', '1,5', '1e', 'NaN', '--1', '1.2.3', true], 'not a decimal number'],
    ['numeric(5,2)', ['0.001', '1.239'], 'more than 2 decimals'],
    ['numeric(5,2)', ['1000', '-1000.00'], 'out of range'],
    ['float4', ['1e39', '1e-60'], 'out of range'],
    ['float8', ['1e400', '1e-400'], 'out of range'],
    ['varchar(2)', ['abc', '😀😀😀', 'ab '], 'longer than 2 characters'],
    ['text', ['a\0b', '\0'.repeat(70)], 'NUL character'],
    ['text', ['\ud800', `${'x'.repeat(80)}\udc00`], 'unpaired surrogate'],
    ['bool', ['Y', 2], 'not a boolean'],
    ['bytea', ['text'], 'not bytes'],
    [
      'uuid',
      ['123', '', '0'.repeat(33), '0000000-00000-0000-0000-000000000000', 'g'.repeat(32), 'ü'.repeat(32)],
      'not a UUID',
    ],
    ['mood', ['glad'], 'not a value of the enumeration'],
    ['json', ['{', 'a b'], 'not JSON'],
    ['jsonb', ['"\\u0000"', '{"a":"\\\\\\u0000"}'], 'JSON with \\u0000 or an unpaired surrogate'],
    ['date', ['2021-02-30', '1900-02-29', '2020-13-01', '0000-01-01', '2020-00-10'], 'no such day or time'],
    ['date', ['2020-1-1', 'x', '20200101', '2020-01-01x'], 'not a date'],
    ['date', ['2020-01-01 10:00:00'], 'a time of day where only the date is kept'],
    ['date', ['4714-01-01 BC', '5874898-01-01'], 'out of range'],
    ['timestamp', ['2020-01-01 24:00:00', '2020-01-01 10:60:00', '2020-02-30 10:00:00'], 'no such day or time'],
    ['timestamp', ['2020-01-01 10:00:00+01'], 'a zone offset where none is kept'],
    ['timestamp', ['2020-01-01 10:00:00.1234567'], 'more than 6 decimals'],
    ['timestamp(3)', ['2020-01-01 10:00:00.1234'], 'more than 3 decimals'],
    ['timestamp', ['294277-01-01 00:00:00'], 'out of range'],
    ['time', ['24:00:00'], 'no such day or time'],
    ['int4 not null', [null], 'null where a value is required'],
  ])('refuse for %s the values %j', refuses);
  fromPostgres(15).each<[string, readonly TargetValue[], string]>([
    ['numeric(2,4)', ['1', '0.01'], 'out of range'],
    ['numeric(3,-2)', ['150'], 'more than -2 decimals'],
  ])('refuse for %s the values %j (a scale of PostgreSQL 15)', refuses);
});

describe('a table with a type that only the server can read', () => {
  it('goes through the staging table whole, other columns as in any other', async () => {
    const nasty = ['a\\b', 'tab\tnew\nline\rback\\N', '\\.', 'é', '', null];
    await client.query(
      'create table by_text (n int4 primary key, t text, span int4range, tags text[], price numeric(5,2))',
    );
    const rows = nasty.map((text, index) => [index, text, `[${index},9)`, '{a,"b c"}', '1.5']);
    const loader = await target.loader(aLoadPlan('by_text', ['n', 't', 'span', 'tags', 'price']), aLoaderContext());
    const result = await loader.load(
      aChunk('by_text', [
        ...rows,
        [6, 'x', null, null, '1.555'],
        [7, 'y', 'soon', null, null],
        [0, 'again', null, null, null],
      ]),
    );
    await loader.close();
    expect(result).toMatchObject({ inserted: 6, rejected: 3 });
    expect(await column(client, 'select t from by_text order by n')).toEqual(nasty);
    expect(await column(client, `select reason from cutover.reject where entity = 'by_text' order by ordinal`)).toEqual(
      ['more than 2 decimals', 'not a value of the type', 'duplicate key'],
    );
  });
});
