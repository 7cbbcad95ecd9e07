import fc from 'fast-check';
import type { Client } from 'pg';
import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { Project } from '../../../src/app/project/databases';
import { runValidation, type ValidationResult } from '../../../src/app/run-validation';
import type { Emit } from '../../../src/core/run/events';
import type { TableMapping } from '../../../src/core/mapping/table-mapping';
import { legacyTable, type MappingOptions } from '../../../src/core/mapping/legacy-table';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer } from '../../../src/core/transforms';
import { validationReport } from '../../../src/report/screen/validation';
import { AccountModel, type Statement } from '../../support/comparison-account-model';
import {
  accountVariant,
  LEGACY,
  slicesOf,
  WIDTH,
  type AccountVariant,
  type Table,
  type Writer,
} from '../../support/comparison-account-variants';
import { load } from '../../support/load';
import { startOneTarget, type OneTarget } from '../../support/one-target';
import { variantCount } from '../../support/variants';
import { column, connected } from '../../support/sql';

@Entity('person')
class Person {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'varchar', length: WIDTH }) name!: string;
}
@Entity('entry')
class Entry {
  @PrimaryGeneratedColumn() nr!: number;
  @Column({ type: 'int' }) id!: number;
  @Column({ type: 'varchar', length: WIDTH }) name!: string;
}
const MAKING: Readonly<Record<Table, string>> = {
  person: `create table person (id int primary key, name varchar(${WIDTH}) not null, nr serial not null)`,
  entry: `create table entry (id int not null, name varchar(${WIDTH}) not null, nr serial primary key)`,
};

const { from, leftOut, mapTo } = legacyTable<{ ID: NumberText; NAME: string }>('PERSONS', { key: ['ID'] });
const FIELDS = { id: from('ID', integer), name: from('NAME') };
const NR = { nr: leftOut('numbered by the database') };

function mappingsOf(variant: AccountVariant): TableMapping[] {
  return slicesOf(variant).map(({ entity, first, last }) => {
    const options: MappingOptions<Person & Entry> = { entity, where: `ID BETWEEN ${first} AND ${last}` };
    if (variant.table === 'person') return mapTo(Person, FIELDS, options);
    return mapTo(Entry, { ...FIELDS, ...NR }, options);
  });
}

const VARIANTS = variantCount({ suite: 5, all: 20 });
const variants = fc
  .sample(accountVariant, { seed: 3249, numRuns: VARIANTS })
  .map((variant, at) => ({ ...variant, title: `${at + 1}, ${JSON.stringify(variant)}` }));

let target: OneTarget;

beforeAll(async () => {
  target = await startOneTarget(
    { ddl: ['CREATE TABLE PERSONS (ID NUMBER(9) PRIMARY KEY, NAME VARCHAR2(40))'] },
    { PERSONS: LEGACY.map(({ id, name }) => [id, name]) },
  );
});
afterAll(() => target.stop());

/** Chunks that are loaded, by entity. */
async function chunksLoaded(): Promise<Map<string, number>> {
  const { rows } = await target.client.query<{ entity: string; chunks: number }>(
    'select entity, count(*)::int as chunks from cutover.chunk_load group by entity',
  );
  return new Map(rows.map(({ entity, chunks }) => [entity, chunks]));
}

