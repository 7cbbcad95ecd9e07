import fc from 'fast-check';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Project } from '../../../src/app/project/databases';
import { runCheck } from '../../../src/app/run-check';
import type { MigrationRequest } from '../../../src/app/run-migration';
import { runRetry } from '../../../src/app/run-rejects';
import { runRepair } from '../../../src/app/run-repair';
import { runReset } from '../../../src/app/run-reset';
import { runValidation } from '../../../src/app/run-validation';
import { MigrationError } from '../../../src/core/errors';
import type { Emit } from '../../../src/core/run/events';
import type { Issue } from '../../../src/core/issues';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer } from '../../../src/core/transforms';
import { listOf } from '../../support/list-of';
import { load } from '../../support/load';
import { startOneTarget, type OneTarget } from '../../support/one-target';
import { QUIET } from '../../support/quiet';
import { ENTITIES, making, UnloggedModel, unloggedVariant, type UnloggedVariant } from '../../support/unlogged-model';
import { variantCount } from '../../support/variants';
import { column } from '../../support/sql';

@Entity('first')
class First {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'varchar', length: 8 }) name!: string;
}
@Entity('second')
class Second {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'varchar', length: 8 }) name!: string;
}

const { from, mapTo } = legacyTable<{ ID: NumberText; NAME: string }>('THINGS', { key: ['ID'] });
const FIELDS = { id: from('ID', integer), name: from('NAME') };
const VARIANTS = variantCount({ suite: 4, all: 20 });
const variants = fc
  .sample(unloggedVariant, { seed: 20261211, numRuns: VARIANTS })
  .map((variant, at) => ({ ...variant, title: `${at + 1}, ${JSON.stringify(variant)}` }));

let target: OneTarget;

beforeAll(async () => {
  // The third is rejected by either entity.
  const rows = ['one', 'two', 'much too long', 'four', 'five'].map((name, at) => [at + 1, name]);
  const ddl = ['CREATE TABLE THINGS (ID NUMBER(9) PRIMARY KEY, NAME VARCHAR2(20))'];
  target = await startOneTarget({ ddl, undoRetentionSeconds: 5 }, { THINGS: rows });
});
afterAll(() => target.stop());

const projectOf = ({ allowed }: UnloggedVariant): Project => ({
  ...target.project({ mappings: [mapTo(First, FIELDS), mapTo(Second, FIELDS)], entities: [First, Second] }),
  ...(allowed === 'config' ? { allowUnlogged: true } : {}),
});

/** What the latest refusal advises. */
let advice = '';

/** The end of a command: its state, or the code of what it threw and of the first finding. */
async function ended<T>(work: Promise<T>, state: (result: T) => string | undefined): Promise<string | undefined> {
  try {
    return state(await work);
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    if (error.code === 'TARGET_UNLOGGED') advice = error.hint ?? '';
    return [error.code, error.facts['first']].filter((part) => part !== undefined).join(' ');
  }
}

function migrate(
  project: Project,
  changes: Partial<MigrationRequest>,
  until: 'a chunk' | 'the end' = 'the end',
): Promise<string | undefined> {
  const emit: Emit = (name, facts) => {
    if (name !== 'issue') return;
    const { code, hint } = facts as Issue;
    if (code === 'TARGET_UNLOGGED') advice = hint ?? '';
  };
  const loaded = load(project, { batchSize: 3, ...changes }, { until, emit });
  return ended(loaded, ({ outcome }) => outcome?.state);
}

/** What is said to be unlogged, by entity, with the weight of it. */
const said = (issues: readonly Issue[]): unknown =>
  Object.fromEntries(
    issues
      .filter(({ code }) => code === 'TARGET_UNLOGGED')
      .map(({ subject, level, message }) => [
        subject,
        [
          level,
          message
            .replace(/^.*there: /, '')
            .split(', ')
            .sort(),
        ],
      ]),
  );
const expected = (model: UnloggedModel, level: Issue['level']): unknown =>
  Object.fromEntries(
    ENTITIES.filter((name) => model.isUnlogged(name)).map((name) => [name, [level, model.unlogged(name)]]),
  );
const ALLOW_IT =
  /^Set allowUnlogged: true in the config, then run this command again\. Once the run is signed off: alter /;
const REFUSED = 'PREFLIGHT_FAILED TARGET_UNLOGGED';

