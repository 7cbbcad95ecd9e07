import { Client } from 'pg';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { runCheck } from '../../src/app/run-check';
import type { MigrationRequest, MigrationResult } from '../../src/app/run-migration';
import { runRetry } from '../../src/app/run-rejects';
import { runRepair, type RepairOutcome } from '../../src/app/run-repair';
import { runReset } from '../../src/app/run-reset';
import { runValidation, type ValidationResult } from '../../src/app/run-validation';
import type { ResetOrder } from '../../src/core/run/reset';
import type { DifferenceList } from '../../src/core/comparison/difference-list';
import { legacyTable, type MappingOptions } from '../../src/core/mapping/legacy-table';
import type { OrphanPolicy, TableMapping } from '../../src/core/mapping/table-mapping';
import type { NumberText } from '../../src/core/mapping/wire';
import { integer } from '../../src/core/transforms';
import { synchronizeSchema } from '../../src/typeorm/schema';
import { listOf } from './list-of';
import { load } from './load';
import { filledDatabase } from './pattern-databases';
import { QUIET } from './quiet';
import { startTestStandin, type LegacyStandin } from './standin';
import { connected, withClient } from './sql';

@Entity('desk')
export class Desk {
  @PrimaryColumn({ type: 'int' }) id!: number;
}

/** Filled by several mappings; a row is recognised by its primary key. */
@Entity('people')
export class Person {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'varchar', length: 10 }) kind!: string;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @Column({ name: 'desk_id', type: 'int', nullable: true }) deskId!: number | null;
  @ManyToOne(() => Desk, { nullable: true }) @JoinColumn({ name: 'desk_id' }) desk!: Desk | null;
}

/** The same by the legacy key: the primary key is the database's own, so that two mappings can both bring a legacy row. */
@Entity('entries')
export class Entry {
  @PrimaryGeneratedColumn() nr!: number;
  @Column({ type: 'int' }) id!: number;
  @Column({ type: 'varchar', length: 10 }) kind!: string;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @Column({ name: 'desk_id', type: 'int', nullable: true }) deskId!: number | null;
  @ManyToOne(() => Desk, { nullable: true }) @JoinColumn({ name: 'desk_id' }) desk!: Desk | null;
}

/** The same as a whole: nothing of the row tells which legacy row it is. */
@Entity('marks')
export class Mark {
  @PrimaryGeneratedColumn() nr!: number;
  @Column({ type: 'varchar', length: 10 }) kind!: string;
  @Column({ type: 'varchar', length: 20 }) name!: string;
  @Column({ name: 'desk_id', type: 'int', nullable: true }) deskId!: number | null;
  @ManyToOne(() => Desk, { nullable: true }) @JoinColumn({ name: 'desk_id' }) desk!: Desk | null;
}

/** How rows of the shared table are recognised. */
export type Recognised = 'primary key' | 'legacy key' | 'whole row';

export const TABLE_OF: Readonly<Record<Recognised, string>> = {
  'primary key': 'people',
  'legacy key': 'entries',
  'whole row': 'marks',
};

export interface LegacyPerson {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly desk: number | null;
}

interface PersonRow {
  ID: NumberText;
  KIND: string;
  NAME: string;
  DESK: NumberText | null;
}

const { from, constant, leftOut, mapTo } = legacyTable<PersonRow>('PEOPLE', { key: ['ID'] });

export interface Slice {
  readonly entity: string;
  readonly where: string;
  readonly recognised?: Recognised;
  readonly orphans?: OrphanPolicy;
  /** The entity's name where absent. */
  readonly kind?: string;
}

/** A mapping of some of the people into the table that its recognition says; `kind` says which mapping brought a row. */
export function sliceOf({
  entity,
  where,
  recognised = 'primary key',
  orphans = 'reject',
  kind = entity,
}: Slice): TableMapping {
  const rest = { kind: constant(kind), name: from('NAME'), deskId: from('DESK', integer) };
  const options: MappingOptions<Person & Entry & Mark> = { entity, where, orphans: { deskId: orphans } };
  const nr = leftOut('numbered by the database');
  if (recognised === 'primary key') return mapTo(Person, { id: from('ID', integer), ...rest }, options);
  if (recognised === 'legacy key') return mapTo(Entry, { nr, id: from('ID', integer), ...rest }, options);
  return mapTo(Mark, { nr, ...rest }, options);
}

/** What a comparison says of one entity: rows by kind, and the codes of all that stands against it. */
export interface Compared {
  readonly counts: Readonly<Record<string, number>>;
  readonly codes: readonly string[];
}

