import fc from 'fast-check';
import type { Client } from 'pg';
import { canonicalNumber } from '../../../src/core/canonical/canonical-number';
import type { Target } from '../../../src/core/ports/target';
import { aChunk, aLoaderContext, aLoadPlan } from '../../support/postgres-load';
import { targetForAll } from '../../support/opened-target';

const ROWS = 600;

/** Digits enough or few enough that the shortest text of the stored number decides whether any was lost. */
const digits = (sure: number, lost: number) =>
  fc.oneof(
    fc.integer({ min: 1, max: sure }).chain((length) => digitsOf(length)),
    fc.integer({ min: lost, max: 25 }).chain((length) => digitsOf(length)),
  );
const digitsOf = (length: number) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.string({
        unit: fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
        minLength: length - 1,
        maxLength: length - 1,
      }),
      fc.nat(length),
    )
    .map(([first, rest, point]) => {
      // A zero at the end is no digit.
      const all = `${first}${rest}`.replace(/0$/, '7');
      return point === length ? all : `${all.slice(0, length - point)}.${all.slice(length - point)}`;
    });
const blanks = fc.string({ unit: fc.constantFrom('a', 'é', ' '), maxLength: 5 }).map((text) => text || 'b');
const members = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer()), { maxLength: 3 })
  .map((all) => `{${all.map(([name, value]) => `"${name}": ${value}`).join(', ')}}`);

let client: Client;
let target: Target;

const opened = targetForAll();
beforeAll(async () => {
  ({ client, target } = await opened());
  await client.query(`create table thing (id int4 primary key, single float4, double float8, code char(5), doc jsonb,
    exact numeric, scaled numeric(12, 2), words text, at timestamp(3))`);
});

describe('what columns take from values that they store', () => {
  it('is counted for each value that the target gives back otherwise, and for no other', async () => {
    const columns = ['id', 'single', 'double', 'code', 'doc', 'exact', 'scaled', 'words', 'at'];
    const sample = fc.sample(fc.tuple(digits(6, 10), digits(15, 18), blanks, members, digits(15, 18)), {
      numRuns: ROWS,
      seed: 7,
    });
    const rows = sample.map(([single, double, code, doc, exact], id) => {
      return [String(id), single, double, code, doc, exact, '1.50', ' a ', '2020-01-01 10:00:00.120'];
    });
    const loader = await target.loader(aLoadPlan('thing', columns), aLoaderContext());
    await loader.load(aChunk('thing', [...rows, rows[0] ?? []]));
    await loader.close();
    const stored = await client.query<Record<string, string>>(`select id::text, single::text, double::text,
      rpad(code::text, 5) as code, (select count(*) from jsonb_object_keys(doc))::text as doc, exact::text from thing`);
    const lost = (name: string, isOther: (given: string, kept: string) => boolean): number =>
      stored.rows.filter((row) => isOther(rows[Number(row['id'])]?.[columns.indexOf(name)] ?? '', row[name] ?? ''))
        .length;
    const byNumber = (given: string, kept: string): boolean => canonicalNumber(given) !== canonicalNumber(kept);
    const expected = {
      code: lost('code', (given, kept) => given.endsWith(' ') && given !== kept),
      doc: lost('doc', (given, kept) => (given.match(/:/g)?.length ?? 0) !== Number(kept)),
      double: lost('double', byNumber),
      single: lost('single', byNumber),
    };
    expect(lost('exact', byNumber)).toBe(0);
    const changes = await target.ledger.changes('run-1');
    expect(Object.fromEntries(changes.map(({ property, count }) => [property, count]))).toEqual(expected);
    expect(changes.map(({ kind }) => kind)).toEqual([
      'stored as char(5)',
      'stored as jsonb',
      'stored as double precision',
      'stored as real',
    ]);
    expect(stored.rowCount).toBe(ROWS);
  });
});
