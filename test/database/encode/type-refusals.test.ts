import type { Client } from 'pg';
import type { TargetValue } from '../../../src/core/mapping/wire';
import type { Target } from '../../../src/core/ports/target';
import { storedAs } from '../../support/postgres-load';
import { targetForAll } from '../../support/opened-target';

let client: Client;
let target: Target;

const opened = targetForAll();
beforeAll(async () => {
  ({ client, target } = await opened());
  await client.query(`create type mood as enum ('sad', 'it''s ok');
    create domain price as numeric(9,2) check (value >= 0); create domain exact as int4 not null`);
});

const stored = (type: string, values: readonly TargetValue[]) => storedAs({ client, target }, type, values);

describe('values that a column would cut, round, complete or read in two ways', () => {
  it.each<[string, readonly (string | null)[], string]>([
    ['oid', ['-1', '4294967296'], 'out of range'],
    ['money', ['1.001', '0.005', '-0.009'], 'more than 2 decimals'],
    ['money', ['92233720368547758.08', '-92233720368547758.09'], 'out of range'],
    ['money', ['$1.50', '1,50', '1.234,5', ''], 'not a decimal number'],
    ['name', ['x'.repeat(64), 'é'.repeat(32)], 'longer than 63 bytes'],
    ['"char"', ['ab', 'é', '\\101'], 'not a single ASCII character'],
    ['timetz', ['10:00:00', '10:00:00.5', '23:59:59'], 'no zone offset where one is kept'],
    [
      'timetz',
      ['10:00', '10:00:00+16', '10:00:00 CET', '10:00:00+00:60'],
      'not a time of day with a zone offset (HH24:MI:SS+00:00)',
    ],
    ['timetz', ['24:00:00+00', '10:60:00+00'], 'no such day or time'],
    ['timetz(2)', ['10:00:00.123+00'], 'more than 2 decimals'],
    [
      'interval',
      [
        '-1 day 02:00:00',
        '-1 mons 3 days',
        '5',
        '02:03',
        '1.5 days',
        'P1.5D',
        '1',
        'soon',
        '',
        '1-12',
        '1 24:00:00',
        'P',
        'P1DT',
        '1 fortnight',
        '1 day ago',
        'infinity',
        '5 constructor',
        '7 __proto__',
      ],
      'not an interval, or one that can be read in two ways',
    ],
    ['interval', ['-002 03:00:00.123456789', '00:00:00.0000001', 'PT0.1234567S'], 'more than 6 decimals'],
    ['interval', ['+178956970-08', '-178956970-09', '+999999999-00', '3000000000 days'], 'out of range'],
    // All of its parts at one end of their range are how the server keeps infinity.
    ['interval', ['P-178956970Y-8M-2147483648DT-2562047788H-54.775808S'], 'out of range'],
    ['interval', ['P178956970Y7M2147483647DT2562047788H54.775807S'], 'out of range'],
    ['float8', ['constructor', '__proto__'], 'not a decimal number'],
    ['float4', ['constructor'], 'not a decimal number'],
    ['timestamptz', ['2024-01-01 00:00:00+05:99', '2024-01-01 00:00:00+05:30:60'], 'not a timestamp'],
    ['uuid', ['a0eebc99--9c0b-4ef8-bb6d-6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d--6bb9bd380a11'], 'not a UUID'],
    ['interval', ['9999999999 hours', '-9999999999:00:00'], 'out of range'],
    ['interval(0)', ['1.4 seconds', '+000 00:00:00.6', '-000 00:00:01.000001'], 'more than 0 decimals'],
    ['interval day to second(3)', ['+001 00:00:00.1234'], 'more than 3 decimals'],
    [
      'interval year to month',
      ['+001 00:00:00', '00:00:01', 'P1Y1D'],
      'parts of an interval below the month, the last that is kept',
    ],
    ['interval year', ['+0001-01'], 'parts of an interval below the year, the last that is kept'],
    ['interval day', ['+001 01:00:00'], 'parts of an interval below the day, the last that is kept'],
    ['interval day to hour', ['+001 01:30:00'], 'parts of an interval below the hour, the last that is kept'],
    [
      'interval hour to minute',
      ['00:00:01', '00:00:00.5'],
      'parts of an interval below the minute, the last that is kept',
    ],
    ['bit(3)', ['1', '1111', ''], 'not 3 bits'],
    ['bit varying(3)', ['1111'], 'more than 3 bits'],
    ['bit(3)', ['12', 'x07', "B'101'"], 'not a text of 0 and 1'],
    [
      'inet',
      [
        '10.1',
        '10.0.0.256',
        '010.0.0.1',
        '10.0.0.1/33',
        '::1/129',
        '::g',
        'fe80::1%eth0',
        '10.0.0.1/',
        '10.0.0.1/08',
        '::1/032',
      ],
      'not a network address',
    ],
    ['cidr', ['10.1.2.3/24', '2001:db8::1/64'], 'a host address where only the network is kept'],
    [
      'macaddr',
      ['08:00:2b:01:02', '08:00-2b:01:02:03', '08002b0102030405', 'g8:00:2b:01:02:03'],
      'not a hardware address',
    ],
    ['macaddr8', ['08:00:2b:01:02:03', '08002b010203'], 'not a hardware address'],
    ['numeric(5,1)[]', ['{1.25}', '{1.1,1.11}'], 'more than 1 decimals'],
    ['timestamp(0)[]', ['{"2020-01-01 10:00:00.5"}'], 'more than 0 decimals'],
    ['interval day to second(3)[]', ['{00:00:00.1234}'], 'more than 3 decimals'],
    ['varchar(3)[]', ['{abcd}', '{a,"ab  "}'], 'longer than 3 characters'],
    ['timetz[]', ['{10:00:00}'], 'no zone offset where one is kept'],
    [
      'int4[]',
      [
        '{1',
        '1',
        '{1}}',
        '{1,{2}}',
        '{{1},{2,3}}',
        '{{},{}}',
        '[0:3]={1,2}',
        '[1:1][1:1]={1}',
        '{1,}',
        '',
        '{{{{{{{1}}}}}}}',
        '[2]={1,2}',
        '[00:1]={1,2}',
        '[+0:1]={1,2}',
        '[2147483647:2147483647]={1}',
        '[4294967297:4294967297]={1}',
        '[-2147483649:-2147483649]={1}',
      ],
      'not an array',
    ],
    ['text[]', ['{a"b"}', '{"a"b}', '{a{b}', '{"a}'], 'not an array'],
    ['mood[]', ['{glad}', '{sad,NULL,glad}'], 'not a value of the enumeration'],
    ['json[]', ['{"{"}', '{"{}","x y"}'], 'not JSON'],
    ['jsonb[]', [String.raw`{"\"\\u0000\""}`], 'JSON with \\u0000 or an unpaired surrogate'],
    ['xml', ['<a>', '<a></b>'], 'not XML'],
    ['price[]', ['{-1}', '{1,NULL,-0.01}'], 'check price_check'],
    ['price', ['-1'], 'check price_check'],
    ['price[]', ['{0.001}'], 'more than 2 decimals'],
    ['exact[]', ['{NULL}'], 'null where a value is required'],
  ])('are refused for %s: %j', async (type, values, reason) => {
    const { texts, reasons } = await stored(type, values);
    expect({ texts, reasons }).toEqual({ texts: [], reasons: values.map(() => reason) });
  });

  it('do not take the good rows of their chunk with them', async () => {
    const { texts, reasons } = await stored('price[]', ['{1,2}', '{-1}', null, '{3}', '{0.001}', '{-2}']);
    expect(texts).toEqual(['{1.00,2.00}', null, '{3.00}']);
    expect(reasons).toEqual(['check price_check', 'more than 2 decimals', 'check price_check']);
  });
});

describe('money', () => {
  it('has as many decimals as the database gives it, wherever its text has its point', async () => {
    const { texts, reasons } = await stored('money', ['-1234567.89', '0.05', '7', '-0.5', '92233720368547758.07']);
    expect(reasons).toEqual([]);
    expect(texts).toEqual(['-$1,234,567.89', '$0.05', '$7.00', '-$0.50', '$92,233,720,368,547,758.07']);
  });
});
