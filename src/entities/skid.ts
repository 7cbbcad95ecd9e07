import { IsBoolean, IsInt, Length, Min } from 'class-validator';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Job } from './job';

/** A pallet of finished sheets or slit coils. */
@Entity('skid')
export class Skid {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ name: 'skid_number', type: 'varchar', length: 12 })
  @Length(1, 12)
  skidNumber!: string;

  @Column({ name: 'job_id', type: 'int' })
  jobId!: number;

  @ManyToOne(() => Job)
  @JoinColumn({ name: 'job_id' })
  job!: Relation<Job>;

  @Column({ type: 'int' })
  @IsInt()
  @Min(0)
  pieces!: number;

  @Column({ name: 'net_weight_kg', type: 'numeric', precision: 9, scale: 3 })
  netWeightKg!: string;

  @Column({ name: 'gross_weight_kg', type: 'numeric', precision: 9, scale: 3, nullable: true })
  grossWeightKg!: string | null;

  /** `warehouse-bin`. */
  @Column({ type: 'varchar', length: 16, nullable: true })
  location!: string | null;

  @Column({ name: 'packed_at', type: 'timestamp', nullable: true })
  packedAt!: Date | null;

  @Column({ name: 'is_shipped', type: 'boolean' })
  @IsBoolean()
  isShipped!: boolean;

  @Column({ type: 'varchar', length: 20, nullable: true })
  barcode!: string | null;
}
