import {
  ChildEntity,
  Column,
  CreateDateColumn,
  DefaultNamingStrategy,
  DeleteDateColumn,
  Entity,
  Generated,
  JoinTable,
  ManyToMany,
  PrimaryColumn,
  TableInheritance,
  UpdateDateColumn,
  VersionColumn,
  type Relation,
} from 'typeorm';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import type { CharText, Json, NumberText } from '../../../src/core/mapping/wire';
import { integer, trimmed } from '../../../src/core/transforms';
import { startSmallMigration, type SmallMigration } from '../../support/small-migration';

class Address {
  @Column({ type: 'varchar', length: 40, nullable: true })
  street!: string | null;

  @Column({ type: 'varchar', length: 5 })
  zip!: string;
}

type Mood = 'calm' | 'wild';

@Entity('person')
class Person {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'varchar', length: 40, transformer: { to: (name: string) => name.toUpperCase(), from: String } })
  fullName!: string;

  @Column({ type: 'date', transformer: { to: (days: number) => new Date(days * 86_400_000), from: Number } })
  bornAfterDays!: number;

  @Column(() => Address)
  homeAddress!: Address;

  @Column({ type: 'text', select: false })
  secret!: string;

  @Column({ type: 'simple-array' })
  tags!: Json<string[]>;

  @Column({ type: 'simple-json' })
  settings!: Json<{ readonly dark: boolean }>;

  @Column({ type: 'jsonb', nullable: true })
  facts!: Json<{ readonly n: number }> | null;

  @Column({ type: 'text', array: true })
  nicknames!: Json<string[]>;

  @Column({ type: 'int', array: true, nullable: true })
  scores!: Json<number[]> | null;

  @Column({ type: 'enum', enum: ['calm', 'wild'] })
  mood!: Mood;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  @DeleteDateColumn({ type: 'timestamptz', nullable: true })
  deletedAt!: Date | null;

  @VersionColumn()
  version!: number;

  @Column({ type: 'uuid' })
  @Generated('uuid')
  ticket!: string;

  @ManyToMany(() => Club)
  @JoinTable({ name: 'person_club', joinColumn: { name: 'person' }, inverseJoinColumn: { name: 'club' } })
  clubs!: Relation<Club>[];
}

@Entity('club')
class Club {
  @PrimaryColumn({ type: 'int' })
  id!: number;
}

@Entity('person_club')
class Membership {
  @PrimaryColumn({ type: 'int' })
  person!: number;

  @PrimaryColumn({ type: 'int' })
  club!: number;
}

@Entity('vehicle')
@TableInheritance({ column: { name: 'kind', type: 'varchar', length: 10 } })
class Vehicle {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  kind!: string;
}

@ChildEntity('car')
class Car extends Vehicle {
  @Column({ type: 'int', nullable: true })
  doors!: number | null;
}

@ChildEntity('bike')
class Bike extends Vehicle {
  @Column({ type: 'varchar', length: 10, nullable: true })
  bell!: string | null;
}

interface PersonRow {
  ID: NumberText;
  NAME: string;
  ZIP: CharText;
}

const ENTITIES = [Person, Club, Membership, Vehicle, Car, Bike];
let small: SmallMigration;

beforeAll(async () => {
  small = await startSmallMigration(
    ['CREATE TABLE AB_PERSON (ID NUMBER(5) NOT NULL PRIMARY KEY, NAME VARCHAR2(40) NOT NULL, ZIP CHAR(5) NOT NULL)'],
    ENTITIES,
  );
  await small.standin.run("INSERT INTO AB_PERSON (ID, NAME, ZIP) VALUES (1, 'Ann', '10115')");
});

afterAll(() => small.stop());

const { from, constant, leftOut, computed, mapTo } = legacyTable<PersonRow>('AB_PERSON', { key: ['ID'] });

const sheet = {
  id: from('ID', integer),
  fullName: from('NAME', trimmed),
  bornAfterDays: constant(10_957),
  'homeAddress.street': constant(null),
  'homeAddress.zip': from('ZIP'),
  secret: constant('s'),
  tags: constant('["a","b"]'),
  settings: constant('{"dark":true}'),
  facts: computed(['ID'], 'facts@1', (id) => JSON.stringify({ n: Number(id) })),
  nicknames: constant('["A \\"quoted\\" one","back\\\\slash, comma",null]'),
  scores: constant('[1,-2]'),
  mood: constant('calm'),
  createdAt: leftOut('the column has a default'),
  updatedAt: leftOut('the column has a default'),
  deletedAt: leftOut('no row is deleted'),
  version: constant(1),
  ticket: leftOut('the database makes one'),
} as const;
const clubs = mapTo(Club, { id: from('ID', integer) });
const memberships = mapTo(Membership, { person: from('ID', integer), club: from('ID', integer) });

