/** A small legacy schema in which each part of a migration has work: shared tables, rejects, orphans, large texts, every family of types. */
export const LEGACY_DDL = [
  `CREATE TABLE PERSON (ID NUMBER(10) NOT NULL PRIMARY KEY, KIND CHAR(1) NOT NULL, NAME VARCHAR2(40) NOT NULL,
     BADGE CHAR(8), BORN DATE, BALANCE NUMBER(12,2), STAY INTERVAL DAY(3) TO SECOND(6), NOTES CLOB, PHOTO BLOB)`,
  `CREATE TABLE VISIT (ID NUMBER(10) NOT NULL PRIMARY KEY, PERSON_ID NUMBER(10) NOT NULL, COST NUMBER(10,3),
     SEEN TIMESTAMP(6), PAID CHAR(1), WARD VARCHAR2(10), TAX NUMBER(14,6))`,
];

const PERSONS = 240;
const VISITS = 600;
/** Beyond the persons that there are: their visits are orphans. */
const ORPHAN_EVERY = 67;
/** Wards that are longer than the target's column: rejected at the load. */
const TOO_LONG_EVERY = 97;

/** A row as the stand-in's storage takes it. */
export type StoredRow = readonly (string | null)[];

export function personRows(): StoredRow[] {
  return Array.from({ length: PERSONS }, (_, index) => {
    const id = index + 1;
    const sign = id % 3 === 0 ? '-' : '+';
    return [
      String(id),
      id % 2 === 0 ? 'P' : 'D',
      `Person ${id}`,
      id % 5 === 0 ? null : `B${id}`.padEnd(8),
      id % 7 === 0 ? null : `19${String(10 + (id % 80))}-0${1 + (id % 9)}-1${id % 10} 00:00:00`,
      id % 4 === 0 ? `-${id}.25` : `${id}.5`,
      `${sign}00${id % 10} 03:0${id % 10}:00.${id % 2 === 0 ? '250000' : '000000'}000`,
      id % 6 === 0 ? `note of ${id} `.repeat(400) : null,
      id % 8 === 0 ? '00ff7f'.repeat(id) : null,
    ];
  });
}

export function visitRows(): StoredRow[] {
  return Array.from({ length: VISITS }, (_, index) => {
    const id = index + 1;
    return [
      String(id),
      String(id % ORPHAN_EVERY === 0 ? 100_000 + id : 1 + (id % PERSONS)),
      id % 9 === 0 ? null : `${id % 2 === 0 ? '-' : ''}${id}.125`,
      `2001-02-0${1 + (id % 9)} 10:11:1${id % 10}.000${100 + (id % 900)}`,
      ['Y', 'N', null][id % 3] ?? null,
      id % TOO_LONG_EVERY === 0 ? 'too long a' : id % 10 === 0 ? null : `w${id % 30}`,
      id % 4 === 0 ? `${id}.5` : `${id}.000${100 + (id % 900)}`,
    ];
  });
}
