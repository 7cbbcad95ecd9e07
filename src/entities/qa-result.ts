import { IsBoolean, IsEmail, IsIn, IsOptional, MaxLength } from 'class-validator';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Job } from './job';

const QA_TESTS = ['tensile', 'elongation', 'flatness', 'surface', 'gauge'] as const;
type QaTest = (typeof QA_TESTS)[number];

/** One measurement of quality assurance on a job. */
@Entity('qa_result')
export class QaResult {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ name: 'job_id', type: 'int' })
  jobId!: number;

  @ManyToOne(() => Job)
  @JoinColumn({ name: 'job_id' })
  job!: Relation<Job>;

  @Column({ type: 'varchar', length: 12 })
  @IsIn(QA_TESTS)
  test!: QaTest;

  @Column({ type: 'boolean' })
  @IsBoolean()
  passed!: boolean;

  @Column({ type: 'numeric', precision: 12, scale: 6, nullable: true })
  measured!: string | null;

  @Column({ type: 'varchar', length: 8, nullable: true })
  @IsOptional()
  @MaxLength(8)
  unit!: string | null;

  @Column({ type: 'varchar', length: 60, nullable: true })
  @IsOptional()
  @MaxLength(60)
  inspector!: string | null;

  @Column({ name: 'inspector_email', type: 'varchar', length: 120, nullable: true })
  @IsOptional()
  @IsEmail()
  inspectorEmail!: string | null;

  @Column({ name: 'tested_at', type: 'timestamptz' })
  testedAt!: Date;

  @Column({ type: 'text', nullable: true })
  remarks!: string | null;
}
