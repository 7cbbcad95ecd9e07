import { LEDGER_COLUMNS, RUN_TABLES, type LedgerColumn, type LedgerTable } from '../schema/tables';

/** By table: the columns that a seal covers, in the order in which they are hashed. */
export type SealedColumns = ReadonlyMap<string, readonly string[]>;

/** Those of this build, as LEDGER_COLUMNS names them. */
export const SEALED_COLUMNS: SealedColumns = new Map(
  RUN_TABLES.map((table) => {
    const columns: [string, LedgerColumn][] = Object.entries(LEDGER_COLUMNS[table]);
    return [table, columns.filter(([, { seal }]) => seal === 'sealed').map(([name]) => name)];
  }),
);

/** Set in every session of ours. A statement of anybody else leaves the seals as they are, so that they no longer fit the rows. */
export const IS_OURS = `current_setting('cutover.seals', true) = 'on'`;

/** SQL: the part that validations make. */
export const VALIDATIONS = `'the validations'`;

/** The part that the journal makes. */
export const SET_ASIDE = 'what was set aside';

const OF_ENTITY = (what: string): string => `'${what} of ' || r.entity`;
const OF_CHUNK = `case when r.chunk < 0 then 'what was found after the load of ' || r.entity else 'chunk ' || r.chunk || ' of ' || r.entity end`;

/**
 * SQL over a row `r`: the part of the run's account that it belongs to, in words that a finding can use. Lanes commit chunks at the same
 * time, so each chunk is a part of its own, with its rejects and changes; a part that all lanes wrote to would have them wait.
 */
const PARTS: Readonly<Record<LedgerTable, string>> = {
  run: `'the run itself'`,
  entity_plan: OF_ENTITY('the plan'),
  chunk: OF_ENTITY('the plan'),
  entity_count: OF_ENTITY('the plan'),
  entity_table: OF_ENTITY('the plan'),
  chunk_load: OF_CHUNK,
  reject: OF_CHUNK,
  change_count: OF_CHUNK,
  replaced: OF_CHUNK,
  skipped: OF_CHUNK,
  rewrite: OF_ENTITY('what was written after the load'),
  journal: `'${SET_ASIDE}'`,
  run_start: `'the starts'`,
  validation: VALIDATIONS,
  repair: `'the repairs'`,
  retry: OF_ENTITY('the rejects loaded later'),
  source_table: `'the rows of the legacy tables'`,
  taken_back: `'what was taken back'`,
};

/** Of a run's edited parts those that say which rows an entity has loaded and overwritten; of any entity for null. */
export function partsOfRows(edited: readonly string[], entities: readonly string[] | null): string[] {
  return edited.filter((part) => {
    const entity = OF_ROWS.exec(part)?.[1];
    return entity !== undefined && (entities === null || entities.includes(entity));
  });
}

/** As PARTS words those with `chunk_load`, `replaced`, `entity_table` and `rewrite`. */
const OF_ROWS = /^(?:chunk \d+|the plan|what was (?:found|written) after the load) of (.*)$/s;

/** SQL: for each row of `source`, whose run and part it is of and its hash. */
export function sealedRows(table: LedgerTable, columns: readonly string[], source: string): string {
  return `select ${table === 'run' ? 'r.id' : 'r.run'} as run, ${PARTS[table]} as part, ${rowHash(table, columns)} as hash from ${source} r`;
}

/**
 * SQL over a row `r`: the SHA-256 of its columns as hex. A NULL and a text are told apart, and so is where a value ends; raw rows are
 * hashed first, for they may be large. The texts are those of a session of ours (time zone UTC).
 */
export function rowHash(table: LedgerTable, columns: readonly string[]): string {
  const values = columns.map((column) => `quote_nullable(${textOf(table, column)})`).join(` || ',' || `);
  return `encode(sha256(convert_to('${table}:' || ${values}, 'UTF8')), 'hex')`;
}

/** SQL: the number that a row adds to the sum of its part: the first half of its hash. */
export const NUMBER = `(('x' || substr(hash, 1, 16))::bit(64)::bigint::numeric * 18446744073709551616 + ('x' || substr(hash, 17, 16))::bit(64)::bigint)`;

function textOf(table: LedgerTable, column: string): string {
  const { type } = (LEDGER_COLUMNS[table] as Readonly<Record<string, LedgerColumn>>)[column] ?? { type: 'text' };
  return type === 'bytea' ? `encode(sha256(r.${column}), 'hex')` : `r.${column}::text`;
}
