import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { runRepair } from '../../src/app/run-repair';
import { runReset } from '../../src/app/run-reset';
import { runValidation } from '../../src/app/run-validation';
import type { MigrationRequest, MigrationResult } from '../../src/app/run-migration';
import type { Project } from '../../src/app/project/databases';
import { legacyTable } from '../../src/core/mapping/legacy-table';
import type { NumberText } from '../../src/core/mapping/wire';
import { integer } from '../../src/core/transforms';
import { listOf } from './list-of';
import { load } from './load';
import { startOneTarget, type OneTarget } from './one-target';
import { QUIET } from './quiet';

@Entity('par')
class Par {
  @PrimaryColumn({ type: 'int' }) id!: number;
}

@Entity('ch')
class Ch {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'int', nullable: true }) pid!: number | null;
  @Column({ type: 'varchar', length: 30, nullable: true }) x!: string | null;
  @ManyToOne(() => Par, { nullable: true }) @JoinColumn({ name: 'pid' }) par!: Par | null;
}

const par = legacyTable<{ ID: NumberText }>('PAR', { key: ['ID'] });
const ch = legacyTable<{ ID: NumberText; PID: NumberText | null; X: string | null }>('CH', { key: ['ID'] });
const MAPPINGS = [
  par.mapTo(Par, { id: par.from('ID', integer) }),
  ch.mapTo(Ch, { id: ch.from('ID', integer), pid: ch.from('PID', integer), x: ch.from('X') }),
];

/** Tables for `anew`: as the entities have them, with a check that refuses one row. */
export const PLAIN_TABLES = [
  'drop table if exists ch, par cascade',
  'create table par (id int primary key)',
  `create table ch (id int primary key, pid int references par, x varchar(30) check (x <> 'x4'))`,
];

/** Two small tables with an orphan and a bad row, for tests of what a whole run meets. */
export function startRoundTrip(): Promise<OneTarget> {
  const rows = Array.from({ length: 12 }, (_, at) => [at + 1, (at % 4) + 1, `x${at}`]);
  return startOneTarget(
    {
      ddl: [
        'CREATE TABLE PAR (ID NUMBER(9) PRIMARY KEY)',
        'CREATE TABLE CH (ID NUMBER(9) PRIMARY KEY, PID NUMBER(9), X VARCHAR2(30))',
      ],
    },
    { PAR: [[1], [2], [3]], CH: rows },
  );
}

export function projectOf(target: OneTarget, url = target.url): Project {
  return { ...target.project({ mappings: MAPPINGS, entities: [Par, Ch] }), target: { url } };
}

/** What a run and all that may follow it have done; an error of any of them is thrown. */
export interface RoundTrip {
  readonly loaded: number;
  /** Differences before the damage, after it, and after the repair. */
  readonly differences: readonly number[];
  readonly left: number;
}

/** Row 5 is refused by the target, rows 4, 8 and 12 have no parent; rows 1 and 2 are damaged. */
export const ROUND_TRIP: RoundTrip = { loaded: 8, differences: [0, 2, 0], left: 0 };

/** Migrates, compares rows, damages two, repairs them, and takes the run back. */
export async function roundTrip(
  target: OneTarget,
  project: Project,
  changes: Partial<MigrationRequest> = {},
): Promise<RoundTrip> {
  const runId = completed(await load(project, changes));
  const loaded = await rowsOfCh(target);
  const compare = () => runValidation(project, { entities: [], runId, level: 'rows' });
  const before = await compare();
  await target.client.query(`update ch set x = 'damaged' where id = 1; delete from ch where id = 2`);
  const after = await compare();
  const { validation } = await runRepair(project, await listOf(after), QUIET);
  await runReset(project.target, { runId, entities: [] }, QUIET);
  return {
    loaded,
    differences: [before, after, validation].map(({ findings }) =>
      findings.reduce((sum, { differences }) => sum + differences.length, 0),
    ),
    left: await rowsOfCh(target),
  };
}

function completed({ outcome, issues }: MigrationResult): string {
  if (outcome?.state !== 'complete') throw new RangeError(JSON.stringify({ outcome, issues }));
  return outcome.runId;
}

async function rowsOfCh({ client }: OneTarget): Promise<number> {
  const { rows } = await client.query<{ count: number }>('select count(*)::int as count from ch');
  return rows[0]?.count ?? 0;
}
