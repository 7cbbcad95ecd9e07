import { Column, Entity, PrimaryColumn } from 'typeorm';
import { legacyQuery, legacyTable } from '../../src/core/mapping/legacy-table';
import type { TableMapping } from '../../src/core/mapping/table-mapping';
import type { LegacyStandin } from './standin';

/** Six tables of a schema of their own, a view over one of them; the rows are those of the issue at a smaller scale. */
export const HOSPITAL_DDL = [
  'CREATE TABLE H_PERSON (ID NUMBER(6) NOT NULL PRIMARY KEY, KIND VARCHAR2(1))',
  'CREATE TABLE H_WARD (ID NUMBER(6) NOT NULL PRIMARY KEY)',
  'CREATE TABLE H_VISIT (ID NUMBER(6) NOT NULL PRIMARY KEY)',
  'CREATE TABLE H_LAB (ID NUMBER(6) NOT NULL PRIMARY KEY)',
  'CREATE TABLE H_LOG (ID NUMBER(6) NOT NULL PRIMARY KEY)',
  'CREATE TABLE H_CODE (ID NUMBER(6) NOT NULL PRIMARY KEY)',
  'CREATE VIEW H_OPEN_VISIT AS SELECT ID FROM H_VISIT WHERE ID <= 250',
  ...['PERSON', 'WARD', 'VISIT', 'LAB', 'LOG', 'CODE'].map(
    (name) => `GRANT SELECT, INSERT, FLASHBACK ON H_${name} TO LEGACY`,
  ),
  'GRANT SELECT, FLASHBACK ON H_OPEN_VISIT TO LEGACY',
];

/** `kinds`: of the persons, one each. */
export async function fillHospital(standin: LegacyStandin, kinds: readonly (string | null)[]): Promise<void> {
  const numbered = (name: string, rows: number) => ({
    sql: `INSERT INTO HOSP.${name} (ID) VALUES (:1)`,
    rows: Array.from({ length: rows }, (_, nth) => [nth + 1]),
  });
  await standin.run(
    { sql: 'INSERT INTO HOSP.H_PERSON (ID, KIND) VALUES (:1, :2)', rows: kinds.map((kind, nth) => [nth + 1, kind]) },
    numbered('H_WARD', 8),
    numbered('H_VISIT', 600),
    numbered('H_LAB', 120),
    numbered('H_LOG', 1000),
    numbered('H_CODE', 15),
  );
}

@Entity('hosp_person')
class HospitalPerson {
  @PrimaryColumn('bigint')
  id!: string;
  @Column('text')
  kind!: string;
}

@Entity('hosp_ward')
class Ward {
  @PrimaryColumn('bigint')
  id!: string;
}

@Entity('hosp_visit')
class Visit {
  @PrimaryColumn('bigint')
  id!: string;
}

@Entity('hosp_lab')
class Lab {
  @PrimaryColumn('bigint')
  id!: string;
}

export const HOSPITAL_ENTITIES = [HospitalPerson, Ward, Visit, Lab];

interface Told {
  /** Why persons of neither kind stay. */
  readonly rest?: string;
  /** What the query says that it reads. */
  readonly reads?: readonly string[];
}

/** Five mappings over four of the six tables: two over one table, one over a view that names its table, one over a query. */
export function hospitalMappings({ rest, reads }: Told): TableMapping[] {
  const person = legacyTable<{ ID: string; KIND: string }>('HOSP.H_PERSON', { key: ['ID'] });
  const people = (entity: string, where: string, why?: string): TableMapping =>
    person.mapTo(
      HospitalPerson,
      { id: person.from('ID'), kind: person.from('KIND') },
      { entity, where, ...(why !== undefined && { rest: why }) },
    );
  const wards = legacyTable<{ ID: string }>('HOSP.H_WARD', { key: ['ID'] });
  const visits = legacyTable<{ ID: string }>('HOSP.H_OPEN_VISIT', { key: ['ID'], reads: ['HOSP.H_VISIT'] });
  const labs = legacyQuery<{ ID: string }>('LABS', {
    ...{ key: ['ID'], query: 'select ID from {HOSP.H_LAB}' },
    ...(reads && { reads }),
  });
  return [
    people('patient', "KIND = 'P'"),
    people('doctor', "KIND = 'D'", rest),
    wards.mapTo(Ward, { id: wards.from('ID') }, { entity: 'ward' }),
    visits.mapTo(Visit, { id: visits.from('ID') }, { entity: 'visit' }),
    labs.mapTo(Lab, { id: labs.from('ID') }, { entity: 'lab' }),
  ];
}
