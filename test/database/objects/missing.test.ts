import type { Client } from 'pg';
import { DEFAULT_MIGRATION, runMigration } from '../../../src/app/run-migration';
import { runReport } from '../../../src/app/run-report';
import { runStatus } from '../../../src/app/run-status';
import { runValidation } from '../../../src/app/run-validation';
import { statusReport } from '../../../src/report/screen/status';
import { startAbis, type Abis } from '../../support/abis';
import { connected } from '../../support/sql';
import { QUIET } from '../../support/quiet';

let abis: Abis;
let client: Client;

beforeAll(async () => {
  abis = await startAbis({ scale: 0.01 });
  client = await connected(abis.project.target.url);
  await client.query(`create index coil_alloy on coil (alloy);
    create function mark() returns trigger language plpgsql as $$ begin return new; end $$;
    create trigger coil_mark before insert on coil for each row execute function mark();
    create rule coil_rule as on delete to coil where old.id < 0 do instead nothing`);
  await client.query(`comment on constraint "${(await keyOfCoil()).name}" on coil is 'as before'`);
  const { outcome } = await runMigration(
    abis.project,
    { ...DEFAULT_MIGRATION, rejectLimit: { kind: 'percent', percent: 100 } },
    QUIET,
  );
  expect(outcome?.state).toBe('complete');
});

afterAll(async () => {
  await client.end();
  await abis.stop();
});

/** What validate finds after a change of the target that is undone afterwards. */
async function foundAfter(change: string, undo: string): Promise<string[]> {
  await client.query(change);
  try {
    const { issues } = await runValidation(abis.project, { entities: [], runId: null });
    return issues.filter(({ code }) => code === 'OBJECTS_MISSING').map(({ message }) => message);
  } finally {
    await client.query(undo);
  }
}

const statementsIn = (hint = ''): string => /As the owner of the tables: (.*;)/.exec(hint)?.[1] ?? '';

/** All that a run has set aside and sequences of the target, as they are. */
async function stateOfTarget(): Promise<unknown> {
  const { rows } = await client.query({
    rowMode: 'array',
    text: `select 'key', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid), obj_description(oid) from pg_constraint where contype = 'f'
      union all select 'trigger', g.tgrelid::regclass::text, coalesce(k.conname, g.tgname)::text, g.tgenabled::text || g.tgfoid::regproc, null
        from pg_trigger g left join pg_constraint k on k.oid = g.tgconstraint
      union all select 'rule', ev_class::regclass::text, rulename::text, ev_enabled::text, null from pg_rewrite where rulename <> '_RETURN'
      union all select 'index', indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid) || indisvalid, null
        from pg_index where indrelid = 'coil'::regclass
      union all select 'sequence', schemaname, sequencename, last_value::text, null from pg_sequences where schemaname <> 'cutover' order by 1, 2, 3, 4`,
  });
  return rows;
}

