import { IsBoolean, IsEmail, IsOptional, IsUppercase, Length, MaxLength } from 'class-validator';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A company that has coils processed. */
@Entity('customer')
export class Customer {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'varchar', length: 10 })
  @Index('customer_number_key', { unique: true })
  @Length(1, 10)
  number!: string;

  @Column({ type: 'varchar', length: 60 })
  @Length(1, 60)
  name!: string;

  @Column({ name: 'contact_name', type: 'varchar', length: 60, nullable: true })
  @IsOptional()
  @MaxLength(60)
  contactName!: string | null;

  @Column({ type: 'varchar', length: 120, nullable: true })
  @IsOptional()
  @IsEmail()
  email!: string | null;

  /** E.164, with `;ext=` where there is an extension. */
  @Column({ type: 'varchar', length: 32, nullable: true })
  phone!: string | null;

  @Column({ type: 'varchar', length: 32, nullable: true })
  fax!: string | null;

  @Column({ type: 'varchar', length: 80, nullable: true })
  street!: string | null;

  @Column({ type: 'varchar', length: 60, nullable: true })
  city!: string | null;

  @Column({ type: 'varchar', length: 2, nullable: true })
  @IsOptional()
  @IsUppercase()
  @Length(2, 2)
  state!: string | null;

  @Column({ name: 'postal_code', type: 'varchar', length: 10, nullable: true })
  postalCode!: string | null;

  @Column({ name: 'credit_limit', type: 'numeric', precision: 12, scale: 2, nullable: true })
  creditLimit!: string | null;

  @Column({ name: 'is_vip', type: 'boolean' })
  @IsBoolean()
  isVip!: boolean;

  @Column({ name: 'customer_since', type: 'date', nullable: true })
  customerSince!: string | null;

  @Column({ name: 'updated_at', type: 'timestamp' })
  updatedAt!: Date;
}
