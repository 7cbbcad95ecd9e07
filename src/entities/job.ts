import { IsBoolean, IsIn, IsInt, IsOptional, Length, Max, MaxLength, Min } from 'class-validator';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Coil } from './coil';
import { Customer } from './customer';

/** What a job does to its coil. */
const OPERATIONS = ['slitting', 'cut-to-length', 'levelling', 'coating'] as const;
type Operation = (typeof OPERATIONS)[number];

const JOB_STATUSES = ['open', 'running', 'done', 'cancelled'] as const;
type JobStatus = (typeof JOB_STATUSES)[number];

/** An order to process one coil. */
@Entity('job')
export class Job {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ name: 'job_number', type: 'varchar', length: 12 })
  @Index('job_number_key', { unique: true })
  @Length(1, 12)
  jobNumber!: string;

  @Column({ name: 'customer_id', type: 'int' })
  customerId!: number;

  @ManyToOne(() => Customer)
  @JoinColumn({ name: 'customer_id' })
  customer!: Relation<Customer>;

  @Column({ name: 'coil_id', type: 'bigint' })
  @Index('job_coil_id_idx')
  coilId!: string;

  @ManyToOne(() => Coil)
  @JoinColumn({ name: 'coil_id' })
  coil!: Relation<Coil>;

  /** Code of the production line; kept as a code, for lines come and go. */
  @Column({ name: 'line_code', type: 'varchar', length: 8 })
  @Length(1, 8)
  lineCode!: string;

  @Column({ type: 'varchar', length: 16 })
  @IsIn(OPERATIONS)
  operation!: Operation;

  @Column({ type: 'varchar', length: 12 })
  @IsIn(JOB_STATUSES)
  status!: JobStatus;

  /** 1 is the most urgent. */
  @Column({ type: 'smallint' })
  @IsInt()
  @Min(1)
  @Max(9)
  priority!: number;

  @Column({ name: 'ordered_pieces', type: 'int', nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  orderedPieces!: number | null;

  @Column({ name: 'target_gauge_mm', type: 'numeric', precision: 7, scale: 4 })
  targetGaugeMm!: string;

  @Column({ name: 'target_width_mm', type: 'numeric', precision: 8, scale: 2 })
  targetWidthMm!: string;

  @Column({ name: 'scrap_percent', type: 'numeric', precision: 5, scale: 2, nullable: true })
  scrapPercent!: string | null;

  @Column({ name: 'ordered_on', type: 'date' })
  orderedOn!: string;

  /** 9999-12-31 where the job has no due date. */
  @Column({ name: 'due_on', type: 'date' })
  dueOn!: string;

  @Column({ name: 'started_at', type: 'timestamp', nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'finished_at', type: 'timestamp', nullable: true })
  finishedAt!: Date | null;

  @Column({ name: 'is_rush', type: 'boolean' })
  @IsBoolean()
  isRush!: boolean;

  @Column({ name: 'operator_name', type: 'varchar', length: 60, nullable: true })
  @IsOptional()
  @MaxLength(60)
  operatorName!: string | null;

  @Column({ type: 'text', nullable: true })
  instructions!: string | null;

  @Column({ name: 'created_at', type: 'timestamp', precision: 6 })
  createdAt!: Date;
}
