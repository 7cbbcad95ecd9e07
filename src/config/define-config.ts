import type { NamingStrategy } from '../core/mapping/entity-contract';
import type { TableMapping } from '../core/mapping/table-mapping';

/** Where the legacy database is. What is absent comes from the ORACLE_* variables, which win where both are given. */
export interface SourceConfig {
  readonly user?: string;
  readonly password?: string;
  readonly host?: string;
  readonly port?: number;
  readonly service?: string;
  readonly sid?: string;
  readonly connectString?: string;
  readonly clientLibDir?: string;
  readonly walletDir?: string;
  readonly walletPassword?: string;
}

/** Where the rows go. DATABASE_URL wins where both are given. */
export interface TargetConfig {
  readonly url?: string;
}

/** An entity class, as TypeORM takes it. */
export type EntityClass = new () => object;

/** What a project's `cutover.config.ts` says. */
export interface CutoverConfig {
  readonly source?: SourceConfig;
  readonly target?: TargetConfig;
  /** One per legacy table, in any order. */
  readonly mappings: readonly TableMapping[];
  /** Entities that the mapped ones relate to and that no mapping fills. */
  readonly entities?: readonly EntityClass[];
  /** As in the application's DataSource; TypeORM's own where absent. */
  readonly namingStrategy?: NamingStrategy;
  /**
   * Legacy tables that stay behind, and why: by `OWNER.TABLE`, or `TABLE` of whichever owner. `%` stands for any characters, `_` for itself
   * alone; `\\%` is a percent sign. Without a reason here a table that no mapping reads keeps a run from being complete.
   * @example notMigrated: { 'HOSP.H_LOG': 'kept in the archive', 'HOSP.TMP_%': 'rebuilt every night' }
   */
  readonly notMigrated?: Readonly<Record<string, string>>;
  /** Schema of entities that name none, as in the application's DataSource; `public` where absent. */
  readonly schema?: string;
  /** Entities whose triggers may fire where the user may not disable them; as `--allow-triggers`. */
  readonly allowTriggers?: readonly string[];
  /** Whether rows may be loaded into unlogged tables, which a crash of the server empties; as `--allow-unlogged`. */
  readonly allowUnlogged?: boolean;
}

/** Gives a `cutover.config.ts` its types; returns what it was given. */
export function defineConfig(config: CutoverConfig): CutoverConfig {
  return config;
}
