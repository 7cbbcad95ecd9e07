import { join } from 'node:path';
import fc from 'fast-check';
import { Client } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { runValidation } from '../../../src/app/run-validation';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer } from '../../../src/core/transforms';
import { runRepair } from '../../../src/app/run-repair';
import { writeDifferences } from '../../../src/files/differences';
import { readDifferences } from '../../../src/files/read-differences';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';
import { ARRAY_TYPES, distinct, SCALAR_TYPES, TYPES_DDL } from '../../support/stored-types';
import { connected } from '../../support/sql';
import { load } from '../../support/load';
import { QUIET } from '../../support/quiet';

/** One property for each type, filled in the rows of that type alone. */
const TYPES = [...SCALAR_TYPES, ...ARRAY_TYPES].map((each, index) => ({ ...each, property: `c${index}` }));
const PER_TYPE = 24;

@Entity('specimen')
class Specimen {
  @PrimaryColumn({ type: 'int' }) id!: number;
  /** From Oracle's own INTERVAL columns. */
  @Column({ type: 'interval', nullable: true }) months!: string | null;
  @Column({ type: 'interval', nullable: true }) seconds!: string | null;
}
for (const { property } of TYPES) Column({ type: 'text', nullable: true })(Specimen.prototype, property);

interface SpecimenRow {
  ID: NumberText;
  KIND: string;
  V: string | null;
  YM: string | null;
  DS: string | null;
}

function specimens() {
  const { from, computed, mapTo } = legacyTable<SpecimenRow>('SPECIMEN', { key: ['ID'] });
  const ofType = ({ property, type }: (typeof TYPES)[number]) => {
    const read = (kind: string, text: string | null) => {
      if (kind !== property || text === null) return null;
      return type === 'bytea' ? Buffer.from(text.slice(2), 'hex') : text;
    };
    return [property, computed(['KIND', 'V'] as const, `${property}@1`, read)] as const;
  };
  const sheet = { id: from('ID', integer), months: from('YM'), seconds: from('DS') };
  const all = { ...sheet, ...Object.fromEntries(TYPES.map(ofType)) };
  return mapTo(Specimen, all, { entity: 'specimen', validation: 'off' });
}

const DDL = [
  `CREATE TABLE SPECIMEN (ID NUMBER(10) NOT NULL PRIMARY KEY, KIND VARCHAR2(10) NOT NULL, V VARCHAR2(2000),
     YM INTERVAL YEAR(9) TO MONTH, DS INTERVAL DAY(9) TO SECOND(9))`,
];

/** Oracle's texts, and how PostgreSQL has to hold them. */
const INTERVALS = [
  ['YM', '+0001-02', '1 year 2 mons'],
  ['YM', '-0001-02', '-1 years -2 mons'],
  ['YM', '-0000-01', '-1 mons'],
  ['YM', '+178956970-07', '178956970 years 7 mons'],
  ['DS', '-002 03:00:00.000000000', '-2 days -03:00:00'],
  ['DS', '-000 00:00:00.000001000', '-00:00:00.000001'],
  ['DS', '+001 02:03:04.500000000', '1 day 02:03:04.5'],
  ['DS', '-999999999 23:59:59.999999000', '-999999999 days -23:59:59.999999'],
] as const;
const REJECTED = [
  ['YM', '+178956970-08', 'out of range'],
  ['DS', '-002 03:00:00.123456789', 'more than 6 decimals'],
] as const;

/** Settings that change how the server writes values; the comparison must not know them. */
const SETTINGS = [
  `datestyle = 'SQL, DMY'`,
  `intervalstyle = 'sql_standard'`,
  `bytea_output = 'escape'`,
  'extra_float_digits = -15',
  `timezone = 'Australia/Lord_Howe'`,
  `xmloption = 'document'`,
  'array_nulls = off',
];

let standin: LegacyStandin;
let database: FreshDatabase;
let client: Client;
const first = TYPES.length * PER_TYPE;

const project = () => ({
  mappings: [specimens()],
  entities: [Specimen],
  source: standin.settings,
  target: { url: database.url },
});

const compare = () => runValidation(project(), { entities: [], runId: null, level: 'rows' });

