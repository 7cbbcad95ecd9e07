import type { LegacyRow, TargetRow, TargetValue } from '../../src/core/mapping/wire';
import type { PreparedChunk, Reject } from '../../src/core/run/outcomes';
import { NO_SETTINGS } from '../../src/core/run/run-settings';
import type { LoadPlan, LoaderContext } from '../../src/core/ports/target';
import type { OpenedTarget } from './opened-target';
import { column } from './sql';

/** What the ledger is told of a run that is about something else than its beginning. */
export const A_RUN = { id: 'run-1', scn: null, source: 's', target: 't', fingerprints: {}, settings: NO_SETTINGS };

/** A plan over `public.<table>` whose properties are the columns' names; the first column is the key. */
export function aLoadPlan(table: string, columns: readonly string[], keyPositions: readonly number[] = [0]): LoadPlan {
  return {
    entity: table,
    table: { schema: 'public', name: table },
    columns,
    properties: columns,
    keyPositions,
    conflicts: { policy: 'reject', rowsBefore: 0 },
  };
}

export function aLoaderContext(changes: Partial<LoaderContext> = {}): LoaderContext {
  return { runId: 'run-1', lane: 0, emit: () => undefined, ...changes };
}

/** A chunk whose origins are its rows' texts. */
export function aChunk(
  entity: string,
  rows: readonly TargetRow[],
  changes: Partial<PreparedChunk> = {},
): PreparedChunk {
  return {
    id: { entity, chunk: 0 },
    read: rows.length,
    rows,
    origins: rows.map((row): LegacyRow => [null, String(row[0])]),
    rejectFor: (origin, fault): Reject => ({
      entity,
      stage: 'load',
      key: JSON.stringify([origin[1]]),
      rowid: null,
      raw: JSON.stringify(origin),
      ...fault,
    }),
    rejects: [],
    changesWithout: () => [],
    ...changes,
  };
}

let tables = 0;

/** Loads the values into a new column of the type; what the server says it has, in order, and why the others were refused. */
export async function storedAs(
  { client, target }: Pick<OpenedTarget, 'client' | 'target'>,
  type: string,
  values: readonly TargetValue[],
) {
  const table = `t${++tables}`;
  await client.query(`create table ${table} (n int4 not null, v ${type})`);
  const loader = await target.loader(aLoadPlan(table, ['n', 'v']), aLoaderContext());
  const result = await loader.load(
    aChunk(
      table,
      values.map((value, index) => [index, value]),
    ),
  );
  await loader.close();
  const texts = await column(client, `select v::text from ${table} order by n`);
  const reasons = await column(client, `select reason from cutover.reject where entity = '${table}' order by ordinal`);
  return { texts, reasons, result };
}
