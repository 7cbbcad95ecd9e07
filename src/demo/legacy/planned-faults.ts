/** What a planned fault must be reported as. */
export interface FaultReport {
  readonly stage: 'transform' | 'validation' | 'load' | 'orphan';
  readonly property: string | null;
  readonly reason: string;
}

/** A row that must not arrive, and what must be said about it. */
export interface PlannedReject extends FaultReport {
  readonly entity: string;
  /** JSON array of the key's text, as in the ledger. */
  readonly key: string;
}

const transform = (property: string, reason: string): FaultReport => ({ stage: 'transform', property, reason });
const rule = (property: string, reason: string): FaultReport => ({ stage: 'validation', property, reason });
const load = (property: string, reason: string): FaultReport => ({ stage: 'load', property, reason });
const orphan = (property: string, reason: string): FaultReport => ({ stage: 'orphan', property, reason });

const PARENT_REJECTED = 'parent rejected';
const noParent = (table: string): string => `no parent in ${table}`;
const notADate = (...formats: readonly string[]): string => `not a date in ${formats.join(' or ')}`;

/**
 * Every kind of fault by entity, with the words the product must use. This is the one place to change when its words change.
 * The order matters in tiny data: the first kinds are planted first. Cascades (`… rejected`) come after their causes.
 */
export const FAULTS = {
  carrier: {},
  line: {},
  customer: {
    badEmail: rule('email', 'isEmail: must be an e-mail address'),
    badDate: transform('customerSince', notADate('YYYYMMDD', 'MM/DD/YYYY', 'DD-MON-YYYY', 'YYYY-MM-DD')),
    longName: rule('name', 'isLength: must have 1 to 60 characters'),
    hugeLimit: transform('creditLimit', 'more than 10 digits before the point'),
    badPhone: transform('phone', 'not a phone number'),
  },
  coil: {
    badDate: transform('madeOn', notADate('YYYYMMDD', 'MM/DD/YYYY', 'DD-MON-YYYY', 'YYYY-MM-DD')),
    nulInHeat: transform('heatNumber', 'contains a NUL character'),
    unknownAlloy: transform('alloy', 'unknown code'),
    fineGauge: transform('gaugeMm', 'more than 4 decimals'),
    noWeight: transform('weightKg', 'null where a value is required'),
    longHeat: rule('heatNumber', 'isLength: must have 4 to 20 characters'),
    customerRejected: orphan('customerId', PARENT_REJECTED),
    parentMissing: orphan('parentCoilId', noParent('coil')),
    parentRejected: orphan('parentCoilId', PARENT_REJECTED),
  },
  job: {
    badDate: transform('orderedOn', notADate('YYYYMMDD', 'DD.MM.YYYY', 'DD-MON-YYYY')),
    noDate: transform('orderedOn', 'null where a value is required'),
    unknownStatus: transform('status', 'unknown code'),
    priorityZero: rule('priority', 'min: must not be less than 1'),
    coilMissing: orphan('coilId', noParent('coil')),
    coilRejected: orphan('coilId', PARENT_REJECTED),
    customerRejected: orphan('customerId', PARENT_REJECTED),
  },
  skid: {
    duplicateKey: load('id', 'duplicate key'),
    longBarcode: load('barcode', 'longer than 20 characters'),
    fineWeight: transform('netWeightKg', 'more than 3 decimals'),
    jobRejected: orphan('jobId', PARENT_REJECTED),
  },
  qa: {
    badEmail: rule('inspectorEmail', 'isEmail: must be an e-mail address'),
    unknownTest: transform('test', 'unknown code'),
    jobRejected: orphan('jobId', PARENT_REJECTED),
  },
  shipment: {
    badDate: transform('deliveredOn', notADate('MM/DD/YYYY', 'YYYYMMDD', 'YYYY-MM-DD')),
    hugeWeight: transform('weightKg', 'more than 9 digits before the point'),
    customerMissing: orphan('customerId', noParent('customer')),
    customerRejected: orphan('customerId', PARENT_REJECTED),
  },
} as const satisfies Record<string, Record<string, FaultReport>>;

export type Entity = keyof typeof FAULTS;
export type FaultOf<E extends Entity> = keyof (typeof FAULTS)[E] & string;

/** The fault of one row: the how-manieth of its kind it is, from 0. */
export interface PlantedFault {
  readonly kind: string;
  readonly ordinal: number;
}

/** Which rows of a table are spoiled beyond repair, by row number. */
export type FaultPlan = ReadonlyMap<number, PlantedFault>;

/** Share of spoiled rows that tables of any size aim at; small ones have one row of each kind. */
const SHARE = 0.005;

/** Spreads each kind of fault evenly over the rows: at least one of each, but never more than a third of the rows. */
export function planFaults(kinds: readonly string[], rows: number, seed: number): FaultPlan {
  const perKind = Math.max(1, Math.round((rows * SHARE) / Math.max(1, kinds.length)));
  const total = Math.min(kinds.length * perKind, Math.floor(rows / 3));
  const plan = new Map<number, PlantedFault>();
  for (let slot = 0; slot < total; slot++) {
    const index = (Math.floor(((slot + 0.5) * rows) / total) + seed) % rows;
    plan.set(index, { kind: kinds[slot % kinds.length] ?? '', ordinal: Math.floor(slot / kinds.length) });
  }
  return plan;
}