/** `level code subject` of what a check finds, about one entity. */
async function found(
  subject: string,
  ...mappings: Parameters<SmallMigration['check']>[0][number][]
): Promise<string[]> {
  const issues = await small.check(mappings);
  return issues
    .filter((issue) => issue.subject.startsWith(subject))
    .map(({ level, code, subject: at }) => `${level} ${code} ${at}`);
}

describe('what TypeORM does when it saves', () => {
  it('is done by the load: transformers, naming, embedded objects, lists, JSON, enumerations, defaults', async () => {
    const migrated = await small.run([mapTo(Person, sheet), clubs, memberships]);
    expect(migrated.outcome).toMatchObject({ state: 'complete', rejects: { rejected: 0 } });
    const saved = await migrated.rows(
      `select "fullName", "bornAfterDays"::text, "homeAddressStreet", "homeAddressZip", secret, tags, settings, facts::text,
         nicknames, scores, mood::text, "createdAt" is not null, "updatedAt" is not null, "deletedAt", version,
         ticket is not null from person`,
    );
    expect(saved).toEqual([
      ['ANN', '2000-01-01', null, '10115', 's', 'a,b', '{"dark":true}', '{"n": 1}']
        .concat([
          ['A "quoted" one', 'back\\slash, comma', null],
          [1, -2],
        ] as never)
        .concat(['calm', true, true, null, 1, true] as never),
    ]);
  });

  it('is refused where the sheet does not say it: embedded objects, versions', async () => {
    const whole = mapTo(Person, sheet);
    const bare = { ...whole, fields: whole.fields.filter(({ property }) => property !== 'homeAddress.zip') };
    expect(await found('person', bare, clubs, memberships)).toEqual(
      expect.arrayContaining([
        'error EMBEDDED_UNMAPPED person.homeAddress.zip',
        'error TARGET_COLUMN_UNFILLED person.homeAddress.zip',
      ]),
    );
    const unversioned = mapTo(Person, { ...sheet, version: leftOut('TypeORM counts') });
    expect(await found('person', unversioned, clubs, memberships)).toContain(
      'error TARGET_COLUMN_UNFILLED person.version',
    );
  });

  it('names a join table that stays empty, unless an entity of its own is mapped', async () => {
    const person = mapTo(Person, sheet);
    expect(await found('person', person, clubs)).toContain('warning JOIN_TABLE_UNMAPPED person');
    expect((await found('person', person, clubs, memberships)).join()).not.toContain('JOIN_TABLE');
  });

  it('needs the discriminator of entities that share a table, and is right with it', async () => {
    const car = mapTo(Car, { id: from('ID', integer), doors: constant(4), kind: constant('car') });
    const bike = mapTo(Bike, {
      id: computed(['ID'], 'hundredth@1', () => 100),
      bell: constant('ding'),
      kind: constant('bike'),
    });
    const { fields } = car;
    expect(await found('car', { ...car, fields: fields.filter(({ property }) => property !== 'kind') })).toContain(
      'error DISCRIMINATOR_UNMAPPED car',
    );
    const migrated = await small.run([car, bike]);
    expect(migrated.verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    expect(await migrated.rows('select id, kind, doors, bell from vehicle order by id')).toEqual([
      [1, 'car', 4, null],
      [100, 'bike', null, 'ding'],
    ]);
  });
});

class Snake extends DefaultNamingStrategy {
  override columnName(property: string, given: string | undefined, embedded: string[]): string {
    return given ?? [...embedded, property].join('_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}

describe('the naming strategy of the application', () => {
  it('names the columns that are loaded', async () => {
    const options = { namingStrategy: new Snake() };
    const named = await startSmallMigration(
      ['CREATE TABLE AB_PERSON (ID NUMBER(5) NOT NULL PRIMARY KEY, NAME VARCHAR2(40) NOT NULL, ZIP CHAR(5) NOT NULL)'],
      [Person, Club],
      options,
    );
    await named.standin.run("INSERT INTO AB_PERSON (ID, NAME, ZIP) VALUES (1, 'Ann', '10115')");
    const migrated = await named.run([mapTo(Person, sheet), clubs]).finally(() => named.stop().catch(() => undefined));
    expect(migrated.outcome?.state).toBe('complete');
  });
});
