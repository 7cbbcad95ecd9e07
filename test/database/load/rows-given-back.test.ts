import type { Client } from 'pg';
import { reservedColumns } from '../../../src/core/checks/reserved-columns';
import type { OrphanRule, Target } from '../../../src/core/ports/target';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import type { FreshDatabase } from '../../support/databases';
import { targetForEach } from '../../support/opened-target';
import { aChunk, aLoaderContext, aLoadPlan, A_RUN } from '../../support/postgres-load';
import { column } from '../../support/sql';

let database: FreshDatabase;
let client: Client;
let target: Target;

/** Names that two schemas have, so that the search path decides which is meant. */
const opened = targetForEach(`
  create schema other; create table public.both_have (id int4); create table other.both_have (id int4);
  create domain document as xml; create domain documents as document[];
  create type part as (n int4, doc xml, docs document[], relation regclass);
  create domain parts as part[]; create type assembly as (name text, parts parts);
  create table parent (id int4 primary key);
  create table kept (id int4 primary key, parent_id int4 references parent, gone text)`);
beforeEach(async () => {
  ({ database, client, target } = await opened());
});

const LATIN = `<?xml version="1.0" encoding="ISO-8859-1"?><a b="&quot;c,\\">é</a>`;
const ALONE = `<?xml version="1.0" standalone="yes"?>\n<a/>`;
const AFTER_BREAK = `\n<a/>`;

/** By type of a column: values of which the server's own text leaves something out, or depends on a setting. */
const SAMPLES: readonly (readonly [type: string, value: string])[] = [
  ...[LATIN, ALONE, AFTER_BREAK, `<?xml version="1.0"?><a/>`].map((text) => ['xml', `$x$${text}$x$`] as const),
  ['document', `$x$${LATIN}$x$`],
  ['xml[]', `array[null, $x$${LATIN}$x$, $x$${ALONE}$x$]::xml[]`],
  ['xml[]', `'[0:1][3:3]={{"<?xml version=\\"1.0\\"?><a/>"},{NULL}}'`],
  ['xml[]', `'{}'`],
  ['documents', `array[$x$${LATIN}$x$]::documents`],
  ['part', `row(1, $x$${LATIN}$x$, array[$x$${ALONE}$x$, null]::document[], 'public.both_have')::part`],
  ['part', `row(null, null, null, null)::part`],
  ['part', `null`],
  ['part[]', `array[row(1, $x$${LATIN}$x$, null, null), null, row(null, null, null, null)]::part[]`],
  [
    'part[]',
    `'[2:3][0:1]={{"(1,\\"<?xml version=\\"\\"1.0\\"\\"?><a/>\\",,)",NULL},{"(2,,,public.both_have)","(,,,)"}}'`,
  ],
  ['part[]', `'{}'`],
  [
    'assembly',
    `row('"a\\,', array[row(1, $x$${LATIN}$x$, array[$x$${ALONE}$x$]::document[], null)]::part[])::assembly`,
  ],
  ['regclass', `'public.both_have'`],
  ['regclass[]', `'{public.both_have,-}'`],
  ['regtype', `'public.part'`],
  ['float8', `'0.1'::float8 + '0.2'::float8`],
  ['float4', `'3.4028235e38'`],
  ['interval', `'-1 mon +3 days -00:00:00.000001'`],
  ['timestamptz', `'2024-02-03 04:05:06.000007+00'`],
  ['date', `'2024-02-03'`],
  ['bytea', `'\\x5c00ff'`],
];
const names = SAMPLES.map((_, nth) => `s${nth}`);

/** Settings that have a part in what a text says or means. */
const SETTINGS: Readonly<Record<string, string>> = {
  search_path: 'other, public',
  datestyle: 'SQL, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Asia/Kolkata',
  bytea_output: 'escape',
  extra_float_digits: '-10',
  xmlbinary: 'hex',
  xmloption: 'document',
  array_nulls: 'off',
};

/** Every bit of what is stored: the server compares the bytes of two rows. */
const differing = (): Promise<unknown[]> =>
  column(client, 'select f.id from former f join kept k using (id) where not (k.* *= f.*) order by id');

