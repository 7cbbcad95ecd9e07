import { entityOptions } from '../../core/words/shell-word';
import { MigrationError } from '../../core/errors';
import type { LegacyRow } from '../../core/mapping/wire';
import type { ChunkBounds, ChunkRead, LobFacts, ReadPlan, RowList, SourceTable } from '../../core/ports/legacy-source';
import { ROWID } from '../../core/rows/read-plan';
import { VALUE_LIMITS } from '../../core/rows/value-limits';
import { columnReader } from '../sql/column-text';
import { needColumn, type TableFacts } from '../dictionary/dictionary';
import type { OracleSettings } from '../session/driver';
import { fetchShape, rowsByLocator, rowsWithValues, type PlannedColumn } from './fetch-rows';
import { keyColumn, padded, type KeyColumn } from '../sql/key-text';
import type { LobSizes } from './lob-sizes';
import { oracleError } from '../session/ora-errors';
import { decodeRowid } from '../sql/rowid';
import type { Sessions } from '../session/sessions';
import { selectRows, type LobSizeRange } from '../sql/read-statements';
import type { Statement } from '../sql/statement';

export interface RowSource {
  readonly sessions: Sessions;
  readonly settings: OracleSettings;
  readonly lobSizes: LobSizes;
}

/**
 * Reads the rows of one chunk or list; restartable, since it holds no state between calls. Where a table has long LOBs, the rows that have
 * some come after the others, one LOB after the other by its locator: no order of sizes makes a batch large.
 */
export async function* readRows(
  { sessions, settings, lobSizes }: RowSource,
  facts: TableFacts,
  { read, chunk }: { readonly read: ChunkRead; readonly chunk: ChunkBounds | RowList },
): AsyncGenerator<readonly LegacyRow[]> {
  const { plan } = read;
  if (chunk.kind === 'rowid') refuseRebuilt(facts, chunk, { ...plan, scn: read.scn });
  const columns = plannedColumns(facts.table, plan);
  const doing = `reading ${plan.entity}`;
  const lobs = await lobSizes.of(facts.table, read);
  const shape = fetchShape({ columns, table: facts.table, lobs, settings, batchRows: read.batchRows ?? Infinity });
  const session = await sessions.lease(doing);
  try {
    for (const sizes of rangesOf(read, lobs)) {
      const query = rowsQuery(facts, { read, chunk, columns, sizes: sizes.range });
      if (sizes.by === 'value') yield* rowsWithValues(session, query, { shape, read });
      else yield* rowsByLocator(session, query, { shape, read });
    }
  } catch (error) {
    throw oracleError(error, doing);
  } finally {
    await sessions.release(session);
  }
}

interface Part {
  /** Whether LOBs come with their row. */
  readonly by: 'value' | 'locator';
  readonly range: LobSizeRange | null;
}

/** Two queries see the same rows only at one snapshot; without one, every LOB is read by its locator. */
function rangesOf({ scn }: ChunkRead, { longest }: LobFacts): readonly Part[] {
  const most = VALUE_LIMITS.inline;
  if (longest <= most) return [{ by: 'value', range: null }];
  if (scn === null) return [{ by: 'locator', range: null }];
  return [
    { by: 'value', range: { which: 'short', most } },
    { by: 'locator', range: { which: 'long', most } },
  ];
}

interface Selection {
  readonly read: ChunkRead;
  readonly chunk: ChunkBounds | RowList;
  readonly columns: readonly PlannedColumn[];
  readonly sizes: LobSizeRange | null;
}

function rowsQuery({ table }: TableFacts, { read, chunk, columns, sizes }: Selection): Statement {
  const { plan, scn } = read;
  return selectRows({
    table: table.name,
    scn,
    where: plan.where,
    withRowid: table.kind === 'table',
    columns,
    bounds: chunk.kind === 'keys' ? paddedKeys(chunk, table, plan) : chunk,
    key: chunk.kind === 'key' || chunk.kind === 'keys' ? keyOf(table, plan) : [],
    ...(sizes === null ? {} : { sizes }),
  });
}

/** A table that was moved or truncated has its rows at other addresses: the chunks not yet read would miss them or read them twice. */
function refuseRebuilt(
  { table, dataObjectId }: TableFacts,
  { from, before }: ChunkBounds & { kind: 'rowid' },
  { entity, scn }: Pick<ReadPlan, 'entity'> & Pick<ChunkRead, 'scn'>,
): void {
  const address = decodeRowid(from ?? before ?? '');
  if (address === null || address.object === dataObjectId) return;
  const anew = scn === null ? '' : ' --new-snapshot';
  throw new MigrationError('SOURCE_READ_FAILED', `${table.name.name} was rebuilt after its chunks were planned`, {
    hint: `Its rows have other addresses now: take them back with "cutover reset${entityOptions([entity])}", then read them anew with "cutover migrate --resume${anew}".`,
    facts: { table: table.name.name, entity },
  });
}

/** Keys as CHAR columns hold them, for a target may have dropped the blanks; without those that no row can have. Throws where the key cannot be listed. */
function paddedKeys({ keys }: RowList & { kind: 'keys' }, table: SourceTable, plan: ReadPlan): RowList {
  const columns = keyOf(table, plan);
  if (columns.length === 0) throw keyNotListable(plan);
  const possible = keys.filter((key) => key.every((value, at) => columns[at]?.holds(value) === true));
  return {
    kind: 'keys',
    keys: possible.map((key) => key.map((value, at) => padded(value, needColumn(table, columns[at]?.name ?? '')))),
  };
}

function keyNotListable({ entity }: ReadPlan): MigrationError {
  return new MigrationError('SOURCE_READ_FAILED', `single rows of ${entity} cannot be read by its key`, {
    hint: 'Name key columns of the types VARCHAR2, NUMBER, DATE, TIMESTAMP or RAW.',
    facts: { entity },
  });
}

/**
 * The columns that key chunks are cut by: the plan's key, else (or where that is the row's address) the primary key; empty where
 * these cannot cut the table.
 */
export function keyOf(table: SourceTable, plan: ReadPlan): readonly KeyColumn[] {
  const names = plan.key.length > 0 && !plan.key.includes(ROWID) ? plan.key : table.primaryKey;
  const columns = names.map((name) => keyColumn(needColumn(table, name)));
  return columns.every((column) => column !== null) ? columns : [];
}

function plannedColumns(table: SourceTable, plan: ReadPlan): readonly PlannedColumn[] {
  return plan.columns.map(({ name, as }) => {
    const column = needColumn(table, name);
    const { dataType } = column;
    const copied = plan.copied?.includes(name) === true;
    return { name: column.name, dataType, copied, reader: columnReader(column, as) };
  });
}
