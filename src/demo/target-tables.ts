import type { Entity } from './legacy/planned-faults';

/** How the text of a target column is asked for, so that both sides of a comparison are plain text. */
const AS_TEXT = {
  text: (column: string) => `${column}::text`,
  date: (column: string) => `to_char(${column}, 'YYYY-MM-DD')`,
  timestamp: (column: string) => `to_char(${column}, 'YYYY-MM-DD HH24:MI:SS.US')`,
  timestamptz: (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')`,
  bytes: (column: string) => `encode(${column}, 'hex')`,
} satisfies Record<string, (column: string) => string>;

type Form = keyof typeof AS_TEXT;

export interface TargetTable {
  readonly entity: Entity;
  readonly table: string;
  /** Property → column and form; written by hand, so that it owes nothing to the entities. `id` is the key. */
  readonly columns: Readonly<Record<string, readonly [column: string, form: Form]>>;
}

/** The eight tables as the comparison reads them, parents before their children. */
export const TARGET_TABLES: readonly TargetTable[] = [
  {
    entity: 'carrier',
    table: 'carrier',
    columns: {
      id: ['id', 'text'],
      code: ['code', 'text'],
      name: ['name', 'text'],
      scac: ['scac', 'text'],
      phone: ['phone', 'text'],
      email: ['email', 'text'],
      isActive: ['is_active', 'text'],
      contractSince: ['contract_since', 'date'],
    },
  },
  {
    entity: 'line',
    table: 'line',
    columns: {
      id: ['id', 'text'],
      code: ['code', 'text'],
      description: ['description', 'text'],
      maxWidthMm: ['max_width_mm', 'text'],
    },
  },
  {
    entity: 'customer',
    table: 'customer',
    columns: {
      id: ['id', 'text'],
      number: ['number', 'text'],
      name: ['name', 'text'],
      contactName: ['contact_name', 'text'],
      email: ['email', 'text'],
      phone: ['phone', 'text'],
      fax: ['fax', 'text'],
      street: ['street', 'text'],
      city: ['city', 'text'],
      state: ['state', 'text'],
      postalCode: ['postal_code', 'text'],
      creditLimit: ['credit_limit', 'text'],
      isVip: ['is_vip', 'text'],
      customerSince: ['customer_since', 'date'],
      updatedAt: ['updated_at', 'timestamp'],
    },
  },
  {
    entity: 'coil',
    table: 'coil',
    columns: {
      id: ['id', 'text'],
      coilNumber: ['coil_number', 'text'],
      customerId: ['customer_id', 'text'],
      parentCoilId: ['parent_coil_id', 'text'],
      alloy: ['alloy', 'text'],
      temper: ['temper', 'text'],
      gaugeMm: ['gauge_mm', 'text'],
      widthMm: ['width_mm', 'text'],
      weightKg: ['weight_kg', 'text'],
      heatNumber: ['heat_number', 'text'],
      castSerial: ['cast_serial', 'text'],
      receivedAt: ['received_at', 'timestamp'],
      madeOn: ['made_on', 'date'],
      scannedAt: ['scanned_at', 'timestamp'],
      status: ['status', 'text'],
      isOnHold: ['is_on_hold', 'text'],
      location: ['location', 'text'],
      notes: ['notes', 'text'],
      rfidTag: ['rfid_tag', 'bytes'],
    },
  },
  {
    entity: 'job',
    table: 'job',
    columns: {
      id: ['id', 'text'],
      jobNumber: ['job_number', 'text'],
      customerId: ['customer_id', 'text'],
      coilId: ['coil_id', 'text'],
      lineCode: ['line_code', 'text'],
      operation: ['operation', 'text'],
      status: ['status', 'text'],
      priority: ['priority', 'text'],
      orderedPieces: ['ordered_pieces', 'text'],
      targetGaugeMm: ['target_gauge_mm', 'text'],
      targetWidthMm: ['target_width_mm', 'text'],
      scrapPercent: ['scrap_percent', 'text'],
      orderedOn: ['ordered_on', 'date'],
      dueOn: ['due_on', 'date'],
      startedAt: ['started_at', 'timestamp'],
      finishedAt: ['finished_at', 'timestamp'],
      isRush: ['is_rush', 'text'],
      operatorName: ['operator_name', 'text'],
      instructions: ['instructions', 'text'],
      createdAt: ['created_at', 'timestamp'],
    },
  },
  {
    entity: 'skid',
    table: 'skid',
    columns: {
      id: ['id', 'text'],
      skidNumber: ['skid_number', 'text'],
      jobId: ['job_id', 'text'],
      pieces: ['pieces', 'text'],
      netWeightKg: ['net_weight_kg', 'text'],
      grossWeightKg: ['gross_weight_kg', 'text'],
      location: ['location', 'text'],
      packedAt: ['packed_at', 'timestamp'],
      isShipped: ['is_shipped', 'text'],
      barcode: ['barcode', 'text'],
    },
  },
  {
    entity: 'qa',
    table: 'qa_result',
    columns: {
      id: ['id', 'text'],
      jobId: ['job_id', 'text'],
      test: ['test', 'text'],
      passed: ['passed', 'text'],
      measured: ['measured', 'text'],
      unit: ['unit', 'text'],
      inspector: ['inspector', 'text'],
      inspectorEmail: ['inspector_email', 'text'],
      testedAt: ['tested_at', 'timestamptz'],
      remarks: ['remarks', 'text'],
    },
  },
  {
    entity: 'shipment',
    table: 'shipment',
    columns: {
      id: ['id', 'text'],
      bolNumber: ['bol_number', 'text'],
      carrierId: ['carrier_id', 'text'],
      customerId: ['customer_id', 'text'],
      shippedAt: ['shipped_at', 'timestamp'],
      deliveredOn: ['delivered_on', 'date'],
      weightKg: ['weight_kg', 'text'],
      freightAmount: ['freight_amount', 'text'],
      status: ['status', 'text'],
      driverPhone: ['driver_phone', 'text'],
      departedAt: ['departed_at', 'timestamptz'],
      comments: ['comments', 'text'],
    },
  },
];

/** All rows of a table as text, one result column per property, in the order of the key. */
export function selectAsText({ table, columns }: TargetTable): string {
  const list = Object.entries(columns).map(
    ([property, [column, form]]) => `${AS_TEXT[form](`"${column}"`)} as "${property}"`,
  );
  return `select ${list.join(', ')} from "${table}" order by "${table}"."id"`;
}
