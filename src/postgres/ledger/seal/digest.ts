import type { ReadableLedger } from '../schema/readable';
import { RUN_TABLES } from '../schema/tables';
import { NUMBER, sealedRows, VALIDATIONS, type SealedColumns } from './sealed-rows';

/** SQL: all sealed rows of the ledger, or with a condition over `r` in `source` those of one run, as run, part and hash. */
function hashes(of: ReadableLedger['of'], columns: SealedColumns, run?: string): string {
  const tables = RUN_TABLES.filter((table) => columns.has(table));
  return tables
    .map((table) => {
      const id = table === 'run' ? 'id' : 'run';
      const rows = run === undefined ? of(table) : `(select * from ${of(table)} t where t.${id} = ${run})`;
      return sealedRows(table, columns.get(table) ?? [], rows);
    })
    .join(' union all ');
}

/** SQL: by run and part, what the rows come to now: how many, the sum that the seal should have, and their SHA-256. */
export function partsNow(of: ReadableLedger['of'], columns: SealedColumns, run?: string): string {
  return `select run, part, count(*) as rows, sum(${NUMBER}) as sum,
      encode(sha256(convert_to(string_agg(hash, ',' order by hash collate "C"), 'UTF8')), 'hex') as digest
    from (${hashes(of, columns, run)}) h group by run, part`;
}

/** SQL: by run, the SHA-256 over the digests of the parts of its account. */
export function accountDigests(of: ReadableLedger['of'], columns: SealedColumns, run?: string): string {
  return `select run, ${OVER_PARTS} as digest from (${partsNow(of, columns, run)}) p group by run`;
}

/** Without the validations: whatever is noted of them later, the account stays what it was, and they have a chain of their own. */
export const OVER_PARTS = `encode(sha256(convert_to(coalesce(string_agg(part || ':' || digest, ',' order by part collate "C")
  filter (where part <> ${VALIDATIONS}), ''), 'UTF8')), 'hex')`;
