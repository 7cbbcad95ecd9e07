import fc from 'fast-check';
import type { Client } from 'pg';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type ObjectType } from 'typeorm';
import { runCheck } from '../../../src/app/run-check';
import { DEFAULT_MIGRATION, runMigration } from '../../../src/app/run-migration';
import { runValidation } from '../../../src/app/run-validation';
import { quotedName } from '../../../src/core/checks/quoted-name';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import { storedName } from '../../../src/core/mapping/stored-name';
import type { NumberText } from '../../../src/core/mapping/wire';
import { integer } from '../../../src/core/transforms';
import { shadowPairs } from '../../../src/postgres/rehearsal/shadow-names';
import { synchronizeSchema } from '../../../src/typeorm/schema';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { column, connected } from '../../support/sql';
import { startTestStandin, type LegacyStandin } from '../../support/standin';
import { variantCount } from '../../support/variants';
import { QUIET } from '../../support/quiet';

let database: FreshDatabase;
let client: Client;
let standin: LegacyStandin | undefined;
beforeAll(async () => {
  database = await freshDatabase();
  client = await connected(database.url);
});
afterAll(async () => {
  await standin?.stop();
  await client.end();
  await database.drop();
});

/** Characters of one to four bytes, and what has to be quoted. */
const names = fc.string({
  unit: fc.constantFrom(...Array.from(`aZ_ ".'%ä€語😀`)),
  minLength: 1,
  maxLength: 80,
});

describe('storedName', () => {
  it('is the name that the server stores, of a schema, table, column, index, constraint and search_path', async () => {
    const check = async (name: string): Promise<void> => {
      const q = quotedName;
      const [schema, table, index, key] = ['s', 't', 'i', 'k'].map((letter) => letter + name) as [
        ...[string, string, string, string],
      ];
      await client.query(`begin; create schema ${q(schema)}; set local search_path to ${q(schema)};
        create table ${q(table)} (${q(name)} int4, constraint ${q(key)} check (${q(name)} > 0)); create index ${q(index)} on ${q(table)} (${q(name)})`);
      const { rows } = await client.query(
        `select current_schema()::text as schema, c.relname::text as table, a.attname::text as column, i.relname::text as index, k.conname::text as key
         from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum = 1 join pg_constraint k on k.conrelid = c.oid and k.contype = 'c'
           join pg_index x on x.indrelid = c.oid join pg_class i on i.oid = x.indexrelid
         where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) and c.relkind = 'r'`,
      );
      expect(rows).toEqual([
        {
          ...{ schema: storedName(schema), table: storedName(table), column: storedName(name) },
          ...{ index: storedName(index), key: storedName(key) },
        },
      ]);
    };
    const alone = (name: string): Promise<void> => check(name).finally(() => client.query('rollback'));
    await fc.assert(fc.asyncProperty(names, alone), {
      numRuns: variantCount({ suite: 60, all: 400 }),
      seed: 10,
      examples: [['a'.repeat(63)], ['ä'.repeat(32)], ['a'.repeat(60) + '😀'], ['a'.repeat(59) + '😀']],
    });
  });

  it('keeps a suffix whole, so that copies of tables of one long name differ', () => {
    fc.assert(
      fc.property(names, fc.nat(99), (name, number) => {
        const stored = storedName(name, `_${number}`);
        expect(stored).toMatch(new RegExp(`_${number}$`));
        expect(storedName(stored)).toBe(stored);
      }),
      { seed: 10 },
    );
    const name = storedName('x'.repeat(80));
    const copies = shadowPairs('copies', [
      { schema: 'a', name },
      { schema: 'b', name },
    ]).map(({ copy }) => storedName(copy.name));
    expect(new Set(copies).size).toBe(2);
  });
});

const LONG = `${'längster name '.repeat(5)}€`;
const SCHEMA = `schema ${LONG}`;

@Entity(`parent ${LONG}`, { schema: SCHEMA })
class Parent {
  @PrimaryColumn({ type: 'int', name: `key ${LONG}` })
  id!: number;
}

@Entity(`child ${LONG}`, { schema: SCHEMA })
class Child {
  @PrimaryColumn({ type: 'int', name: `key ${LONG}` })
  id!: number;

  @Column({ type: 'int', name: `ref ${LONG}` })
  parentId!: number;

  @ManyToOne((): ObjectType<Parent> => Parent)
  @JoinColumn({ name: `ref ${LONG}` })
  parent!: Parent;
}

describe('entities whose names are longer than 63 bytes', () => {
  it('are checked, loaded with their foreign key and proven row by row', async () => {
    await client.query(`create schema ${quotedName(SCHEMA)}`);
    await synchronizeSchema(database.url, [Parent, Child]);
    standin = await startTestStandin({
      ddl: [
        'create table PARENT (ID number(9) primary key)',
        'create table CHILD (ID number(9) primary key, PARENT_ID number(9))',
      ],
    });
    await standin.run('insert into PARENT values (1)', 'insert into CHILD values (1, 1)');
    await standin.run('insert into CHILD values (2, 7)');
    const parents = legacyTable<{ readonly ID: NumberText }>('PARENT', { key: ['ID'] });
    const children = legacyTable<{ readonly ID: NumberText; readonly PARENT_ID: NumberText }>('CHILD', { key: ['ID'] });
    const project = {
      mappings: [
        parents.mapTo(Parent, { id: parents.from('ID', integer) }),
        children.mapTo(Child, { id: children.from('ID', integer), parentId: children.from('PARENT_ID', integer) }),
      ],
      entities: [Parent, Child],
      ...{ source: standin.settings, target: { url: database.url } },
    };
    const issues = await runCheck(project, { entities: [], scope: 'everything' });
    expect(issues.filter(({ level }) => level === 'error')).toEqual([]);
    const request = { ...DEFAULT_MIGRATION, rejectLimit: { kind: 'percent', percent: 100 } as const };
    expect((await runMigration(project, { ...request, mode: 'rehearse' }, QUIET)).outcome?.state).toBe('complete');
    expect((await runMigration(project, request, QUIET)).outcome?.state).toBe('complete');
    expect(
      await column(
        client,
        `select convalidated from pg_constraint k join pg_class c on c.oid = k.conrelid where contype = 'f' and relname like 'child%'`,
      ),
    ).toEqual([true]);
    const { verdicts } = await runValidation(project, { entities: [], runId: null, level: 'rows' });
    expect(verdicts.flatMap((verdict) => verdict.issues).filter(({ level }) => level === 'error')).toEqual([]);
    const child = `${quotedName(storedName(SCHEMA))}.${quotedName(storedName(`child ${LONG}`))}`;
    expect(await column(client, `select count(*) from ${child}`)).toEqual(['1']);
  });
});
