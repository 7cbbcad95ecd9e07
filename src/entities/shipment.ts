import { IsIn, Length } from 'class-validator';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Carrier } from './carrier';
import { Customer } from './customer';

const SHIPMENT_STATUSES = ['planned', 'loaded', 'in-transit', 'delivered'] as const;
type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number];

/** A truckload on its way to a customer. */
@Entity('shipment')
export class Shipment {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  /** Number of the bill of lading. */
  @Column({ name: 'bol_number', type: 'varchar', length: 16 })
  @Index('shipment_bol_number_key', { unique: true })
  @Length(1, 16)
  bolNumber!: string;

  @Column({ name: 'carrier_id', type: 'int' })
  carrierId!: number;

  @ManyToOne(() => Carrier)
  @JoinColumn({ name: 'carrier_id' })
  carrier!: Relation<Carrier>;

  @Column({ name: 'customer_id', type: 'int' })
  @Index('shipment_customer_id_idx')
  customerId!: number;

  @ManyToOne(() => Customer)
  @JoinColumn({ name: 'customer_id' })
  customer!: Relation<Customer>;

  @Column({ name: 'shipped_at', type: 'timestamp' })
  shippedAt!: Date;

  @Column({ name: 'delivered_on', type: 'date', nullable: true })
  deliveredOn!: string | null;

  @Column({ name: 'weight_kg', type: 'numeric', precision: 12, scale: 3 })
  weightKg!: string;

  @Column({ name: 'freight_amount', type: 'numeric', precision: 10, scale: 2, nullable: true })
  freightAmount!: string | null;

  @Column({ type: 'varchar', length: 12 })
  @IsIn(SHIPMENT_STATUSES)
  status!: ShipmentStatus;

  @Column({ name: 'driver_phone', type: 'varchar', length: 32, nullable: true })
  driverPhone!: string | null;

  @Column({ name: 'departed_at', type: 'timestamptz', nullable: true })
  departedAt!: Date | null;

  @Column({ type: 'text', nullable: true })
  comments!: string | null;
}
