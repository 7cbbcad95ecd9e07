import fc from 'fast-check';

/** A target type, values that its columns take, and how it is told whether two stored values are the same. */
export interface StoredTypeSample {
  readonly type: string;
  readonly values: fc.Arbitrary<string>;
  /** `bytes`: every difference in what is stored counts; `equal`: only what the server's `=` tells apart, as in `1.50` and `1.5`. */
  readonly sameBy: 'bytes' | 'equal';
}

/** Statements that some of the types need. */
export const TYPES_DDL = `create extension if not exists citext; create type mood as enum ('sad', 'SAD', 'it''s ok');
  create domain price as numeric(9,2) check (value > -1000000); create domain prices as numeric(9,2)[];
  create domain nap as interval day to second(3)`;

const pad = (size: number, length: number): string => String(size).padStart(length, '0');
const digits = (most: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^(0|[1-9][0-9]{0,${most - 1}})$`));
const sign = fc.constantFrom('', '', '-');
const joined = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(''));
const decimal = (whole: number, scale: number): fc.Arbitrary<string> =>
  joined(sign, digits(whole), fc.constant('.'), fc.stringMatching(new RegExp(`^[0-9]{1,${scale}}$`)));
const whole = (from: bigint, to: bigint): fc.Arbitrary<string> => fc.bigInt(from, to).map(String);
const words = fc
  .string({
    unit: fc.constantFrom('a', 'B', 'é', 'Ä', ' ', '0', '7', '🙂', '"', '\\', ',', '{', "'", '\t'),
    maxLength: 12,
  })
  .map((text) => text || 'x');
const plainWords = (least: number, most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom('a', 'B', 'c', 'D', '1', ' '), minLength: least, maxLength: most });
const fraction = (most: number): fc.Arbitrary<string> =>
  most === 0 ? fc.constant('') : fc.stringMatching(new RegExp(`^(|\\.[0-9]{1,${most}})$`));
const clock = (decimals: number): fc.Arbitrary<string> =>
  joined(
    fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59)).map((parts) => parts.map((part) => pad(part, 2)).join(':')),
    fraction(decimals),
  );
const day = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, date]) => `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}`);
const zone = fc.constantFrom('+00', '+02', '-05:00', '+05:30', '+14:00', '-00:44:30', 'Z', '-11:30');
const moment = (decimals: number): fc.Arbitrary<string> => joined(day, fc.constant(' '), clock(decimals));

/** Each part with a sign of its own, as PostgreSQL reads it whatever its settings. */
const worded = fc
  .tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -400, max: 400 }), sign, clock(6))
  .map(([months, days, minus, time]) => {
    const signed = (count: number): string => (count < 0 ? String(count) : `+${count}`);
    return `${signed(months)} mons ${signed(days)} days ${minus || '+'}${time}`;
  });
const iso = fc
  .tuple(digits(3), digits(2), digits(4), sign, digits(2), digits(2), fraction(6))
  .map(([y, m, d, minus, h, min, f]) => `P${y}Y${m}M${d}DT${minus}${h}H${minus}${min}M${minus}5${f}S`);
const yearsToMonths = fc.tuple(sign, digits(4), fc.nat(11)).map(([minus, y, m]) => `${minus || '+'}${y}-${pad(m, 2)}`);
const interval = fc.oneof(
  worded,
  iso,
  yearsToMonths,
  joined(sign, clock(6)),
  fc.constantFrom('1 week 2 hours', '1.5 secs', '3 Years', '90 MINUTES'),
);
/** What an `interval day to second(3)` takes. */
const dayToSecond = joined(digits(3), fc.constant(' days '), clock(3));

const four = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join('.'));
const group = fc.stringMatching(/^[0-9a-fA-F]{1,4}$/);
const six = fc.oneof(
  fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(':')),
  fc
    .tuple(fc.array(group, { minLength: 1, maxLength: 3 }), fc.array(group, { minLength: 1, maxLength: 3 }))
    .map(([a, b]) => `${a.join(':')}::${b.join(':')}`),
  four.map((address) => `::ffff:${address}`),
  fc.constantFrom('::', '::1', 'fe80::'),
);
const address = fc.oneof(
  joined(four, fc.constantFrom('', '/32', '/24', '/8', '/0')),
  joined(six, fc.constantFrom('', '/128', '/64', '/0')),
);
const network = fc.oneof(
  fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `${a}.${b}.0.0/16`),
  fc.tuple(group, group).map(([a, b]) => `${a}:${b}::/32`),
  four,
);
const hex = (count: number): fc.Arbitrary<string[]> =>
  fc.array(fc.stringMatching(/^[0-9a-fA-F]{2}$/), { minLength: count, maxLength: count });
const hardware = (bytes: number): fc.Arbitrary<string> =>
  fc.oneof(
    hex(bytes).map((pairs) => pairs.join(':')),
    hex(bytes).map((pairs) => pairs.join('-')),
    hex(bytes).map((pairs) => pairs.join('')),
    hex(bytes).map((pairs) => pairs.join('').replace(/(....)(?=.)/g, '$1.')),
  );
const bits = (least: number, most: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[01]{${least},${most}}$`));
const bytes = fc.uint8Array({ minLength: 1, maxLength: 20 }).map((array) => `\\x${Buffer.from(array).toString('hex')}`);
const json = fc.oneof(
  fc.json({ maxDepth: 3, noUnicodeString: true }).filter((text) => !text.includes('\\u0000')),
  fc.constantFrom('{"b": 1.5, "a":[1e2,  null]}', '12345678901234567890.125', '"ü"', '{"b":1,"a":{"c":true}}'),
);
const xml = fc.oneof(
  fc.tuple(plainWords(1, 5), digits(3)).map(([text, n]) => `<a n="${n}">${text}</a>`),
  digits(4).map((n) => `<?xml version="1.0" encoding="ISO-8859-1"?>\n<é>${n}</é>`),
  plainWords(1, 9),
);
const mood = fc.constantFrom('sad', 'SAD', "it's ok");
const number = fc.oneof(
  decimal(12, 9),
  whole(-(10n ** 30n), 10n ** 30n),
  fc.constantFrom('0', '0.000', '1E-30', '1e+30'),
);
const float = fc.oneof(decimal(9, 6), fc.constantFrom('0', 'NaN', 'Infinity', '1e-30', '1e30'));

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
/** The text of a list of such values, in the ways that PostgreSQL takes it. */
function listOf(element: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const item = fc.option(element, { freq: 6 }).map((text) => (text === null ? 'NULL' : quoted(text)));
  return fc.oneof(
    { weight: 6, arbitrary: fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => `{${items.join(',')}}`) },
    { weight: 1, arbitrary: fc.constant('{}') },
    { weight: 2, arbitrary: fc.tuple(item, item, item, item).map(([a, b, c, d]) => `{ {${a}, ${b}},{${c},${d}} }`) },
    { weight: 1, arbitrary: fc.tuple(item, item).map(([a, b]) => `[0:1]={${a},${b}}`) },
  );
}

