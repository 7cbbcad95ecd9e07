import type { TableName } from '../../core/ports/target';
import { readColumns } from '../columns';
import type { EntityRun } from '../ledger/plan-rows';
import { readUniques } from '../load/constraints';
import type { Session } from '../session';
import { ident, qualified } from '../sql';

/** How the rows are told and restored that an entity's load has overwritten; the row itself is `c`, $1 the run and $2 the entity. */
export interface Replaced {
  /** SQL: `c` has overwritten a row. */
  readonly isReplaced: string;
  /** SQL: gives those of them that meet the condition their former values, and the ledger forgets these. */
  readonly putBackSql: (condition: string) => string;
}

/** Null where the load has overwritten none. */
export async function readReplaced(
  session: Session,
  schema: string,
  { runId, entity, table }: EntityRun & { readonly table: TableName },
): Promise<Replaced | null> {
  const images = `select r.chunk, r.ordinal, r.before::${qualified(table)} as image from ${ident(schema)}.replaced r
    where r.run = $1 and r.entity = $2`;
  const { rowCount } = await session.query(`${images} limit 1`, [runId, entity]);
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
    putBackSql: (condition) => `
      with turned as materialized (
        select i.* from (${images} offset 0) i join ${qualified(table)} c on ${same} where ${condition}),
      forgotten as (
        delete from ${ident(schema)}.replaced r using turned i
        where r.run = $1 and r.entity = $2 and r.chunk = i.chunk and r.ordinal = i.ordinal)
      update ${qualified(table)} c set ${former} from turned i where ${same}`,
  };
}