beforeAll(async () => {
  standin = await startTestStandin({ ddl: DDL });
  database = await freshDatabase();
  const rows = TYPES.flatMap(({ property, values }, index) => {
    return fc
      .sample(values, { numRuns: PER_TYPE, seed: 5 })
      .map((text, nth) => [index * PER_TYPE + nth, property, text]);
  });
  await standin.run({ sql: 'INSERT INTO SPECIMEN (ID, KIND, V) VALUES (:1, :2, :3)', rows });
  const intervals = [...INTERVALS, ...REJECTED];
  await standin.run({
    sql: 'INSERT INTO SPECIMEN (ID, KIND) VALUES (:1, :2)',
    rows: intervals.map((_, nth) => [first + nth, 'none']),
  });
  const legacy = await connected(standin.pgUrl);
  for (const [nth, [column, text]] of intervals.entries()) {
    await legacy.query(`update "LEGACY"."SPECIMEN" set "${column}" = $1 where "ID" = $2`, [text, first + nth]);
  }
  await legacy.end();
  client = await connected(database.url);
  const columns = TYPES.map(({ property, type }) => `${property} ${type}`);
  await client.query(
    `${TYPES_DDL}; create table specimen (id int4 primary key, months interval, seconds interval, ${columns.join(', ')})`,
  );
  const { rows: named } = await client.query<{ name: string }>('select current_database() as name');
  for (const setting of SETTINGS) await client.query(`alter database "${named[0]?.name}" set ${setting}`);
  const { outcome } = await load(project());
  expect(outcome?.state).toBe('complete');
});

afterAll(async () => {
  removeTemporaryFolders();
  await client.end();
  await database.drop();
  await standin.stop();
});

describe('the intervals of Oracle', () => {
  it('keep their sign for the whole value', async () => {
    const { rows } = await client.query<{ id: number; held: string }>(
      'select id, coalesce(months, seconds)::text as held from specimen where id >= $1 order by id',
      [first],
    );
    expect(rows.map(({ id, held }) => [id, held])).toEqual(INTERVALS.map(([, , held], nth) => [first + nth, held]));
  });

  it('are rejected where the column would round or could not hold them', async () => {
    const { rows } = await client.query<{ reason: string }>('select reason from cutover.reject order by ordinal');
    expect(rows.map(({ reason }) => reason)).toEqual(REJECTED.map(([, , reason]) => reason));
  });
});

describe('every type, damaged in every row', () => {
  /** Rows that were changed, by the property that was. */
  const damaged = new Map<string, string>();

  it('is found to be as expected before, whatever the settings of the server are', async () => {
    const { verdicts, findings } = await compare();
    expect(findings.flatMap(({ differences }) => differences)).toEqual([]);
    expect(verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    expect(findings[0]?.comparison.expected).toBe(first + INTERVALS.length);
  });

  it('can be damaged in one thing each', async () => {
    const chosen = fc.sample(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { numRuns: first, seed: 3 });
    for (const { property, type, sameBy } of TYPES) {
      const { rows } = await client.query<{ id: number; held: string; send: string }>(
        `select id, ${type.startsWith('money') ? `${property}::numeric${type.slice(5)}` : property}::text as held,
           (select typsend::text from pg_type t join pg_attribute a on a.atttypid = t.oid
            where a.attrelid = 'specimen'::regclass and a.attname = $1) as send
         from specimen where ${property} is not null order by id`,
        [property],
      );
      for (const { id, held, send } of rows) {
        const text = type.startsWith('money') ? `$1::numeric${type.slice(5)}::${type}` : `$1::${type}`;
        // An xml value is sent without the declaration that it is stored with.
        const judge = type.startsWith('xml') ? 'textsend' : send;
        const cast = type.startsWith('xml') ? `::text${type.slice(3)}` : '';
        const by = type === 'xml[]' ? 'array_send' : judge;
        const sql = `update specimen set ${property} = ${text}
          where id = $2 and ${distinct(sameBy, by)(`${property}${cast}`, `(${text})${cast}`)}`;
        if (await damage(sql, held, { id, seed: chosen[id] ?? 0 })) damaged.set(String(id), property);
      }
    }
    for (const [column, sql] of [
      ['months', 'months = -months'],
      ['seconds', 'seconds = -seconds'],
    ] as const) {
      const { rows } = await client.query<{ id: number }>(
        `update specimen set ${sql} where ${column} is not null and id >= ${first} returning id`,
      );
      for (const { id } of rows) damaged.set(String(id), column);
    }
    const perType = TYPES.map(({ property, type }) => [
      type,
      [...damaged.values()].filter((p) => p === property).length,
    ]);
    expect(perType.filter(([, count]) => Number(count) < 20)).toEqual([]);
  });

  it('is found to differ in exactly those rows, each in that property alone', async () => {
    const { findings, verdicts } = await compare();
    const found = findings.flatMap(({ differences }) => differences);
    expect(findings[0]?.comparison.unlocated).toBeNull();
    const named = new Map(found.map(({ targetKey, properties }) => [targetKey?.[0], properties.join()]));
    const unseen = [...damaged].filter(([id, property]) => named.get(id) !== property);
    expect(unseen.map(([id, property]) => [id, TYPES.find((each) => each.property === property)?.type])).toEqual([]);
    expect(named.size).toBe(damaged.size);
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(['different']));
    expect(verdicts.flatMap(({ issues }) => issues.map(({ code }) => code))).toEqual(['ROWS_DIFFER']);
  });
});

