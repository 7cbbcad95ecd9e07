import type { RunSeal } from '../../../core/run/ledger-seal';
import { onlyRow, type Session } from '../../session/session';
import { ident } from '../../session/sql';
import type { ReadableLedger } from '../schema/readable';
import { LEDGER_VERSION } from '../schema/steps';
import { chainNow, digestOver, isChained, linkAfter } from './chain';
import { OVER_PARTS, partsNow } from './digest';
import { sealedColumnsOf } from './renew-seals';
import { SEALED_COLUMNS, VALIDATIONS, type SealedColumns } from './sealed-rows';

interface Row {
  readonly account: string;
  readonly digests: string[];
  readonly edited: string[];
}

/** The digest of a run as its rows are now, and where they are not as the seals say; null where the ledger has no seals. */
export async function readSeal(
  session: Session,
  ledger: ReadableLedger,
  { schema, runId }: { readonly schema: string; readonly runId: string },
): Promise<RunSeal | null> {
  if (!ledger.sealed) return null;
  const { version } = ledger;
  const columns = version === LEDGER_VERSION ? SEALED_COLUMNS : await sealedColumnsOf(session, schema);
  const { rows } = await session.query<Row>(sealSql(ledger, columns, ident(schema)), [runId]);
  const { account, digests, edited } = onlyRow(rows);
  return {
    version,
    account,
    digests,
    edited,
    former: await readFormer(session, ledger, { s: ident(schema), runId }),
  };
}

/** One statement, so that all of it is of one moment. */
function sealSql({ of }: ReadableLedger, columns: SealedColumns, s: string): string {
  const chained = isChained(columns);
  const links = chained ? `${chainNow(of, columns, '$1')},` : '';
  return `with recursive ${links} now as materialized (${partsNow(of, columns, '$1')}),
      sealed as (select part, rows, sum from ${s}.seal where run = $1), account as (select ${OVER_PARTS} as digest from now),
      broken as (${chained ? BROKEN_LINKS : 'select null::text as what where false'})
    select (select digest from account) as account,
      ${chained ? `array(select ${digestOver('a.digest', 'c.link')} from account a, chain c order by c.place)` : `'{}'::text[]`} as digests,
      array(select coalesce(n.part, t.part) as what from now n full join sealed t on t.part = n.part
          where (n.part is null or t.part is null or (n.rows, n.sum) is distinct from (t.rows, t.sum))
            and (coalesce(n.part, t.part) <> ${VALIDATIONS} or not exists (select from broken))
        union select 'chunk ' || c.chunk || ' of ' || c.entity from ${of('chunk')} c join ${of('run')} r on r.id = c.run
          where c.run = $1 and r.state = 'complete' and not exists (
            select from ${of('chunk_load')} l where l.run = c.run and l.entity = c.entity and l.chunk = c.chunk)
        union select what from broken order by 1) as edited`;
}

/**
 * SQL over the validations of a run: those that are not what their link is made from, and between two of them those that are gone. The
 * link before one that is gone is not known, so that the one after it is not judged.
 */
const BROKEN_LINKS = `
  select case when n.link_no > p.link_no + 2 then 'validations ' || p.link_no + 1 || ' to ' || n.link_no - 1
      when n.link_no > p.link_no + 1 then 'validation ' || p.link_no + 1 else 'validation ' || n.link_no end as what
  from noted n left join noted q on q.place = n.place - 1
    cross join lateral (select coalesce(q.link_no, 0) as link_no, coalesce(q.link, '') as link) p
  where n.link_no <> p.link_no + 1 or n.link <> ${linkAfter('p.link', 'n.hash')}`;

async function readFormer(
  session: Session,
  { has }: ReadableLedger,
  { s, runId }: { readonly s: string; readonly runId: string },
): Promise<RunSeal['former']> {
  const validations = has('validation', 'link') ? 'validations' : 'null::int';
  const { rows } = await session.query<{ version: number; digest: string; at: Date; validations: number | null }>(
    `select version, digest, at, ${validations} as validations from ${s}.former_digest where run = $1 order by version, validations nulls first`,
    [runId],
  );
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}
