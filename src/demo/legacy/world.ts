import type { Dice } from './dice';
import { FAULTS, planFaults, type Entity, type FaultPlan } from './planned-faults';

/** Rows at scale 1, as the old system's own plan counts them. */
const ROWS_AT_SCALE_1 = {
  carrier: 25,
  line: 10,
  customer: 1_234,
  coil: 45_678,
  job: 23_456,
  skid: 8_901,
  qa: 12_345,
  shipment: 6_789,
} as const satisfies Record<Entity, number>;

/** Parents before their children. */
const ENTITIES = Object.keys(ROWS_AT_SCALE_1) as Entity[];

/** What the tables must agree on: how many rows each has, and which of them are spoiled. */
export interface World {
  readonly seed: number;
  readonly rows: Readonly<Record<Entity, number>>;
  readonly faults: Readonly<Record<Entity, FaultPlan>>;
  /** Spoiled rows that may be given children, orphans first, so that whole families fall. */
  readonly rejected: Readonly<Record<Entity, readonly number[]>>;
}

/** Whose rejected rows a cascade needs. */
const CAUSES: Readonly<Record<string, Entity>> = {
  customerRejected: 'customer',
  coilRejected: 'coil',
  jobRejected: 'job',
};

export function makeWorld(scale: number, seed: number): World {
  const rows = byEntity((entity) => Math.max(1, Math.round(ROWS_AT_SCALE_1[entity] * scale)));
  const faults = byEntity((): FaultPlan => new Map());
  for (const entity of ENTITIES) {
    const kinds = Object.keys(FAULTS[entity]).filter((kind) => hasCause(kind, faults));
    faults[entity] = planFaults(kinds, rows[entity], seed);
  }
  return { seed, rows, faults, rejected: byEntity((entity) => possibleParents(faults[entity])) };
}

/** A cascade can be planned only where the parents' table has rows to be rejected. */
function hasCause(kind: string, faults: Readonly<Record<Entity, FaultPlan>>): boolean {
  const parents = CAUSES[kind];
  return parents === undefined || faults[parents].size > 0;
}

/** Rows that hang on each other would hold each other up, so a coil with a rejected parent is none itself. */
function possibleParents(faults: FaultPlan): number[] {
  const roots = [...faults].filter(([, { kind }]) => kind !== 'parentRejected' && kind !== 'duplicateKey');
  return roots.sort(([a, x], [b, y]) => rank(x.kind) - rank(y.kind) || a - b).map(([index]) => index);
}

/** The number of a row that will arrive, so that its child is no orphan. */
export function goodRow(world: World, entity: Entity, dice: Dice): number {
  return nextGood(world, entity, dice.int(0, world.rows[entity] - 1));
}

/** The first row from `index` on that will arrive; a third of the rows at most will not. */
export function nextGood(world: World, entity: Entity, index: number): number {
  const count = world.rows[entity];
  let candidate = index % count;
  while (world.faults[entity].has(candidate)) candidate = (candidate + 1) % count;
  return candidate;
}

/** The number of a row that will be rejected; they take turns. */
export function rejectedRow(world: World, entity: Entity, turn: number): number {
  const rejected = world.rejected[entity];
  return rejected[turn % rejected.length] ?? 0;
}

function rank(kind: string): number {
  return kind.endsWith('Rejected') || kind.endsWith('Missing') ? 0 : 1;
}

function byEntity<T>(make: (entity: Entity) => T): Record<Entity, T> {
  return Object.fromEntries(ENTITIES.map((entity) => [entity, make(entity)])) as Record<Entity, T>;
}
