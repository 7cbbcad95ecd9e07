import { IsIn, IsOptional, MaxLength } from 'class-validator';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An order, as the new application knows it. */
@Entity('orders')
export class Order {
  @PrimaryColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar', length: 60 })
  @MaxLength(60)
  customerName!: string;

  @Column({ type: 'varchar', length: 10 })
  @IsIn(['open', 'shipped', 'cancelled'])
  status!: string;

  @Column({ type: 'boolean' })
  isUrgent!: boolean;

  @Column({ type: 'numeric', precision: 12, scale: 2 })
  total!: string;

  @Column({ type: 'timestamp', nullable: true })
  orderedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  @IsOptional()
  @MaxLength(2000)
  note!: string | null;
}