describe('tables, partitions and sequences that are or become unlogged, at random', () => {
  const seen: Record<string, number> = {};
  const note = (what: string): void => {
    seen[what] = (seen[what] ?? 0) + 1;
  };

  async function rowsOf(): Promise<number> {
    const [rows] = await column(target.client, 'select (select count(*) from first) + (select count(*) from second)');
    return Number(rows);
  }

  /** Each row by what tells who has written it: `first 1` to its xmin. */
  async function marks(): Promise<Map<string, string>> {
    const rows = ENTITIES.map((name) => `select '${name} ' || id as row, xmin::text as mark from ${name}`);
    const found = await target.client.query<{ row: string; mark: string }>(rows.join(' union all '));
    return new Map(found.rows.map(({ row, mark }) => [row, mark]));
  }

  /** Takes the run back: all of its rows go, but for those that a statement of the variant itself has written anew. */
  async function takeBack(project: Project, writtenAnew: ReadonlyMap<string, string>): Promise<void> {
    const now = await marks();
    const untold = [...now].filter(([row, mark]) => writtenAnew.get(row) === mark).map(([row]) => row);
    const [runId] = await column(target.client, 'select id from cutover.run');
    const reset = (changed: 'refuse' | 'leave') =>
      ended(runReset(project.target, { runId: String(runId), entities: [], changed }, QUIET), () => 'reset');
    if (untold.length > 0) {
      note('reset blocked');
      expect(await reset('refuse')).toBe('RESET_BLOCKED');
      expect(await marks()).toEqual(now);
    }
    expect(await reset(untold.length > 0 ? 'leave' : 'refuse')).toBe('reset');
    expect([...(await marks()).keys()].sort()).toEqual(untold.sort());
  }

  /** Loads, with an interruption where something happens in it; whoever is refused does as the refusal advises. */
  async function loadAll(project: Project, { variant, model, apply }: Playing): Promise<void> {
    const allow = (at: 'start' | 'resume') => (variant.allowed === at ? { allowUnlogged: true } : {});
    if (!model.mayWrite(ENTITIES, 'start')) {
      note('start refused');
      expect(await migrate(project, allow('start'))).toBe(REFUSED);
      expect(await rowsOf()).toBe(0);
      await apply(model.everythingLogged());
    }
    model.started();
    if (variant.changes[2] === null) {
      expect(await migrate(project, allow('start'))).toBe('complete');
      return;
    }
    expect(await migrate(project, allow('start'), 'a chunk')).toBe('interrupted');
    await apply(model.change(variant.changes[2]));
    if (!model.mayWrite(ENTITIES, 'resume')) {
      note('resume refused');
      const before = await rowsOf();
      expect(await migrate(project, { resume: {}, ...allow('resume') })).toBe(REFUSED);
      expect(await rowsOf()).toBe(before);
      expect(advice).toMatch(/^Resume it with --allow-unlogged\. Once the run is signed off: alter /);
      expect(await migrate(project, { resume: {}, allowUnlogged: true })).toBe('complete');
    } else expect(await migrate(project, { resume: {}, ...allow('resume') })).toBe('complete');
    model.started();
    expect(await rowsOf()).toBe(8);
  }

  async function repair(project: Project, { variant, model, apply }: Playing): Promise<void> {
    const { damaged } = variant;
    await target.client.query(`delete from ${damaged} where id = 2`);
    const list = await listOf(await runValidation(project, { entities: [], runId: null, level: 'rows' }));
    await apply(model.change(variant.changes[3]));
    const once = (as = project) => ended(runRepair(as, list, QUIET), ({ repair: { end } }) => end);
    if (!model.mayWrite([damaged], 'later')) {
      note('repair refused');
      expect(await once()).toBe('TARGET_UNLOGGED');
      expect(await rowsOf()).toBe(7);
      expect(advice).toMatch(ALLOW_IT);
      expect(await once({ ...project, allowUnlogged: true })).toBe('done');
    } else expect(await once()).toBe('done');
    expect(await rowsOf()).toBe(8);
  }

  async function retry(project: Project, { variant, model, apply }: Playing): Promise<void> {
    await apply(model.change(variant.changes[3]));
    const once = (as = project) => ended(runRetry(as, { runId: null, entities: [] }, QUIET), ({ state }) => state);
    if (!model.mayWrite(ENTITIES, 'later')) {
      note('retry refused');
      expect(await once()).toBe('TARGET_UNLOGGED');
      expect(advice).toMatch(ALLOW_IT);
      expect(await once({ ...project, allowUnlogged: true })).toBe('complete');
    } else expect(await once()).toBe('complete');
  }

  it.each(variants)(
    'are refused where nobody has allowed them, and named wherever they are: $title',
    async (variant) => {
      await target.anew(
        'drop schema public cascade; create schema public',
        ...ENTITIES.map((name) => making(variant.shapes[name], name)),
      );
      const model = new UnloggedModel(variant);
      const writtenAnew = new Map<string, string>();
      const apply = async (statements: readonly string[]): Promise<void> => {
        const before = await marks();
        for (const statement of statements) await target.client.query(statement);
        for (const [row, mark] of await marks()) if (before.get(row) !== mark) writtenAnew.set(row, mark);
      };
      const project = projectOf(variant);
      await apply(model.change(variant.changes[0]));
      if (variant.changes[1] !== null) {
        const issues = await runCheck(project, { entities: [], scope: 'everything' });
        expect(said(issues)).toEqual(expected(model, variant.allowed === 'config' ? 'warning' : 'error'));
        await apply(model.change(variant.changes[1]));
      }
      const playing = { variant, model, apply };
      await loadAll(project, playing);
      if (variant.changes[3] !== null) await (variant.tail === 'repair' ? repair : retry)(project, playing);
      const { verdicts } = await runValidation(project, { entities: [], runId: null });
      expect(said(verdicts.flatMap((verdict) => verdict.issues))).toEqual(expected(model, 'warning'));
      if (ENTITIES.some((name) => model.isUnlogged(name))) note('named at the end');
      await takeBack(project, writtenAnew);
    },
  );

  it('come to every end', () => {
    const ends = [
      'named at the end',
      'repair refused',
      'reset blocked',
      'resume refused',
      'retry refused',
      'start refused',
    ];
    expect(ends).toEqual(expect.arrayContaining(Object.keys(seen)));
    expect(Object.keys(seen).length).toBeGreaterThanOrEqual(variantCount({ suite: 4, all: ends.length }));
  });
});

interface Playing {
  readonly variant: UnloggedVariant;
  readonly model: UnloggedModel;
  readonly apply: (statements: readonly string[]) => Promise<void>;
}