/** One target with some mappings over the people of a stand-in. */
export interface SharedPeople {
  readonly client: Client;
  readonly url: string;
  /** A rehearsal; how its entities came out. */
  rehearse(changes?: Partial<MigrationRequest>): Promise<MigrationResult>;
  /** Codes of the findings of a check. */
  check(): Promise<readonly string[]>;
  migrate(changes?: Partial<MigrationRequest>): Promise<string>;
  /** The whole answer of a comparison of the rows. */
  validate(runId?: string, entities?: readonly string[]): Promise<ValidationResult>;
  /** The same by entity, counts without zeros. */
  compared(runId?: string): Promise<Record<string, Compared>>;
  /** A list of differences, as `validate --differences` writes it and `repair --from` reads it. */
  listed(runId?: string): Promise<DifferenceList>;
  repair(list: DifferenceList): Promise<RepairOutcome>;
  /** What it asked before. */
  retry(entities?: readonly string[]): Promise<string>;
  /** Rows that it left, by entity. */
  reset(
    runId: string,
    entities?: readonly string[],
    how?: ResetOrder['changed'] | 'accept edited',
  ): Promise<Record<string, number>>;
  /** The same target by other mappings. */
  by(mappings: readonly TableMapping[]): SharedPeople;
}

export interface PeopleStandin {
  readonly standin: LegacyStandin;
  target(mappings: readonly TableMapping[], ...setup: readonly string[]): Promise<SharedPeople>;
  stop(): Promise<void>;
}

export async function startPeople(people: readonly LegacyPerson[]): Promise<PeopleStandin> {
  const closing: (() => Promise<void>)[] = [];
  const standin = await startTestStandin({
    ddl: [`CREATE TABLE PEOPLE (ID NUMBER(9) PRIMARY KEY, KIND VARCHAR2(10), NAME VARCHAR2(20), DESK NUMBER(9))`],
  });
  closing.push(() => standin.stop());
  await standin.run({
    sql: 'INSERT INTO PEOPLE VALUES (:1, :2, :3, :4)',
    rows: people.map(({ id, kind, name, desk }) => [id, kind, name, desk]),
  });
  return {
    standin,
    target: async (mappings, ...setup) => {
      const database = await filledDatabase('target of the people', makeTables);
      closing.push(() => database.drop());
      const client = await connected(database.url);
      closing.push(() => client.end());
      for (const statement of setup) await client.query(statement);
      return peopleAt({ standin, url: database.url, client }, mappings);
    },
    stop: async () => {
      for (const close of closing.splice(0).reverse()) await close();
    },
  };
}

async function makeTables(url: string): Promise<void> {
  await synchronizeSchema(url, [Desk, Person, Entry, Mark]);
  await withClient(url, (client) =>
    client.query(`do $$ begin execute (select format('alter table marks drop constraint %I', conname)
      from pg_constraint where conrelid = 'marks'::regclass and contype = 'p'); end $$`),
  );
}

interface At {
  readonly standin: LegacyStandin;
  readonly url: string;
  readonly client: Client;
}

function peopleAt(at: At, mappings: readonly TableMapping[]): SharedPeople {
  const { url, client } = at;
  const project = { mappings, entities: [Desk, Person, Entry, Mark], source: at.standin.settings, target: { url } };
  const validate = (runId: string | null = null, entities: readonly string[] = []): Promise<ValidationResult> =>
    runValidation(project, { entities, runId, level: 'rows' });
  return {
    client,
    url,
    migrate: async (changes = {}) => {
      const { outcome, issues } = await load(project, changes);
      if (outcome === null) throw new RangeError(JSON.stringify(issues));
      return outcome.runId;
    },
    rehearse: (changes = {}) => load(project, { ...changes, mode: 'rehearse' }),
    check: async () => (await runCheck(project, { entities: [], scope: 'everything' })).map(({ code }) => code),
    validate,
    compared: async (runId) => comparedOf(await validate(runId)),
    listed: async (runId) => listOf(await validate(runId)),
    repair: (list) => runRepair(project, list, QUIET),
    retry: async (entities = []) => {
      const asked: string[] = [];
      const confirm = (question: string): Promise<void> => Promise.resolve(void asked.push(question));
      await runRetry(project, { runId: null, entities }, { ...QUIET, confirm });
      return asked.join('\n');
    },
    reset: async (runId, entities = [], how = 'refuse') => {
      const choice = how === 'accept edited' ? { edited: 'accept' as const } : { changed: how };
      const done = await runReset({ url }, { runId, entities, ...choice }, QUIET);
      return Object.fromEntries(done.entities.map(({ entity, left }) => [entity, left]));
    },
    by: (others) => peopleAt(at, others),
  };
}

export function comparedOf({ verdicts }: Pick<ValidationResult, 'verdicts'>): Record<string, Compared> {
  return Object.fromEntries(
    verdicts.map(({ entity, comparison, issues }) => [
      entity,
      {
        counts: Object.fromEntries(Object.entries(comparison?.counts ?? {}).filter(([, rows]) => rows > 0)),
        codes: issues.map(({ code }) => code),
      },
    ]),
  );
}
