import type { EntityContract } from '../core/entity-contract';
import type { TableMapping } from '../core/mapping/table-mapping';
import type { ReadPlan } from '../core/ports/legacy-source';
import type { LoadPlan } from '../core/ports/target';
import type { ChunkTransformer } from '../core/transform-rows';

/** Everything the run knows about one entity before it starts. */
export interface EntityJob {
  readonly entity: string;
  /** With the command line's condition in `where`. */
  readonly mapping: TableMapping;
  readonly contract: EntityContract;
  readonly read: ReadPlan;
  readonly load: LoadPlan;
  readonly fingerprint: string;
  /** Entities whose rows this one's foreign keys point to, itself excluded. */
  readonly parents: readonly string[];
  readonly transformer: () => ChunkTransformer;
}
