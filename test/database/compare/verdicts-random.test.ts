import fc from 'fast-check';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MigrationRequest } from '../../../src/app/run-migration';
import { runRetry } from '../../../src/app/run-rejects';
import { runRepair } from '../../../src/app/run-repair';
import { runReport } from '../../../src/app/run-report';
import { runReset } from '../../../src/app/run-reset';
import { runValidation, type ValidationResult } from '../../../src/app/run-validation';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer } from '../../../src/core/transforms';
import { validationReport } from '../../../src/report/screen/validation';
import { listOf } from '../../support/list-of';
import { load } from '../../support/load';
import { startOneTarget, type OneTarget } from '../../support/one-target';
import { QUIET } from '../../support/quiet';
import {
  LEVELS,
  NAMES,
  PUT_BACK_BY_HAND,
  VerdictModel,
  verdictSteps,
  type Name,
  type Step,
} from '../../support/verdict-model';
import { variantCount } from '../../support/variants';

@Entity('alpha')
class Alpha {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
}
@Entity('beta')
class Beta {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'varchar', length: 20 }) name!: string;
}

interface Legacy {
  ID: NumberText;
  NAME: string;
}
const alpha = legacyTable<Legacy>('ALPHA', { key: ['ID'] });
const beta = legacyTable<Legacy>('BETA', { key: ['ID'] });
const MAPPINGS = [
  alpha.mapTo(Alpha, { id: alpha.from('ID', integer), name: alpha.from('NAME') }),
  beta.mapTo(Beta, { id: beta.from('ID', integer), name: beta.from('NAME') }),
];

const VARIANTS = variantCount({ suite: 3, all: 20 });
const random = fc.sample(verdictSteps, { seed: 3, numRuns: VARIANTS });
const sequences = [...random, PUT_BACK_BY_HAND].map((steps, at) => ({
  steps,
  title: `${at + 1}, ${steps.map((step) => Object.values(step).join(' ')).join('; ')}`,
}));

let target: OneTarget;

beforeAll(async () => {
  const columns = '(ID NUMBER(9) PRIMARY KEY, NAME VARCHAR2(20))';
  const tables = NAMES.map((name) => name.toUpperCase());
  target = await startOneTarget(
    { ddl: tables.map((table) => `CREATE TABLE ${table} ${columns}`) },
    Object.fromEntries(tables.map((table) => [table, VerdictModel.legacy])),
  );
});
afterAll(() => target.stop());

const project = () => target.project({ mappings: MAPPINGS, entities: [Alpha, Beta] });

let runId: string | undefined;

async function migrate(changes: Partial<MigrationRequest>, until: 'a chunk' | 'the end'): Promise<string | undefined> {
  const { outcome } = await load(project(), { batchSize: 2, ...changes }, { until });
  runId = outcome?.runId;
  return outcome?.state;
}

async function truth(): Promise<Record<Name, [number, string][]>> {
  const found = { alpha: [], beta: [] } as Record<Name, [number, string][]>;
  for (const name of NAMES) {
    const { rows } = await target.client.query<{ id: number; name: string }>(
      `select id, name from ${name} order by id`,
    );
    found[name] = rows.map((row) => [row.id, row.name]);
  }
  return found;
}

describe('the verdicts on a run in real databases to which anything is done in any order', () => {
  const seen = new Set<string>();

  /** Exit code, words and figures of a comparison are those of the model, which has looked at the rows by itself. */
  function judged(found: ValidationResult, model: VerdictModel, asked: Step & { do: 'validate' }): void {
    const { level, entities } = asked;
    const { output, exitCode, facts } = validationReport(found.run.id, found.verdicts, found);
    const expected = model.validated(level, entities);
    seen.add(`${level} ${exitCode}`);
    expect([level, exitCode]).toEqual([level, expected.exit]);
    expect((facts as { provenBy: unknown }).provenBy).toEqual(expected.provenBy);
    const standing = found.verdicts.filter(({ issues }) => issues.some(({ code }) => code === 'DIFFERENCES_STAND'));
    expect(standing.map(({ entity }) => entity)).toEqual(expected.standing);
    if (level === 'counts') expect(output).not.toMatch(/proven by|validated/i);
    if (exitCode !== 0) expect(output).not.toMatch(/^(Proven|Complete)/m);
  }

  async function take(step: Step, model: VerdictModel): Promise<void> {
    switch (step.do) {
      case 'damage':
        for (const statement of model.damage(step)) await target.client.query(statement);
        model.look(await truth());
        return;
      case 'put back':
        for (const statement of model.putBack(step.entity)) await target.client.query(statement);
        model.look(await truth());
        return;
      case 'validate':
        judged(
          await runValidation(project(), { entities: step.entities, runId: null, level: step.level }),
          model,
          step,
        );
        return;
      case 'repair': {
        if (model.state !== 'complete') return;
        const asked = { do: 'validate', level: 'rows', entities: NAMES } as const;
        const found = await runValidation(project(), { entities: [], runId: null, level: 'rows' });
        judged(found, model, asked);
        const { validation } = await runRepair(project(), await listOf(found), QUIET);
        model.repaired(await truth());
        const entities = NAMES.filter((name) => validation.verdicts.some(({ entity }) => entity === name));
        judged(validation, model, { ...asked, entities });
        return;
      }
      case 'retry':
        if (model.state !== 'complete') return;
        await target.client.query(`alter table ${step.entity} drop constraint if exists ${step.entity}_good`);
        await runRetry(project(), { runId: null, entities: [step.entity] }, QUIET);
        model.retried(step.entity, await truth());
        return;
      case 'reset': {
        if (model.state === 'reset') return;
        await runReset({ url: target.url }, { runId: runId ?? '', entities: step.entities, changed: 'leave' }, QUIET);
        for (const name of step.entities) await target.client.query(`truncate ${name}`);
        model.taken(step.entities, await truth());
        return;
      }
      case 'load': {
        if (model.state === 'complete') return;
        const anew = model.state === 'reset';
        const state = await migrate(anew ? {} : { resume: {} }, step.until);
        model.loaded(anew, state === 'complete', await truth());
      }
    }
  }

  it.each(sequences)(
    'say no more than was really compared, and never 0 over what stands: $title',
    async ({ steps }) => {
      await target.anew(
        'drop table if exists alpha, beta',
        ...NAMES.map(
          (name) =>
            `create table ${name} (id int primary key, name varchar(20) not null, constraint ${name}_good check (name <> 'bad'))`,
        ),
      );
      const model = new VerdictModel();
      for (const step of steps) {
        await take(step, model);
        const { entities, verdict } = await runReport({ url: target.url }, null);
        const proven = Object.fromEntries(entities.map(({ entity, provenBy }) => [entity, provenBy]));
        expect([step, proven]).toEqual([
          step,
          Object.fromEntries(entities.map(({ entity }) => [entity, model.provenBy(entity as Name)])),
        ]);
        if (verdict.kind === 'proven') expect(NAMES.map((name) => model.provenBy(name))).not.toContain(null);
        else expect(verdict.sentence).not.toMatch(/^Complete and accounted for: /);
        seen.add(verdict.kind);
      }
    },
  );

  it('come to every exit code at every level', () => {
    const ends = LEVELS.flatMap((level) => [`${level} 0`, `${level} 3`]);
    expect([...seen]).toEqual(expect.arrayContaining(ends));
    expect([...seen]).toEqual(expect.arrayContaining(['not-complete', 'not-proven', 'not-validated', 'proven']));
  });
});