const sample = (type: string, values: fc.Arbitrary<string>, sameBy: StoredTypeSample['sameBy'] = 'bytes') => ({
  type,
  values,
  sameBy,
});

export const SCALAR_TYPES: readonly StoredTypeSample[] = [
  sample('bool', fc.constantFrom('t', 'f', 'true', 'false')),
  sample('int2', whole(-32768n, 32767n)),
  sample('int4', whole(-(2n ** 31n), 2n ** 31n - 1n)),
  sample('int8', whole(-(2n ** 63n), 2n ** 63n - 1n)),
  sample('oid', whole(0n, 2n ** 32n - 1n)),
  sample('numeric', number, 'equal'),
  sample('numeric(9,2)', decimal(7, 2)),
  sample('price', decimal(5, 2)),
  sample('money', fc.oneof(decimal(15, 2), whole(-(10n ** 16n), 10n ** 16n))),
  sample('float4', decimal(4, 2), 'equal'),
  sample('float8', float, 'equal'),
  sample('text', words),
  sample(
    'varchar(12)',
    words.filter((text) => Array.from(text).length <= 12),
  ),
  sample('char(6)', plainWords(1, 6)),
  sample('name', words),
  sample('"char"', fc.stringMatching(/^[A-Za-z0-9]$/)),
  sample('citext', words),
  sample('mood', mood),
  sample('bytea', bytes),
  sample('bit(5)', bits(5, 5)),
  sample('bit varying(12)', bits(1, 12)),
  sample('date', day),
  sample('time', clock(6)),
  sample('time(2)', clock(2)),
  sample('timetz', joined(clock(6), zone)),
  sample('timetz(0)', joined(clock(0), zone)),
  sample('timestamp', moment(6)),
  sample('timestamp(3)', moment(3)),
  sample('timestamptz', joined(moment(6), zone)),
  sample('interval', interval),
  sample('interval(0)', joined(sign, clock(0))),
  sample('interval year to month', yearsToMonths),
  sample(
    'interval year',
    digits(4).map((years) => `P${years}Y`),
  ),
  sample(
    'interval day to minute',
    joined(
      digits(3),
      fc.constant(' days '),
      clock(0).map((text) => text.replace(/\d\d$/, '00')),
    ),
  ),
  sample('nap', dayToSecond),
  sample('uuid', fc.uuid()),
  sample('json', json),
  sample('jsonb', json, 'equal'),
  sample('xml', xml),
  sample('inet', address),
  sample('cidr', network),
  sample('macaddr', hardware(6)),
  sample('macaddr8', hardware(8)),
];

export const ARRAY_TYPES: readonly StoredTypeSample[] = [
  sample('int4[]', listOf(whole(-99999n, 99999n))),
  sample('numeric(5,1)[]', listOf(decimal(4, 1))),
  sample('float8[]', listOf(float), 'equal'),
  sample('money[]', listOf(decimal(6, 2))),
  sample('bool[]', listOf(fc.constantFrom('t', 'f', 'true'))),
  sample('text[]', listOf(fc.oneof(words, fc.constantFrom('NULL', 'null', '', ' ', '{}')))),
  sample('varchar(3)[]', listOf(plainWords(1, 3))),
  sample('char(3)[]', listOf(plainWords(1, 3))),
  sample('bytea[]', listOf(bytes)),
  sample('bit varying(5)[]', listOf(bits(1, 5))),
  sample('timestamp(0)[]', listOf(moment(0))),
  sample('timetz[]', listOf(joined(clock(6), zone))),
  sample('interval[]', listOf(interval)),
  sample('interval day to second(3)[]', listOf(dayToSecond)),
  sample('uuid[]', listOf(fc.uuid())),
  sample('inet[]', listOf(address)),
  sample('mood[]', listOf(mood)),
  sample('json[]', listOf(json)),
  sample('jsonb[]', listOf(json), 'equal'),
  sample('xml[]', listOf(xml)),
  sample('price[]', listOf(decimal(5, 2))),
  sample('prices', listOf(decimal(6, 2))),
];

/** SQL: what tells two stored values of the type apart. */
export function distinct(sameBy: StoredTypeSample['sameBy'], send: string): (a: string, b: string) => string {
  return sameBy === 'equal'
    ? (a, b) => `${a} is distinct from ${b}`
    : (a, b) => `${send}(${a}) is distinct from ${send}(${b})`;
}
