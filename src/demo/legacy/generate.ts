import { carriers } from './carriers';
import { coils } from './coils';
import { customers } from './customers';
import { abisDdl } from './ddl';
import { jobs } from './jobs';
import { lines } from './lines';
import type { Entity, PlannedReject } from './planned-faults';
import { qaResults } from './qa-results';
import { tableData, type Batch, type ExpectedRow, type LegacyTableData } from './recipe';
import { shipments } from './shipments';
import { skids } from './skids';
import { makeWorld, type World } from './world';

export interface LegacySize {
  /** Multiplies the rows of every table; fractions are fine, each table keeps at least one row. */
  readonly scale?: number;
  /** Another seed gives other data of the same kind. */
  readonly seed?: number;
}

/** The legacy ABIS database: how to make it, and what must become of it. */
export interface LegacyDatabase {
  /** Oracle statements, to be run in order before the rows are filled in. */
  readonly ddl: readonly string[];
  /** Parents before their children. */
  readonly tables: readonly LegacyTableData[];
  /** How many rows there are, and how many of them must be turned away. */
  readonly size: { readonly rows: number; readonly rejects: number };
  readonly expected: {
    /** The target rows of an entity in the order of their keys. */
    rows(entity: Entity): Iterable<ExpectedRow>;
    /** Every row that must be turned away, with the product's words for it. */
    readonly rejects: readonly PlannedReject[];
  };
}

/** The same size and seed give the same bytes. Rows are made while they are read. */
export function abisLegacy({ scale = 1, seed = 1 }: LegacySize = {}): LegacyDatabase {
  const world = makeWorld(scale, seed);
  const batch = (entity: Entity): Batch => ({ rows: world.rows[entity], seed, faults: world.faults[entity] });
  const tables = [
    tableData(carriers, batch('carrier')),
    tableData(lines, batch('line')),
    tableData(customers, batch('customer')),
    tableData(coils(world), batch('coil')),
    tableData(jobs(world), batch('job')),
    tableData(skids(world), batch('skid')),
    tableData(qaResults(world), batch('qa')),
    tableData(shipments(world), batch('shipment')),
  ];
  return {
    ddl: abisDdl,
    tables,
    size: sizeOf(world),
    expected: {
      rows: (entity) => tables.find((table) => table.entity === entity)?.expected ?? [],
      rejects: tables.flatMap(({ rejects }) => [...rejects]),
    },
  };
}

function sizeOf({ rows, faults }: World): LegacyDatabase['size'] {
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  return { rows: sum(Object.values(rows)), rejects: sum(Object.values(faults).map(({ size }) => size)) };
}
