import { ident } from '../../session/sql';

/** One column of the ledger as the latest step leaves it. */
export interface LedgerColumn {
  /** PostgreSQL's name of the type, as `format_type` writes it. */
  readonly type: string;
  /** Whether the digest of a run covers it; else why not. */
  readonly seal: 'sealed' | { readonly not: string };
  /** SQL: what stands for it where a ledger of an earlier version has the table but not the column. A null where absent. */
  readonly before?: (schema: string) => string;
}

function sealed(type: string, before?: LedgerColumn['before']): LedgerColumn {
  return before === undefined ? { type, seal: 'sealed' } : { type, seal: 'sealed', before };
}

function unsealed(type: string, not: string, before?: LedgerColumn['before']): LedgerColumn {
  return before === undefined ? { type, seal: { not } } : { type, seal: { not }, before };
}

const SEQUENCE = 'only tells which came later';

/** Before `written_by`: the chunk's own row was written by the transaction that wrote its rows, unless the ledger was restored from a dump. */
const CHUNK_WRITER = `case when count(*) over (partition by xmin::text) = 1 then array[xmin::text::bigint] end`;

/**
 * Every column of every table of the ledger. A step that adds a column adds its line here, and so decides whether the digest of a run
 * covers it; a test compares this list with the catalogue. What is not sealed is no part of what a run proves.
 */
export const LEDGER_COLUMNS = {
  run: {
    id: sealed('text'),
    scn: sealed('text'),
    source: sealed('text'),
    target: sealed('text'),
    fingerprints: sealed('jsonb'),
    settings: sealed('jsonb'),
    state: sealed('text'),
    started_at: sealed('timestamp with time zone'),
    finished_at: sealed('timestamp with time zone'),
    nth: unsealed('bigint', SEQUENCE, () => 'row_number() over (order by started_at, id)'),
    fingerprint_fixes: sealed('integer'),
  },
  entity_plan: {
    run: sealed('text'),
    entity: sealed('text'),
    strategy: sealed('text'),
    planned_at: sealed('timestamp with time zone'),
    nth: unsealed('bigint', SEQUENCE, () => 'row_number() over (order by planned_at, entity)'),
  },
  chunk: {
    run: sealed('text'),
    entity: sealed('text'),
    chunk: sealed('integer'),
    bounds: sealed('json'),
  },
  entity_count: {
    run: sealed('text'),
    entity: sealed('text'),
    matching: sealed('bigint'),
    total: sealed('bigint'),
    // Before a run could go on at a new SCN, its counts were of its one SCN.
    scn: sealed('text', (schema) => `(select r.scn from ${ident(schema)}.run r where r.id = entity_count.run)`),
    counted_at: sealed('timestamp with time zone'),
  },
  entity_table: {
    run: sealed('text'),
    entity: sealed('text'),
    schema_name: sealed('text'),
    table_name: sealed('text'),
    key_columns: sealed('text[]'),
    table_oid: sealed('oid', () => `to_regclass(format('%I.%I', schema_name, table_name))::oid`),
    database_oid: sealed('oid'),
    system_identifier: sealed('text'),
  },
  chunk_load: {
    run: sealed('text'),
    entity: sealed('text'),
    chunk: sealed('integer'),
    lane: sealed('integer'),
    read: sealed('bigint'),
    inserted: sealed('bigint', () => 'loaded'),
    updated: sealed('bigint', () => '0::bigint'),
    skipped: sealed('bigint', () => '0::bigint'),
    rejected: sealed('bigint'),
    checksum: sealed('text'),
    written_by: sealed('bigint[]', () => CHUNK_WRITER),
    scn: sealed('text'),
    started_at: sealed('timestamp with time zone'),
    finished_at: sealed('timestamp with time zone'),
  },
  rewrite: {
    run: sealed('text'),
    entity: sealed('text'),
    txid: sealed('bigint'),
    shared: sealed('boolean', () => 'false'),
  },
  replaced: {
    run: sealed('text'),
    entity: sealed('text'),
    chunk: sealed('integer'),
    ordinal: sealed('bigint'),
    before: sealed('text'),
    writer: sealed('bigint'),
  },
  reject: {
    run: sealed('text'),
    entity: sealed('text'),
    chunk: sealed('integer'),
    ordinal: sealed('bigint'),
    stage: sealed('text'),
    key: sealed('text'),
    rowid: sealed('text'),
    property: sealed('text'),
    reason: sealed('text'),
    sql_state: sealed('text'),
    raw: sealed('bytea'),
  },
  change_count: {
    run: sealed('text'),
    entity: sealed('text'),
    chunk: sealed('integer'),
    property: sealed('text'),
    kind: sealed('text'),
    count: sealed('bigint'),
    sample_keys: sealed('text[]'),
  },
  journal: {
    seq: sealed('bigint'),
    run: sealed('text'),
    kind: sealed('text'),
    schema_name: sealed('text'),
    table_name: sealed('text'),
    object: sealed('text'),
    restore_sql: sealed('text'),
    details: sealed('jsonb'),
    state: sealed('text'),
    orphans: sealed('bigint'),
    at: sealed('timestamp with time zone'),
    closed_at: sealed('timestamp with time zone'),
  },
  run_start: {
    nth: sealed('bigint'),
    id: sealed('text'),
    run: sealed('text'),
    facts: sealed('json'),
    at: sealed('timestamp with time zone'),
    ended: sealed('json'),
    ended_at: sealed('timestamp with time zone'),
  },
  validation: {
    nth: sealed('bigint'),
    id: sealed('text'),
    run: sealed('text'),
    start: sealed('bigint'),
    level: sealed('text'),
    found: sealed('json'),
    at: sealed('timestamp with time zone'),
    link_no: sealed('bigint', () => 'row_number() over (partition by run order by nth)'),
    link: unsealed('text', 'is made from the sealed columns, and is held against them'),
  },
  skipped: {
    run: sealed('text'),
    entity: sealed('text'),
    chunk: sealed('integer'),
    marks: sealed('bytea'),
  },
  repair: {
    run: sealed('text'),
    list: sealed('text'),
    facts: sealed('json'),
    at: sealed('timestamp with time zone'),
  },
  retry: {
    run: sealed('text'),
    entity: sealed('text'),
    fingerprint: sealed('text'),
    loaded: sealed('bigint'),
    at: sealed('timestamp with time zone'),
  },
  source_table: {
    run: sealed('text'),
    nth: sealed('integer'),
    name: sealed('text'),
    scn: sealed('text'),
    facts: sealed('json'),
    counted_at: sealed('timestamp with time zone'),
  },
  taken_back: {
    // Unlike the others that tell an order: it says which resets a comparison had seen.
    nth: sealed('bigint'),
    run: sealed('text'),
    entities: sealed('text[]'),
    at: sealed('timestamp with time zone'),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, LedgerColumn>>>>;

export type LedgerTable = keyof typeof LEDGER_COLUMNS;
export type LedgerColumnOf<Table extends LedgerTable> = keyof (typeof LEDGER_COLUMNS)[Table] & string;

/** The tables that hold runs; each but `run` itself names the run in a column `run`. */
export const RUN_TABLES = Object.keys(LEDGER_COLUMNS) as LedgerTable[];

/** What the ledger is made of: the tables that hold runs, its version, and the seals over the former. */
export const LEDGER_TABLES: readonly string[] = [
  ...RUN_TABLES,
  'schema_version',
  'seal',
  'sealed_columns',
  'former_digest',
];
