import type { Client } from 'pg';
import { writtenBySql } from '../../src/postgres/ledger/written-by';

/** The ids of the rows of `public.<table>` that the ledger does not say the run wrote for the entity of that name. */
export async function rowsNotByTheRun(client: Client, table: string, runId = 'run-1'): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `select id from ${table} t where t.xmin::text::bigint not in (${writtenBySql('cutover')}) order by id`,
    [runId, table],
  );
  return rows.map(({ id }) => id);
}
