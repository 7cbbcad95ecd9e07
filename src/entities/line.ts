import { Length, MaxLength } from 'class-validator';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A production line of the plant: slitting, levelling, cut to length. */
@Entity('line')
export class Line {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'varchar', length: 8 })
  @Length(1, 8)
  code!: string;

  @Column({ type: 'varchar', length: 80 })
  @MaxLength(80)
  description!: string;

  @Column({ name: 'max_width_mm', type: 'numeric', precision: 8, scale: 2 })
  maxWidthMm!: string;
}
