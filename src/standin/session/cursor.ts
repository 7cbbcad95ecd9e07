import type { ResultField } from '../backend/backend-messages';
import type { Translation } from '../contract/translation';
import type { WireType } from '../ttc/execute-request';
import type { WireColumn } from '../ttc/oracle-types';
import type { PgSession } from '../backend/pg-session';
import type { RowSource } from './row-source';

/** A statement parsed by PostgreSQL, in the session that runs it. */
export interface Prepared {
  readonly name: string;
  readonly pg: PgSession;
  readonly fields: readonly ResultField[];
  /** One for each parameter of the translation. */
  readonly parameterTypes: readonly number[];
  readonly columns: readonly WireColumn[];
  /** What it was prepared for; anything else asks for a new one. */
  readonly key: string;
}

/** What a client knows by its cursor id. Mutable: the same cursor is executed over and over. */
export interface Cursor {
  readonly id: number;
  sql: string;
  translation: Translation;
  /** Of the database and of the session settings, at the time of the translation. */
  generation: string;
  bindTypes: readonly WireType[];
  /** Types that the client wants LOB columns in; empty: as described. */
  defines: readonly WireType[];
  prepared: Prepared | undefined;
  /** The columns that the client was told of. */
  described: readonly WireColumn[] | undefined;
  rows: RowSource | undefined;
  rowsFetched: number;
}
