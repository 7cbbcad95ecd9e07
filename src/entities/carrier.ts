import { IsBoolean, IsEmail, IsOptional, Length, MaxLength } from 'class-validator';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A haulage company that takes finished skids to customers. */
@Entity('carrier')
export class Carrier {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'varchar', length: 6 })
  @Length(1, 6)
  code!: string;

  @Column({ type: 'varchar', length: 60 })
  @Length(1, 60)
  name!: string;

  /** Standard carrier alpha code. */
  @Column({ type: 'varchar', length: 4, nullable: true })
  @IsOptional()
  @Length(2, 4)
  scac!: string | null;

  @Column({ type: 'varchar', length: 32, nullable: true })
  @IsOptional()
  @MaxLength(32)
  phone!: string | null;

  @Column({ type: 'varchar', length: 120, nullable: true })
  @IsOptional()
  @IsEmail()
  email!: string | null;

  @Column({ name: 'is_active', type: 'boolean' })
  @IsBoolean()
  isActive!: boolean;

  /** `YYYY-MM-DD`; 0001-01-01 where the old system did not know. */
  @Column({ name: 'contract_since', type: 'date', nullable: true })
  contractSince!: string | null;
}