/** Commits once somebody waits for it, or when the work is done. */
async function committing(session: Client, work: Promise<unknown>): Promise<void> {
  const ended = new AbortController();
  const done = work.finally(() => {
    ended.abort();
  });
  const waiting = `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while (!ended.signal.aborted && (await column(target.client, waiting))[0] === '0') {
    await target.client.query('select pg_sleep(0.01)');
  }
  await session.query('commit');
  await done;
}

/** Begun, and with a number of its own. */
const BEGUN = 'begin; select txid_current()';
const ERRORS = ['COUNT_MISMATCH', 'ROWS_DIFFER'];

const ACCOUNT: Readonly<Record<NonNullable<AccountVariant['account']>, string>> = {
  'inserted less': 'inserted = inserted - 1',
  'skipped more': 'skipped = skipped + 1',
  'inserted as skipped': 'inserted = inserted - 1, skipped = skipped + 1',
};

describe('a comparison beside which others write to the table, at random', () => {
  const seen = new Set<string>();
  const sessions = new Map<Writer | 'held', Client>();

  beforeAll(async () => {
    for (const writer of ['older', 'beside', 'younger', 'held'] as const)
      sessions.set(writer, await connected(target.url));
  });
  afterAll(async () => {
    for (const session of sessions.values()) await session.end();
  });

  const of = (writer: Writer | 'held'): Client => sessions.get(writer) ?? target.client;
  const running = async (session: Client, statements: readonly Statement[]): Promise<void> => {
    for (const [sql, values] of statements) {
      const { rowCount } = await session.query(sql, [...values]);
      expect([sql, values, rowCount]).toEqual([sql, values, 1]);
    }
  };

  /** Loads, while the transactions of all writers but the last are open; by entity, how many chunks are of an SCN before the last. */
  async function loaded(project: Project, variant: AccountVariant, model: AccountModel): Promise<Map<string, number>> {
    const beside: Promise<unknown>[] = [];
    const emit: Emit = (name, facts) => {
      const isFirst = name === 'chunk:step' && (facts as { step: string }).step === 'fenced' && beside.length === 0;
      if (isFirst) beside.push(of('beside').query(BEGUN));
    };
    await of('older').query(BEGUN);
    const held = model.hold();
    await of('held').query('begin');
    if (held !== null) await running(of('held'), [held]);
    const request = { batchSize: variant.snapshots === 'two' ? 3 : 100, onConflict: variant.policy };
    let formerly = new Map<string, number>();
    if (variant.snapshots === 'two') {
      await load(project, request, { until: 'a chunk', emit });
      formerly = await chunksLoaded();
    }
    const resume = { resume: { snapshot: 'new' as const } };
    await committing(of('held'), load(project, variant.snapshots === 'two' ? resume : request, { emit }));
    await Promise.all(beside);
    model.load();
    return formerly;
  }

  async function edit(model: AccountModel, edits: AccountVariant['edits']): Promise<void> {
    // One transaction each: they do not wait for each other, and of which age they are is all that tells them apart.
    for (const writer of [...new Set(edits.map(({ by }) => by))]) {
      for (const one of edits.filter(({ by }) => by === writer)) await running(of(writer), model.edit(one));
      await of(writer).query('commit');
    }
    for (const session of sessions.values()) await session.query('commit');
  }

  const validated = (project: Project, { level }: AccountVariant): Promise<ValidationResult> =>
    runValidation(project, { entities: [], runId: null, level });

  const codesOf = ({ verdicts }: ValidationResult): Set<string> =>
    new Set(verdicts.flatMap(({ issues }) => issues.map(({ code }) => code)));

  /** Every edit of the account in the ledger is an error, whatever was done to the table. */
  async function editAccount(project: Project, variant: AccountVariant): Promise<void> {
    const edit = variant.account ?? 'inserted less';
    // Where a version of cutover has only counted what it skipped, it is looked for in the table: the ledger must have marks.
    const skipping = 'update cutover.chunk_load l set';
    const marked = 'where l.skipped > 0 and exists (select from cutover.skipped)';
    const edited =
      variant.snapshots === 'two' ? 0 : (await target.client.query(`${skipping} ${ACCOUNT[edit]} ${marked}`)).rowCount;
    if (edited === 0) await target.client.query(`${skipping} ${ACCOUNT['inserted less']}`);
    const found = await validated(project, variant);
    expect([...codesOf(found)]).toContain('COMPARISON_SHORT');
    expect(found.issues.map(({ code }) => code)).toContain('LEDGER_EDITED');
  }

  it.each(variants)('says of each row whose it is, and never loses one of the run: $title', async (variant) => {
    const model = new AccountModel(variant);
    await target.anew('drop table if exists person, entry', MAKING.person, MAKING.entry);
    await running(target.client, model.setUp());
    const project = target.project({ mappings: mappingsOf(variant), entities: [Person, Entry] });
    const formerly = await loaded(project, variant, model);
    const chunks = await chunksLoaded();
    await edit(model, variant.edits);
    const found = await validated(project, variant);
    const { exitCode } = validationReport(found.run.id, found.verdicts, found);
    for (const { entity, tally, comparison, issues } of found.verdicts) {
      if (model.failed.size > 0) continue;
      const { inserted, updated, skipped, rejected } = tally;
      const said = {
        tally: { inserted, updated, skipped, rejected },
        expected: comparison?.expected,
        skipped: comparison?.skipped,
        others: comparison?.others,
        counts: Object.fromEntries(Object.entries(comparison?.counts ?? {}).filter(([, rows]) => rows > 0)),
        codes: [...new Set(issues.map(({ code }) => code))].sort(),
      };
      const moved = { chunks: formerly.get(entity) ?? 0, of: chunks.get(entity) ?? 0 };
      expect([entity, said]).toEqual([entity, model.judged(entity, moved)]);
    }
    for (const code of [...codesOf(found), `exit ${exitCode}`]) seen.add(code);
    const isWrong = model.failed.size > 0 || ERRORS.some((code) => codesOf(found).has(code));
    expect([found.run.state, exitCode]).toEqual([model.failed.size > 0 ? 'failed' : 'complete', isWrong ? 3 : 0]);
    if (model.failed.size === 0 && variant.account !== null) await editAccount(project, variant);
  });

  it('comes to every end', () => {
    const ends = ['ACCOUNT_NOT_HELD', 'COUNT_MISMATCH', 'NOTHING_COMPARED', 'OTHERS_CHANGED', 'ROWS_DIFFER'];
    const met = [...ends, 'exit 0', 'exit 3'].filter((end) => seen.has(end));
    expect(met.length).toBeGreaterThanOrEqual(variantCount({ suite: 4, all: ends.length + 2 }));
  });
});
