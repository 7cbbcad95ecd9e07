import {
  defineConfig,
  integer,
  legacyTable,
  oracleDate,
  oracleTimestamp,
  timestampToMicroseconds,
  trimmed,
  unpadded,
  yesNo,
  type CharText,
  type DateText,
  type NumberText,
  type TimestampText,
} from 'cutover';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';

/** Filled by two mappings. */
@Entity('people')
class Person {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'varchar', length: 40 }) name!: string;
  @Column({ type: 'varchar', length: 8, nullable: true }) badge!: string | null;
  @Column({ type: 'date', nullable: true }) born!: string | null;
  @Column({ type: 'numeric', precision: 12, scale: 2, nullable: true }) balance!: string | null;
  @Column({ type: 'interval', nullable: true }) stay!: string | null;
  @Column({ type: 'text', nullable: true }) notes!: string | null;
  @Column({ type: 'bytea', nullable: true }) photo!: Buffer | null;
  @Column({ type: 'boolean' }) isDoctor!: boolean;
}

@Entity('visit')
class Visit {
  @PrimaryColumn({ type: 'bigint' }) id!: string;
  @Column({ type: 'int', nullable: true }) personId!: number | null;
  @Column({ type: 'numeric', nullable: true }) cost!: string | null;
  @Column({ type: 'timestamp', nullable: true }) seen!: Date | null;
  @Column({ type: 'boolean', nullable: true }) paid!: boolean | null;
  @Column({ type: 'varchar', length: 8, nullable: true }) ward!: string | null;
  @Column({ type: 'real', nullable: true }) tax!: string | null;
  @ManyToOne(() => Person, { nullable: true }) @JoinColumn({ name: 'personId' }) person!: Relation<Person> | null;
}

interface PersonRow {
  ID: NumberText;
  NAME: string;
  BADGE: CharText | null;
  BORN: DateText | null;
  BALANCE: NumberText | null;
  STAY: string | null;
  NOTES: string | null;
  PHOTO: Buffer | null;
}

interface VisitRow {
  ID: NumberText;
  PERSON_ID: NumberText;
  COST: NumberText | null;
  SEEN: TimestampText | null;
  PAID: 'Y' | 'N' | null;
  WARD: string | null;
  TAX: NumberText | null;
}

const person = legacyTable<PersonRow>('PERSON', { key: ['ID'] });
const visit = legacyTable<VisitRow>('VISIT', { key: ['ID'] });

const persons = (entity: string, isDoctor: boolean, where: string) =>
  person.mapTo(
    Person,
    {
      id: person.from('ID', integer),
      name: person.from('NAME', trimmed),
      badge: person.from('BADGE', unpadded),
      born: person.from('BORN', oracleDate),
      balance: person.from('BALANCE'),
      stay: person.from('STAY'),
      notes: person.from('NOTES'),
      photo: person.from('PHOTO'),
      isDoctor: person.constant(isDoctor),
    },
    { entity, where },
  );

/** The project that is migrated by a product with a fault in it. */
export default defineConfig({
  mappings: [
    persons('patient', false, "KIND = 'P'"),
    persons('doctor', true, "KIND = 'D'"),
    visit.mapTo(
      Visit,
      {
        id: visit.from('ID', integer),
        personId: visit.from('PERSON_ID', integer),
        cost: visit.from('COST'),
        seen: visit.from('SEEN', timestampToMicroseconds, oracleTimestamp),
        paid: visit.from('PAID', yesNo),
        ward: visit.from('WARD', trimmed),
        tax: visit.from('TAX'),
      },
      { entity: 'visit', orphans: { personId: 'null' } as never },
    ),
  ],
  entities: [Person, Visit],
});
