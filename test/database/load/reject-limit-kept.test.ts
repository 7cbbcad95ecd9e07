import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Project } from '../../../src/app/project/databases';
import { DEFAULT_MIGRATION, runMigration } from '../../../src/app/run-migration';
import { runStatus } from '../../../src/app/run-status';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import { resumeCommand } from '../../../src/core/run/resume-command';
import { load } from '../../support/load';
import { startOneTarget, type OneTarget } from '../../support/one-target';
import { QUIET } from '../../support/quiet';

@Entity('thing')
class Thing {
  @PrimaryColumn('bigint')
  id!: string;
  @Column('varchar', { length: 1 })
  name!: string;
}

const { from, mapTo } = legacyTable<{ readonly ID: string; readonly NAME: string }>('LEGACY.THING', { key: ['ID'] });

let one: OneTarget;
let project: Project;

beforeAll(async () => {
  const ddl = ['CREATE TABLE THING (ID NUMBER(9) PRIMARY KEY, NAME VARCHAR2(20) NOT NULL)'];
  const rows = ['a', 'long', 'long', 'long'].map((name, at) => [at + 1, name]);
  one = await startOneTarget({ ddl }, { THING: rows });
  project = one.project({ mappings: [mapTo(Thing, { id: from('ID'), name: from('NAME') })], entities: [Thing] });
});
afterAll(() => one.stop());

it('a resumed run keeps the limit of rejects that it was started with, so that the printed command goes on without it', async () => {
  await one.anew('drop table if exists thing', 'create table thing (id bigint primary key, name varchar(1) not null)');
  const every = { kind: 'percent', percent: 100 } as const;
  const { outcome } = await load(project, { batchSize: 1, rejectLimit: every }, { until: 'a chunk' });
  expect(outcome?.state).toBe('interrupted');
  const status = await runStatus(project.target, null);
  if (status === null) throw new Error('no run');
  expect(resumeCommand(status.run, [])).toBe(`cutover migrate --resume --run ${status.run.id}`);
  const resumed = await runMigration(project, { ...DEFAULT_MIGRATION, resume: {}, validate: 'no' }, QUIET);
  expect(resumed.outcome).toMatchObject({ state: 'complete', entities: [{ tally: { inserted: 1, rejected: 3 } }] });
});
