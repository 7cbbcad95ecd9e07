import 'reflect-metadata';
import {
  BaseEntity,
  BeforeInsert,
  AfterLoad,
  ChildEntity,
  Column,
  CreateDateColumn,
  DefaultNamingStrategy,
  Entity,
  EventSubscriber,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  TableInheritance,
  Tree,
  TreeChildren,
  TreeParent,
  VersionColumn,
  type EntitySubscriberInterface,
  type Relation,
} from 'typeorm';
import { contractsOf } from '../../../src/typeorm/entity-contract';

class Address {
  @Column({ nullable: true, type: 'varchar', length: 80 })
  street!: string | null;
}

@Entity({ name: 'owner', schema: 'crm' })
class Owner extends BaseEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({
    type: 'varchar',
    length: 40,
    transformer: { to: (value: string) => `<${value}>`, from: (value: string) => value },
  })
  name!: string;

  @Column(() => Address)
  address!: Address;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @VersionColumn()
  version!: number;

  @BeforeInsert()
  stamp(): void {
    this.name = this.name.trim();
  }

  @AfterLoad()
  greet(): void {
    this.name = this.name.trim();
  }
}

@Entity()
class Pet {
  @PrimaryColumn({ type: 'bigint' })
  id!: string;

  @Column({ name: 'owner_id', type: 'int', nullable: true })
  ownerId!: number | null;

  @ManyToOne(() => Owner, { nullable: true })
  @JoinColumn({ name: 'owner_id' })
  owner!: Relation<Owner> | null;

  @Column({ type: 'decimal', precision: 8, scale: 2 })
  weight!: string;

  @Column({
    type: 'text',
    transformer: [
      { to: (value: string) => `${value}a`, from: (value: string) => value },
      { to: (value: string) => `${value}b`, from: (value: string) => value },
    ],
  })
  note!: string;

  @ManyToMany(() => Owner)
  @JoinTable({ name: 'pet_friends' })
  friends!: Relation<Owner>[];
}

@EventSubscriber()
export class PetSubscriber implements EntitySubscriberInterface<Pet> {
  constructor() {
    throw new Error('must not be made');
  }
  listenTo(): typeof Pet {
    return Pet;
  }
  beforeInsert(): void {
    return undefined;
  }
}

@Entity()
@TableInheritance({ column: { name: 'kind', type: 'varchar' } })
abstract class Vehicle {
  @PrimaryColumn()
  id!: number;
}

@ChildEntity('car')
class Car extends Vehicle {
  @Column({ type: 'int', nullable: true })
  doors!: number | null;
}

@Entity()
@Tree('closure-table')
class Branch {
  @PrimaryColumn()
  id!: number;
  @TreeParent()
  parent!: Relation<Branch>;
  @TreeChildren()
  children!: Relation<Branch>[];
}

const contracts = (): ReturnType<typeof contractsOf> => contractsOf([Owner, Pet]);

describe('contractsOf', () => {
  it('gives the contracts in the order asked for, with table and schema', () => {
    expect(contracts().map(({ entityName, table }) => [entityName, table])).toEqual([
      ['Owner', { schema: 'crm', name: 'owner' }],
      ['Pet', { schema: 'public', name: 'pet' }],
    ]);
  });

  it('names types, lengths, precisions and nullability as TypeORM normalises them', () => {
    const [, pet] = contracts();
    const facts = pet!.columns.map(({ property, column, type, nullable, precision, scale }) => [
      property,
      column,
      type,
      nullable,
      precision,
      scale,
    ]);
    expect(facts).toContainEqual(['id', 'id', 'bigint', false, null, null]);
    expect(facts).toContainEqual(['ownerId', 'owner_id', 'integer', true, null, null]);
    expect(facts).toContainEqual(['weight', 'weight', 'numeric', false, 8, 2]);
  });

  it('says which columns the database or TypeORM fills', () => {
    const [owner] = contracts();
    const generated = Object.fromEntries(owner!.columns.map((column) => [column.property, column.generated]));
    expect(generated).toMatchObject({ id: 'increment', name: 'no', createdAt: 'create-date', version: 'version' });
  });

  it('names the column of an embedded object by its dotted path', () => {
    const [owner] = contracts();
    expect(owner!.columns.find((column) => column.property === 'address.street')).toMatchObject({
      column: 'addressStreet',
      length: 80,
    });
  });

  it('leads a foreign key to its scalar property', () => {
    const [, pet] = contracts();
    expect(pet!.relations).toContainEqual({
      property: 'ownerId',
      columns: ['owner_id'],
      parent: { schema: 'crm', name: 'owner' },
      parentColumns: ['id'],
    });
  });

  it('applies column transformers in the order in which TypeORM saves', () => {
    const [owner, pet] = contracts();
    expect(owner!.columns.find((column) => column.property === 'name')!.toDatabase!('x')).toBe('<x>');
    expect(pet!.columns.find((column) => column.property === 'note')!.toDatabase!('x')).toBe('xab');
  });

  it('lists the listeners of an insert, and subscribers without making an instance', () => {
    const [owner, pet] = contracts();
    expect(owner!.bypassed).toEqual(['before-insert stamp']);
    expect(pet!.bypassed).toEqual(['beforeInsert PetSubscriber']);
  });

  it('reports join tables, inheritance and trees as unsupported', () => {
    const [, pet] = contracts();
    expect(pet!.unsupported).toMatchObject([{ code: 'JOIN_TABLE_UNMAPPED' }]);
    const [car, branch] = contractsOf([Car, Branch, Vehicle]);
    expect(car!.unsupported).toMatchObject([{ code: 'DISCRIMINATOR_UNMAPPED', liftedBy: 'kind' }]);
    expect(branch!.unsupported).toMatchObject([{ code: 'TREE_UNSUPPORTED' }]);
  });

  it('uses the naming strategy of the application', () => {
    class Upper extends DefaultNamingStrategy {
      override columnName(property: string, custom: string): string {
        return (custom || property).toUpperCase();
      }
    }
    const [, pet] = contractsOf([Owner, Pet], { namingStrategy: new Upper() });
    expect(pet!.columns.map((column) => column.column)).toContain('WEIGHT');
  });

  it('leaves active record classes unbound', () => {
    contracts();
    expect(Object.hasOwn(Owner, 'dataSource')).toBe(false);
  });

  it('refuses entities whose relations lead outside', () => {
    expect(() => contractsOf([Pet])).toThrow(/TypeORM refuses the entities/);
  });
});
