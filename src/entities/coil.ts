import { IsBoolean, IsIn, IsNumberString, IsOptional, Length, MaxLength } from 'class-validator';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Customer } from './customer';

/** Where a coil is in its life. */
const COIL_STATUSES = ['in-stock', 'in-process', 'consumed', 'scrapped'] as const;
type CoilStatus = (typeof COIL_STATUSES)[number];

/** A coil of aluminium, as received or slit from another coil. */
@Entity('coil')
export class Coil {
  /** Ten digits and more, so text in JavaScript. */
  @PrimaryColumn({ type: 'bigint' })
  id!: string;

  @Column({ name: 'coil_number', type: 'varchar', length: 14 })
  @Index('coil_number_key', { unique: true })
  @Length(1, 14)
  coilNumber!: string;

  @Column({ name: 'customer_id', type: 'int' })
  @Index('coil_customer_id_idx')
  customerId!: number;

  @ManyToOne(() => Customer)
  @JoinColumn({ name: 'customer_id' })
  customer!: Relation<Customer>;

  /** The coil that this one was slit from. */
  @Column({ name: 'parent_coil_id', type: 'bigint', nullable: true })
  parentCoilId!: string | null;

  @ManyToOne(() => Coil, { nullable: true })
  @JoinColumn({ name: 'parent_coil_id' })
  parentCoil!: Relation<Coil> | null;

  @Column({ type: 'varchar', length: 12 })
  @Length(1, 12)
  alloy!: string;

  @Column({ type: 'varchar', length: 4 })
  @Length(1, 4)
  temper!: string;

  @Column({ name: 'gauge_mm', type: 'numeric', precision: 7, scale: 4 })
  @IsNumberString()
  gaugeMm!: string;

  @Column({ name: 'width_mm', type: 'numeric', precision: 8, scale: 2 })
  @IsNumberString()
  widthMm!: string;

  @Column({ name: 'weight_kg', type: 'numeric', precision: 10, scale: 3 })
  @IsNumberString()
  weightKg!: string;

  @Column({ name: 'heat_number', type: 'varchar', length: 30, nullable: true })
  @IsOptional()
  @Length(4, 20)
  heatNumber!: string | null;

  /** Serial of the casting machine: up to 38 digits. */
  @Column({ name: 'cast_serial', type: 'numeric', precision: 38, scale: 0, nullable: true })
  castSerial!: string | null;

  @Column({ name: 'received_at', type: 'timestamp' })
  receivedAt!: Date;

  @Column({ name: 'made_on', type: 'date', nullable: true })
  madeOn!: string | null;

  @Column({ name: 'scanned_at', type: 'timestamp', precision: 6, nullable: true })
  scannedAt!: Date | null;

  @Column({ type: 'varchar', length: 12 })
  @IsIn(COIL_STATUSES)
  status!: CoilStatus;

  @Column({ name: 'is_on_hold', type: 'boolean' })
  @IsBoolean()
  isOnHold!: boolean;

  @Column({ type: 'varchar', length: 12, nullable: true })
  @IsOptional()
  @MaxLength(12)
  location!: string | null;

  @Column({ type: 'text', nullable: true })
  notes!: string | null;

  @Column({ name: 'rfid_tag', type: 'bytea', nullable: true })
  rfidTag!: Buffer | null;
}
