import type { TableName } from '../../core/ports/target';
import { entityOptions } from '../../core/words/shell-word';
import { writersOfTable } from '../ledger/former-owners';
import { tablesIn } from '../ledger/schema/readable';
import { XIDS } from '../ledger/written-by';
import { rowsOf } from '../catalogue/rows-of';
import { onlyRow, type Session } from '../session/session';
import { qualified } from '../session/sql';
import { writersSql } from './own-rows';

/** Rows of an entity that are as well those of entities that stay, by a ledger of an earlier version. */
export interface SharedRows {
  readonly rows: number;
  readonly others: readonly string[];
  /** The options that reset all of them. */
  readonly together: string;
}

interface Run {
  readonly session: Session;
  readonly schema: string;
  readonly runId: string;
}

/** `going`: the entities of the run that are reset. */
export async function sharedRows(
  { session, schema, runId }: Run,
  { entity, table, going }: { readonly entity: string; readonly table: TableName; readonly going: readonly string[] },
): Promise<SharedRows> {
  const { rows } = await session.query<{ writer: string; run: string; entity: string }>(
    `select distinct o.writer::text as writer, o.run, o.entity
     from (${writersSql(schema)}) w join (${writersOfTable(tablesIn(schema), '= to_regclass($3)::oid')}) o on o.writer = w.txid % ${XIDS}
     where o.run <> $1 or not o.entity = any ($4::text[]) order by o.run, o.entity`,
    [runId, [entity], qualified(table), going],
  );
  const others = [...new Set(rows.map((row) => row.entity))];
  const together = entityOptions([...new Set([...going, ...others])]).trimStart();
  if (rows.length === 0) return { rows: 0, others, together };
  const counted = await session.query<{ rows: string }>(
    `select count(*) as rows from ${await rowsOf(session, table)} t where t.xmin::text::bigint = any ($1::bigint[])`,
    [rows.map(({ writer }) => writer)],
  );
  return { rows: Number(onlyRow(counted.rows).rows), others, together };
}