describe('a repair of every type', () => {
  it('puts every row right, and leaves nothing that differs', async () => {
    const { run, findings } = await compare();
    const path = join(temporaryFolder(), 'differences.json');
    await writeDifferences(path, { run, level: 'rows', findings });
    const { repair, validation } = await runRepair(project(), await readDifferences(path), QUIET);
    expect(repair.entities.map(({ left }) => left)).toEqual([0]);
    expect(validation.verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    expect((await compare()).findings.flatMap(({ differences }) => differences)).toEqual([]);
  });
});

/** Changes one thing after the other in the text, until the server takes one as another value. */
async function damage(sql: string, held: string, { id, seed }: { readonly id: number; readonly seed: number }) {
  for (const edited of edits(held, seed)) {
    try {
      const { rowCount } = await client.query(sql, [edited, id]);
      if (rowCount === 1) return true;
    } catch {
      // No value of the type: another edit is tried.
    }
  }
  return false;
}

const EDITS: readonly ((text: string, at: number) => string | null)[] = [
  (text, at) => text.slice(0, at) + text.slice(at).replace(/\d/, (digit) => String((Number(digit) + 1) % 10)),
  (text) => text.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 9) % 10)),
  (text) => (text.startsWith('-') ? text.slice(1) : `-${text}`),
  (text, at) => text.slice(0, at) + text.slice(at).replace(/[+-]/, (sign) => (sign === '-' ? '+' : '-')),
  (text, at) =>
    text.slice(0, at) +
    text.slice(at).replace(/[a-z]/i, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase())),
  (text, at) => `${text.slice(0, at)} ${text.slice(at)}`,
  (text) => `${text} `,
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at) => text.slice(0, at + 1) + text.slice(at),
  (text, at) =>
    text.slice(0, at) +
    text
      .slice(at, at + 2)
      .split('')
      .reverse()
      .join('') +
    text.slice(at + 2),
  (text, at) => text.slice(0, at) + text.slice(at).replace(/[01]/, (bit) => (bit === '0' ? '1' : '0')),
  (text) => text.replace(/^\{(.*?),(.*)\}$/s, '{$2,$1}'),
  (text) => text.replace(/^\{(.*)\}$/s, '{$1,NULL}'),
  (text) => text.replace(/^\[0:1\]=/, '[2:3]='),
  (text) => text.replace(/NULL/, '"NULL"'),
  (text) => ({ t: 'f', f: 't', sad: 'SAD', SAD: 'sad', NaN: '1', Infinity: '-Infinity', '{}': '{NULL}' })[text] ?? null,
  () => '',
  () => null,
];

/** All edits of a text in an order of the seed's; the last resort is null. */
function* edits(text: string, seed: number): Generator<string | null> {
  const at = text.length === 0 ? 0 : (seed >> 5) % text.length;
  const usual = EDITS.length - 1;
  // One row in twelve loses its value.
  if (seed % 12 === 0) yield null;
  for (let nth = 0; nth < usual; nth += 1) {
    const edited = EDITS[(seed + nth) % usual]?.(text, at) ?? null;
    if (edited !== null && edited !== text) yield edited;
  }
  yield null;
}
