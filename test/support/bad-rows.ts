import type { TargetRow, TargetValue } from '../../src/core/mapping/wire';

/** One way in which a target refuses a row: a table `public.bad` with the key `id` and a column `value`, and values for it. */
export interface BadKind {
  readonly name: string;
  readonly ddl: string;
  /** For the row of that number; every one different. */
  readonly good: (n: number) => TargetValue;
  readonly bad: (n: number) => TargetValue;
  /** What the reject of a bad row says: property, reason, SQLSTATE. */
  readonly says: string;
}

const text = (n: number): string => `value ${n}`;
const REFUSE = `create function refuse() returns trigger language plpgsql as $$
  begin if new.value like 'bad%' then raise exception 'no % here', new.value; end if; return new; end $$;`;

/** Bad rows that repeat another's value repeat that of the row before. */
export const BAD_KINDS: readonly BadKind[] = [
  {
    name: 'unique',
    ddl: 'create table bad (id int4 primary key, value text unique)',
    good: text,
    bad: (n) => text(n - 1),
    says: 'value | duplicate key | 23505',
  },
  {
    name: 'unique by a collation of its own',
    ddl: 'create table bad (id int4 primary key, value text collate "C" unique)',
    good: text,
    bad: (n) => text(n - 1),
    says: 'value | duplicate key | 23505',
  },
  {
    name: 'unique index over an expression',
    ddl: 'create table bad (id int4 primary key, value text); create unique index on bad (lower(value))',
    good: text,
    bad: (n) => text(n - 1).toUpperCase(),
    says: 'duplicate key | 23505',
  },
  {
    name: 'check',
    ddl: 'create table bad (id int4 primary key, value int4 constraint positive check (value >= 0))',
    good: String,
    bad: (n) => String(-n),
    says: 'value | check positive | 23514',
  },
  {
    name: 'check over what the database fills in',
    ddl: `create table bad (id int4 primary key, value int4, twice int4 generated always as (value * 2) stored,
      constraint positive check (twice >= 0))`,
    good: String,
    bad: (n) => String(-n),
    says: 'check positive | 23514',
  },
  {
    name: 'foreign key',
    ddl: `create table parent (id int4 primary key); insert into parent select generate_series(0, 99);
      create table bad (id int4 primary key, value int4 constraint to_parent references parent)`,
    good: (n) => String(n % 100),
    bad: (n) => String(n + 100),
    says: 'value | no parent for to_parent | 23503',
  },
  {
    name: 'exclusion',
    ddl: `create table bad (id int4 primary key, value int4range, constraint apart exclude using gist (value with &&))`,
    good: (n) => `[${3 * n},${3 * n + 2})`,
    bad: (n) => `[${3 * n - 3},${3 * n - 1})`,
    says: 'value | exclusion apart | 23P01',
  },
  {
    name: 'not null',
    ddl: 'create table bad (id int4 primary key, value text not null)',
    good: text,
    bad: () => null,
    says: 'value | null where a value is required | 23502',
  },
  {
    name: 'not null within a domain',
    ddl: 'create domain filled as text not null; create table bad (id int4 primary key, value filled)',
    good: text,
    bad: () => null,
    says: 'value | null where a value is required | 23502',
  },
  {
    name: 'numeric scale',
    ddl: 'create table bad (id int4 primary key, value numeric(9,2))',
    good: (n) => `${n}.25`,
    bad: (n) => `${n}.125`,
    says: 'value | more than 2 decimals | 22003',
  },
  {
    name: 'numeric range',
    ddl: 'create table bad (id int4 primary key, value int2)',
    good: (n) => String(n % 32_768),
    bad: (n) => String(32_768 + n),
    says: 'value | out of range | 22003',
  },
  {
    name: 'date range',
    ddl: 'create table bad (id int4 primary key, value timestamp)',
    good: (n) => `20${String(n % 90).padStart(2, '0')}-01-31 10:20:30`,
    bad: () => '300000-01-01 00:00:00',
    says: 'value | out of range | 22008',
  },
  {
    name: 'encoding',
    ddl: 'create table bad (id int4 primary key, value text)',
    good: text,
    bad: (n) => `a\0${n}`,
    says: 'value | NUL character | 22021',
  },
  {
    name: 'too long',
    ddl: 'create table bad (id int4 primary key, value varchar(12))',
    good: text,
    bad: (n) => `much too long ${n}`,
    says: 'value | longer than 12 characters | 22001',
  },
  {
    name: 'domain check',
    ddl: `create domain even as int4 constraint is_even check (value % 2 = 0); create table bad (id int4 primary key, value even)`,
    good: (n) => String(2 * n),
    bad: (n) => String(2 * n + 1),
    says: 'value | check is_even | 23514',
  },
  {
    name: 'enumeration',
    ddl: `create type mood as enum ('sad', 'glad'); create table bad (id int4 primary key, value mood)`,
    good: (n) => (n % 2 === 0 ? 'sad' : 'glad'),
    bad: (n) => `Sad${n}`,
    says: 'value | not a value of the enumeration | 22P02',
  },
  {
    name: 'type that the server parses',
    ddl: 'create table bad (id int4 primary key, value inet)',
    good: (n) => `10.0.${n >> 8}.${n & 255}`,
    bad: (n) => `999.0.0.${n}`,
    says: 'value | not a network address | 22P02',
  },
  {
    name: 'partition',
    ddl: `create table bad (id int4 primary key, value text) partition by range (id);
      create table bad_low partition of bad for values from (0) to (500000)`,
    good: text,
    bad: text,
    says: 'no partition for it | 23514',
  },
  {
    name: 'trigger',
    ddl: `create table bad (id int4 primary key, value text); ${REFUSE}
      create trigger refuse before insert on bad for each row execute function refuse()`,
    good: text,
    bad: (n) => `bad ${n}`,
    says: 'refused by a trigger | P0001',
  },
];

/** `rows` rows with `bad` of them scattered evenly; which they are. */
export function rowsWithBad(kind: BadKind, { rows, bad }: { readonly rows: number; readonly bad: number }): BadRows {
  const every = bad === 0 ? Number.POSITIVE_INFINITY : Math.floor(rows / bad);
  const guilty = Array.from({ length: bad }, (_, nth) => nth * every + (every >> 1));
  const set = new Set(guilty);
  const all = Array.from({ length: rows }, (_, n): TargetRow => {
    const isBad = set.has(n);
    const id = isBad && kind.name === 'partition' ? 1_000_000 + n : n;
    return [id, isBad ? kind.bad(n) : kind.good(n)];
  });
  return { rows: all, guilty };
}

export interface BadRows {
  readonly rows: readonly TargetRow[];
  readonly guilty: readonly number[];
}
