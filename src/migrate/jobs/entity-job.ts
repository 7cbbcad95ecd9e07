import type { EntityContract } from '../../core/mapping/entity-contract';
import { sameTable } from '../../core/mapping/table-name';
import type { Fingerprinted } from '../../core/run/fingerprint-fixes';
import type { Lookups } from '../../core/rows/lookups';
import type { TableMapping } from '../../core/mapping/table-mapping';
import type { ReadPlan } from '../../core/ports/legacy-source';
import type { Spill } from '../../core/ports/spill';
import type { LoadPlan, TableName } from '../../core/ports/target';
import type { WritePlan } from '../../core/ports/write-plan';
import type { ChunkTransformer } from '../../core/rows/transform-rows';

/** Everything the run knows about one entity before it starts. */
export interface EntityJob extends Fingerprinted {
  /** With the command line's condition in `where`. */
  readonly mapping: TableMapping;
  readonly contract: EntityContract;
  readonly read: ReadPlan;
  readonly load: WritePlan;
  /** Entities whose rows this one's foreign keys and lookups point to, itself excluded. */
  readonly parents: readonly string[];
  /** All entities that are mapped to the same table, itself included, of this run or not. */
  readonly sharers: readonly string[];
  /** What finds the values of its lookup fields; null where it has none. */
  readonly lookups: Lookups | null;
  readonly transformer: (spill?: Spill) => ChunkTransformer;
}

/** One whose load is about to start: how it meets rows of before is known. */
export interface LoadJob extends EntityJob {
  readonly load: LoadPlan;
}

/** The tables that jobs fill, each once. */
export function tablesOf(jobs: readonly Pick<EntityJob, 'contract'>[]): TableName[] {
  const tables = jobs.map(({ contract }) => contract.table);
  return tables.filter((table, index) => tables.findIndex((other) => sameTable(other, table)) === index);
}
