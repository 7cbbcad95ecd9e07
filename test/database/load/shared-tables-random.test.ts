import fc from 'fast-check';
import {
  sliceOf,
  startPeople,
  TABLE_OF,
  type LegacyPerson,
  type PeopleStandin,
  type Recognised,
  type SharedPeople,
} from '../../support/shared-people';
import type { OrphanPolicy } from '../../../src/core/mapping/table-mapping';
import { NO_DESK, PeopleModel, type Damage, type ModelSlice } from '../../support/shared-people-model';
import { removeTemporaryFolders } from '../../support/temporary-folder';
import { variantCount } from '../../support/variants';

const SIZE = 9;
/** In `npm test` they are shorter as well. */
const WIDE = process.env['CUTOVER_VARIANTS'] !== undefined;
const VARIANTS = variantCount({ suite: 5, all: 20 });
const PEOPLE: LegacyPerson[] = Array.from({ length: SIZE }, (_, at) => ({
  id: at + 1,
  kind: 'P',
  name: `name ${at + 1}`,
  desk: at % 3 === 2 ? NO_DESK : at % 3 === 1 ? 1 : null,
}));

type Step =
  | { readonly kind: 'damage'; readonly of: readonly { readonly row: number; readonly how: Damage }[] }
  | { readonly kind: 'add' | 'repair' | 'retry' }
  | { readonly kind: 'desk' };

interface Variant {
  readonly recognised: Recognised;
  readonly slices: readonly ModelSlice[];
  readonly steps: readonly Step[];
  readonly reset: number;
}

const policies = fc.constantFrom<OrphanPolicy>('reject', 'reject', 'null');
/** From where to where: apart, overlapping, one within the other, the same, one of nothing; or anything. */
const bounds = fc.oneof(
  fc.constantFrom([1, 5, 6, 9], [1, 6, 4, 9], [1, 9, 4, 6], [1, 9, 1, 9], [2, 1, 3, 8], [3, 9, 1, 4]),
  fc.tuple(...[1, 2, 3, 4].map(() => fc.integer({ min: 1, max: SIZE }))),
);
const slices: fc.Arbitrary<readonly ModelSlice[]> = fc
  .tuple(bounds, policies, policies)
  .map(([[from = 1, to = 1, start = 1, end = 1], ...orphans]) => [
    { entity: 'first', first: from, last: to, orphans: orphans[0] },
    { entity: 'second', first: start, last: end, orphans: orphans[1] },
  ]);
const damage: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('damage' as const),
  of: fc.array(fc.record({ row: fc.nat(99), how: fc.constantFrom<Damage>('update', 'touch', 'delete') }), {
    minLength: 1,
    maxLength: 4,
  }),
});
const other: fc.Arbitrary<Step> = fc.record({ kind: fc.constantFrom('add', 'repair', 'retry', 'desk') });
const variants = fc
  .sample(
    fc.record({
      recognised: fc.constantFrom<Recognised>('primary key', 'legacy key', 'whole row'),
      slices,
      steps: WIDE ? fc.tuple(damage, fc.oneof(damage, other), other) : fc.tuple(damage, other),
      reset: fc.nat(1),
    }),
    { seed: 20261201, numRuns: VARIANTS },
  )
  .map((variant, at) => ({ ...variant, title: titleOf(variant, at) }));

function titleOf({ recognised, slices, steps }: Variant, at: number): string {
  const parts = slices.map(({ first, last, orphans }) => (first > last ? 'none' : `${first} to ${last}, ${orphans}`));
  return `${at + 1}: ${parts.join('; ')}; by ${recognised}; ${steps.map(({ kind }) => kind).join(', ')}`;
}

let people: PeopleStandin;

beforeAll(async () => {
  people = await startPeople(PEOPLE);
});
afterAll(async () => {
  removeTemporaryFolders();
  await people.stop();
});

describe('two mappings at random of one table', () => {
  it.each(variants)('hold each row for the entity that it was written for: $title', async (variant) => {
    const { recognised, slices, steps } = variant;
    const model = new PeopleModel(recognised, slices, PEOPLE);
    const target = await people.target(
      slices.map(({ entity, first, last, orphans }) =>
        sliceOf({ entity, where: `ID BETWEEN ${first} AND ${last}`, recognised, orphans }),
      ),
      'insert into desk values (1)',
    );
    const run = await target.migrate();
    if (WIDE) await expectAsModel(target, recognised, model);
    else await expectRows(target, recognised, model);
    for (const step of steps) {
      await take(step, { target, variant, model });
      await expectAsModel(target, recognised, model);
    }
    const going = slices[variant.reset]?.entity ?? '';
    const left = model.reset(going);
    expect((await target.reset(run, [going], 'leave'))[going] ?? 0).toBe(left);
    await expectAsModel(target, recognised, model);
  });
});

async function expectRows(target: SharedPeople, recognised: Recognised, model: PeopleModel): Promise<void> {
  const columns = recognised === 'whole row' ? 'null' : 'id';
  const { rows } = await target.client.query<{ row: unknown[] }>(
    `select json_build_array(${columns}, kind, name, desk_id) as row from ${TABLE_OF[recognised]}`,
  );
  const expected = model.rows.map(({ id, kind, name, desk }) => [
    recognised === 'whole row' ? null : id,
    kind,
    name,
    desk,
  ]);
  const texts = (found: readonly unknown[]): string[] => found.map((row) => JSON.stringify(row)).sort();
  expect(texts(rows.map(({ row }) => row))).toEqual(texts(expected));
}

async function expectAsModel(target: SharedPeople, recognised: Recognised, model: PeopleModel): Promise<void> {
  await expectRows(target, recognised, model);
  const compared = await target.compared();
  expect(Object.fromEntries(Object.entries(compared).map(([entity, { counts }]) => [entity, counts]))).toEqual(
    model.compared(),
  );
}

interface Taking {
  readonly target: SharedPeople;
  readonly variant: Variant;
  readonly model: PeopleModel;
}

async function take(step: Step, { target, variant, model }: Taking): Promise<void> {
  const { recognised, slices } = variant;
  const { client } = target;
  const table = TABLE_OF[recognised];
  if (step.kind === 'damage') {
    for (const { row: number, how } of step.of) {
      const rows = model.damageable();
      const row = rows[number % Math.max(1, rows.length)];
      if (row === undefined) continue;
      const { name, kind, id } = row;
      const where = recognised === 'whole row' ? 'name = $1 and kind = $2' : 'id = $1 and kind = $2';
      const told = [recognised === 'whole row' ? name : id, kind];
      const now = model.damage(row, how);
      if (how === 'delete') await client.query(`delete from ${table} where ${where}`, told);
      else await client.query(`update ${table} set name = $3 where ${where}`, [...told, now]);
    }
  } else if (step.kind === 'add') {
    model.add(101);
    const id = recognised === 'whole row' ? ['', ''] : ['id, ', '101, '];
    await client.query(`insert into ${table} (${id[0]}kind, name) values (${id[1]}'app', 'added')`);
  } else if (step.kind === 'repair') {
    const list = await target.listed();
    model.repair();
    await target.repair(list);
  } else {
    // Where references were cleared, the comparison would want them back.
    if (step.kind === 'desk' && slices.every(({ orphans }) => orphans === 'reject')) {
      await client.query('insert into desk values ($1)', [NO_DESK]);
      model.hasDesk = true;
    }
    model.retry();
    await target.retry();
  }
}