const keyOfCoil = async (): Promise<{ readonly name: string; readonly definition: string }> => {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
     where contype = 'f' and conrelid = 'coil'::regclass order by conname limit 1`,
  );
  return rows[0] ?? { name: '', definition: '' };
};

/** Those have noted no definitions of triggers. */
async function asOfAnEarlierVersion(): Promise<void> {
  await client.query(`set cutover.seals = 'on';
    update cutover.journal set details = details - 'definition' - 'procedure'; reset cutover.seals`);
}

describe('what a run has brought back', () => {
  it('is in force after the run, and nothing is said', async () => {
    expect(await foundAfter('select', 'select')).toEqual([]);
  });

  it('is found to be missing by the validation at the end of the very run, in which its owner has dropped it', async () => {
    const url = await abis.anotherTarget();
    const owner = await connected(url);
    await owner.query('create function mark() returns trigger language plpgsql as $$ begin return new; end $$');
    await owner.query('create trigger coil_mark before insert on coil for each row execute function mark()');
    const dropping = () => owner.query('drop trigger if exists coil_mark on coil');
    const drops: Promise<unknown>[] = [];
    const { outcome, runIssues } = await runMigration(
      { ...abis.project, target: { url } },
      { ...DEFAULT_MIGRATION, rejectLimit: { kind: 'percent', percent: 100 } },
      {
        emit: (name) => {
          if (name === 'chunk:loaded') drops.push(dropping());
        },
        signal: new AbortController().signal,
        confirm: () => Promise.resolve(),
      },
    );
    await Promise.all(drops);
    await owner.end();
    expect(outcome?.state).toBe('complete');
    expect(runIssues.filter(({ level }) => level === 'error')).toMatchObject([
      { code: 'OBJECTS_MISSING', message: expect.stringContaining('trigger coil_mark of coil') as string },
    ]);
  });

  it('is found to be missing by validate, status and report where a foreign key is not there', async () => {
    const { name } = await keyOfCoil();
    await client.query(`alter table coil drop constraint "${name}"`);
    const status = await runStatus(abis.project.target, null);
    expect(status === null ? '' : statusReport(status.run, status.entities, status).output).toContain(
      'OBJECTS_MISSING',
    );
    const report = await runReport(abis.project.target, null);
    expect(report.issues.map(({ code }) => code)).toContain('OBJECTS_MISSING');
    expect(report.verdict.kind).not.toBe('proven');
    const hint = report.issues.find(({ code }) => code === 'OBJECTS_MISSING')?.hint ?? '';
    expect(hint).toContain(`alter table "public"."coil" add constraint "${name}" FOREIGN KEY`);
    const found = await foundAfter('select', statementsIn(hint));
    expect(found).toEqual([expect.stringContaining(`foreign key ${name} of coil`)]);
    expect(await foundAfter('select', 'select')).toEqual([]);
  });

  it('is found where a key that was valid is there without being so', async () => {
    const { name, definition } = await keyOfCoil();
    const found = await foundAfter(
      `alter table coil drop constraint "${name}"; alter table coil add constraint "${name}" ${definition} not valid`,
      `alter table coil validate constraint "${name}"`,
    );
    expect(found).toEqual([expect.stringContaining(name)]);
  });

  it.each([
    ['its table', () => Promise.resolve('coil')],
    [
      'the table that it refers to',
      async () => {
        const { name } = await keyOfCoil();
        const { rows } = await client.query<{ parent: string }>(
          `select confrelid::regclass::text as parent from pg_constraint where conrelid = 'coil'::regclass and conname = $1`,
          [name],
        );
        return rows[0]?.parent ?? '';
      },
    ],
  ])('is found where a key is valid and not in force, for the triggers of %s are disabled', async (_, tableOf) => {
    const [{ name }, table] = [await keyOfCoil(), await tableOf()];
    const found = await foundAfter(
      `alter table ${table} disable trigger all`,
      `alter table ${table} enable trigger all`,
    );
    expect(found).toEqual([expect.stringContaining(`foreign key ${name} of coil`)]);
    expect(await foundAfter('select', 'select')).toEqual([]);
  });

  it.each([
    [
      'index coil_alloy',
      'drop index coil_alloy; create table coil_alloy ()',
      'drop table coil_alloy; create index coil_alloy on coil (alloy)',
    ],
    [
      'index coil_alloy',
      `update pg_index set indisvalid = false where indexrelid = 'coil_alloy'::regclass`,
      `update pg_index set indisvalid = true where indexrelid = 'coil_alloy'::regclass`,
    ],
    ['index coil_alloy', 'drop index coil_alloy', 'create index coil_alloy on coil (alloy)'],
    ['trigger coil_mark', 'alter table coil disable trigger coil_mark', 'alter table coil enable trigger coil_mark'],
    ['rule coil_rule', 'alter table coil disable rule coil_rule', 'alter table coil enable rule coil_rule'],
  ])('is found where the %s is gone or off', async (what, change, undo) => {
    expect(await foundAfter(change, undo)).toEqual([expect.stringContaining(`${what} of coil`)]);
  });

  const key = async (): Promise<string> => `"${(await keyOfCoil()).name}"`;
  it.each<[string, () => Promise<string>]>([
    ['a key that is gone', async () => `alter table coil drop constraint ${await key()}`],
    [
      'a key that is there without being valid',
      async () => `alter table coil drop constraint ${await key()};
        alter table coil add constraint ${await key()} ${(await keyOfCoil()).definition} not valid;
        comment on constraint ${await key()} on coil is 'as before'`,
    ],
    ['a key whose triggers are off', () => Promise.resolve('alter table coil disable trigger all')],
    ['an index that is gone', () => Promise.resolve('drop index coil_alloy')],
    [
      'an index that is invalid',
      () => Promise.resolve(`update pg_index set indisvalid = false where indexrelid = 'coil_alloy'::regclass`),
    ],
    ['a trigger that is off', () => Promise.resolve('alter table coil disable trigger coil_mark')],
    ['a rule that is off', () => Promise.resolve('alter table coil disable rule coil_rule')],
  ])('comes back by the statements of the hint, and nothing else changes: %s', async (_, changeOf) => {
    await client.query(`comment on constraint ${await key()} on coil is 'as before'`);
    const before = await stateOfTarget();
    await client.query(await changeOf());
    const { issues } = await runValidation(abis.project, { entities: [], runId: null });
    const statements = statementsIn(issues.find(({ code }) => code === 'OBJECTS_MISSING')?.hint);
    expect(statements).not.toBe('');
    await client.query(statements);
    expect(await stateOfTarget()).toEqual(before);
    expect(await foundAfter('select', 'select')).toEqual([]);
  });

  it('is left to the DDL of its owner where it is a trigger that is gone, and an earlier version made the ledger', async () => {
    const definition = `create trigger coil_mark before insert on coil for each row execute function mark()`;
    await asOfAnEarlierVersion();
    await client.query('drop trigger coil_mark on coil');
    const { issues } = await runValidation(abis.project, { entities: [], runId: null });
    await client.query(definition);
    expect(issues.find(({ code }) => code === 'OBJECTS_MISSING')?.hint).toBe(
      'Where nobody has removed or changed it on purpose, bring it back as it was. Only your own DDL has the definition of trigger coil_mark of coil.',
    );
  });
});
