import { createHash } from 'node:crypto';
import type { TargetValue } from '../../src/core/mapping/wire';

/** Text of that many characters that no compression makes much shorter; the same for the same seed. */
export function hardText(characters: number, seed: number | string): string {
  let text = '';
  for (let block = 0; text.length < characters; block++) {
    text += createHash('sha512').update(`${seed} ${block}`).digest('base64url');
  }
  return text.slice(0, characters);
}

export function nestedJson(depth: number, kind: 'array' | 'object' = 'array'): string {
  const [open, close] = kind === 'array' ? ['[', ']'] : ['{"a":', '}'];
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
}

/** Makes `raised(text)`, immutable, which raises that SQLSTATE for texts that begin with `bad`. */
export function raising(state: string): string {
  return `create function raised(value text) returns text language plpgsql immutable as $$
    begin if value like 'bad%' then raise exception 'no %', value using errcode = '${state}'; end if; return value; end $$;`;
}

/** A limit of the server's that single rows can exceed, over a table `public.bad (id, value)`. */
export interface RowLimit {
  readonly name: string;
  readonly ddl: string;
  readonly good: (n: number) => TargetValue;
  readonly bad: (n: number) => TargetValue;
  readonly says: string;
}

const plain = (n: number): string => `value ${n}`;
const table = (type: string, rest = ''): string => `create table bad (id int4 primary key, value ${type}${rest});`;
const long = (characters: number) => (n: number) => hardText(characters, n);
const INDEX = 'value | too long for an index | 54000';
const DEEP = 'value | nested too deeply for the target | 54001';

const SAID: Readonly<Record<string, string>> = { '53200': 'more memory needed than the target gives' };

export const ROW_LIMITS: readonly RowLimit[] = [
  { name: 'json', ddl: table('json'), good: () => nestedJson(20), bad: () => nestedJson(60_000), says: DEEP },
  { name: 'jsonb', ddl: table('jsonb'), good: () => nestedJson(20), bad: () => nestedJson(60_000), says: DEEP },
  {
    name: 'jsonb of objects, beside a type that goes by text',
    ddl: table('jsonb', `, net inet default '10.0.0.1', span int4range default '[1,2)'`),
    good: () => nestedJson(20, 'object'),
    bad: () => nestedJson(60_000, 'object'),
    says: DEEP,
  },
  { name: 'unique key', ddl: table('text', ' unique'), good: plain, bad: long(6_000), says: INDEX },
  { name: 'B-tree', ddl: `${table('text')} create index on bad (value)`, good: plain, bad: long(4_000), says: INDEX },
  {
    name: 'B-tree of two columns and one included',
    ddl: `${table('text', ', other text default repeat(md5(random()::text), 9)')} create index on bad (other, id) include (value)`,
    good: plain,
    bad: long(4_000),
    says: INDEX,
  },
  {
    name: 'B-tree over an expression',
    ddl: `${table('text')} create index on bad ((value || value))`,
    good: plain,
    bad: long(2_600),
    says: INDEX,
  },
  {
    name: 'B-tree with a condition',
    ddl: `${table('text')} create index on bad (value) where value <> 'x'`,
    good: plain,
    bad: long(4_000),
    says: INDEX,
  },
  {
    name: 'B-tree over bytes',
    ddl: `${table('bytea')} create index on bad (value)`,
    good: (n) => Buffer.from(String(n)),
    bad: (n) => Buffer.from(hardText(6_000, n), 'base64url'),
    says: INDEX,
  },
  {
    name: 'B-tree over an array whose text is shorter than its bytes',
    ddl: `${table('int8[]')} create index on bad (value)`,
    good: (n) => `{${n}}`,
    bad: (n) => `{${Array.from(hardText(4_000, n), (letter) => letter.charCodeAt(0) % 10).join(',')}}`,
    says: INDEX,
  },
  {
    name: 'GIN over elements',
    ddl: `${table('text[]')} create index on bad using gin (value)`,
    good: (n) => `{a${n},b}`,
    bad: (n) => `{short,${hardText(6_000, n)}}`,
    says: INDEX,
  },
  {
    name: 'GIN over a scalar',
    ddl: `create extension if not exists btree_gin; ${table('text')} create index on bad using gin (value)`,
    good: plain,
    bad: long(6_000),
    says: INDEX,
  },
  {
    name: 'GiST',
    ddl: `create extension if not exists btree_gist; ${table('text')} create index on bad using gist (value)`,
    good: plain,
    bad: long(20_000),
    says: INDEX,
  },
  {
    name: 'dimensions of an array',
    ddl: table('int4[]'),
    good: (n) => `{${n}}`,
    bad: () => `${'{'.repeat(7)}1${'}'.repeat(7)}`,
    says: 'value | not an array | 22P02',
  },
  {
    name: 'a generated tsvector',
    ddl: table('text', `, words tsvector generated always as (to_tsvector('simple', value)) stored`),
    good: plain,
    bad: (n) => Array.from({ length: 1_100 }, (_, at) => `w${n}x${at}${'z'.repeat(1_000)}`).join(' '),
    says: 'larger than the target can hold | 54000',
  },
  {
    name: 'a text that is generated too long',
    ddl: table('text', `, much text generated always as (repeat('x', length(value) * 100000)) stored`),
    good: () => '',
    bad: long(11_000),
    says: 'larger than the target can hold | 54000',
  },
  {
    name: 'a row with a value that is not to leave its page',
    ddl: `${table('text')} alter table bad alter value set storage plain`,
    good: long(8_000),
    bad: long(8_200),
    says: 'larger than the target can hold | 54000',
  },
  ...['0A000', '42804', '42883', '53200', 'XX000', 'MY001', '21000', '2201B', '54023'].map((state) => ({
    name: `SQLSTATE ${state} of an expression's function`,
    ddl: `${raising(state)} ${table('text')} create index on bad (raised(value))`,
    good: plain,
    bad: (n: number) => `bad ${n}`,
    says: `${SAID[state] ?? 'refused by the target'} | ${state}`,
  })),
];