async function overwriteRows(): Promise<void> {
  const columns = SAMPLES.map(([type], nth) => `add s${nth} ${type}`).join(', ');
  const values = SAMPLES.map(([, value]) => value).join(', ');
  await client.query(`alter table kept drop gone, ${columns}; insert into parent values (1);
    insert into kept (id, parent_id, ${names.join(', ')}) select id, 1, ${values} from generate_series(1, 2) id;
    create table former (like kept); insert into former select * from kept`);
  await target.ledger.createRun(A_RUN);
  await target.ledger.savePlan('run-1', 'kept', { strategy: 'all', chunks: [{ kind: 'all' }] });
  await target.setForeignKeysAside('run-1', [{ schema: 'public', name: 'kept' }]);
  const conflicts = { policy: 'update', rowsBefore: 2 } as const;
  const loader = await target.loader({ ...aLoadPlan('kept', ['id', 'parent_id', 's0']), conflicts }, aLoaderContext());
  const rows = ['1', '77'].map((parent, nth) => [String(nth + 1), parent, '<new/>']);
  expect(await loader.load(aChunk('kept', rows))).toMatchObject({ updated: 2 });
  await loader.close();
  expect(await differing()).toEqual([1, 2]);
  const { pathname } = new URL(database.url);
  for (const [name, value] of Object.entries(SETTINGS)) {
    await client.query(
      `alter database ${pathname.slice(1)} set ${name} to ${name === 'search_path' ? value : `'${value}'`}`,
    );
  }
}

/** Of the parent's key: row 2 is an orphan. */
function orphanRule(): OrphanRule {
  const parent = { schema: 'public', name: 'parent' };
  const foreignKey = { name: 'any', columns: ['parent_id'], parent, parentColumns: ['id'] };
  const table = { schema: 'public', name: 'kept' };
  return { entity: 'kept', table, foreignKey, policy: 'reject', property: 'parent', keyColumns: ['id'], rowsBefore: 2 };
}

it('rows that a load has overwritten come back to the byte, by an orphan policy and by a reset, whatever has been set meanwhile', async () => {
  await overwriteRows();
  const later = await openPostgresTarget({ url: database.url });
  try {
    expect(await later.restoreForeignKeys('run-1', [orphanRule()])).toMatchObject([{ orphans: 1 }]);
    expect(await differing()).toEqual([1]);
    await later.reset({ runId: 'run-1', scope: 'all', changed: 'refuse', edited: 'refuse' }, () => undefined);
    expect(await differing()).toEqual([]);
    expect(await column(client, 'select count(*) from kept')).toEqual(['2']);
  } finally {
    await later.close();
  }
});

it('rows come back to a table that has columns with names of temporary ones; names that a load cannot do with are reported', async () => {
  await client.query(`create table taken (id int4 primary key, cutover_writer text, cutover_target text,
      cutover_writer_ text generated always as ('of ' || cutover_target) stored);
    insert into taken values (1, 'a writer', 'a target')`);
  await target.ledger.createRun(A_RUN);
  await target.ledger.savePlan('run-1', 'taken', { strategy: 'all', chunks: [{ kind: 'all' }] });
  const conflicts = { policy: 'update', rowsBefore: 1 } as const;
  const columns = ['id', 'cutover_writer', 'cutover_target'];
  const loader = await target.loader({ ...aLoadPlan('taken', columns), conflicts }, aLoaderContext());
  expect(
    await loader.load(
      aChunk('taken', [
        ['1', 'another', 'one'],
        ['2', 'new', 'row'],
      ]),
    ),
  ).toMatchObject({ updated: 1 });
  await loader.close();
  await target.reset({ runId: 'run-1', scope: 'all', changed: 'refuse', edited: 'refuse' }, () => undefined);
  expect(await column(client, 'select taken::text from taken')).toEqual(['(1,"a writer","a target","of a target")']);

  await client.query('alter table taken add cutover_ordinal int4, add cutover_updates bool');
  const table = await target.table({ schema: 'public', name: 'taken' });
  expect(reservedColumns('taken', table)).toMatchObject([
    {
      code: 'TARGET_COLUMN_RESERVED',
      level: 'error',
      message: expect.stringContaining('cutover_ordinal, cutover_updates') as string,
    },
  ]);
});
