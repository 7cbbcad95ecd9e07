import type { TableName } from '../../core/ports/target';
import { readColumns } from '../catalogue/columns';
import { formerOwners } from '../ledger/former-owners';
import type { EntityRun } from '../ledger/plan-rows';
import { writingFor } from '../ledger/writing-for';
import { readUniques } from '../catalogue/constraints';
import { rowsOf } from '../catalogue/rows-of';
import type { Session } from '../session/session';
import { ident, qualified } from '../session/sql';

/** Rows that are being put back. */
const TURNED = 'pg_temp.cutover_turned';

/** How the rows are told and restored that an entity's load has overwritten; the row itself is `c`, $1 the run and $2 the entity. */
export interface Replaced {
  /** SQL: `c` has overwritten a row. */
  readonly isReplaced: string;
  /** Gives those of them that meet the condition their former values, for the run that they were of; the ledger forgets these. */
  readonly putBack: (condition: string) => Promise<void>;
}

/** Null where the load has overwritten none. */
export async function readReplaced(
  session: Session,
  schema: string,
  { runId, entity, table }: EntityRun & { readonly table: TableName },
): Promise<Replaced | null> {
  const images = `select r.chunk, r.ordinal, coalesce(r.writer, -1) as writer, r.before::${qualified(table)} as image from ${ident(schema)}.replaced r
    where r.run = $1 and r.entity = $2`;
  const { rowCount } = await session.query(`${images} limit 1`, [runId, entity]);
  const rowsHere = await rowsOf(session, table);
  const key = (await readUniques(session, table)).find(({ primary }) => primary)?.columns ?? [];
  if (rowCount === 0 || key.length === 0) return null;
  const columns = (await readColumns(session, table)).filter(({ name, generated }) => {
    return !key.includes(name) && generated !== 'stored' && generated !== 'identity-always';
  });
  const same = key.map((column) => `(i.image).${ident(column)} = c.${ident(column)}`).join(' and ');
  // Where the key is the whole row, that is all there is to restore.
  const names = columns.length > 0 ? columns.map(({ name }) => name) : key;
  const former = names.map((name) => `${ident(name)} = (i.image).${ident(name)}`).join(', ');
  return {
    // OFFSET 0 keeps an image from being read once per column.
    isReplaced: `exists (select from (${images} offset 0) i where ${same})`,
    putBack: async (condition) => {
      await session.query(`create temporary table ${TURNED} (chunk int4, ordinal int8, writer int8) on commit drop`);
      // Noted first: what is given back may change what the condition says of other rows.
      await session.query(
        `insert into ${TURNED} select i.chunk, i.ordinal, i.writer
         from (${images} offset 0) i join ${rowsHere} c on ${same} where ${condition}`,
        [runId, entity],
      );
      const { rows } = await session.query<{ writer: string }>(`select distinct writer::text as writer from ${TURNED}`);
      const update = `update ${rowsHere} c set ${former}
        from (${images} offset 0) i join ${TURNED} t using (chunk, ordinal) where ${same} and t.writer = any ($3::bigint[])`;
      for (const { owner, writers } of await formerOwners(session, schema, {
        table,
        writers: rows.map((row) => row.writer),
      })) {
        await writingFor(session, schema, { owner, work: () => session.query(update, [runId, entity, writers]) });
      }
      await session.query(
        `delete from ${ident(schema)}.replaced r using ${TURNED} t
         where r.run = $1 and r.entity = $2 and r.chunk = t.chunk and r.ordinal = t.ordinal`,
        [runId, entity],
      );
      await session.query(`drop table ${TURNED}`);
    },
  };
}
