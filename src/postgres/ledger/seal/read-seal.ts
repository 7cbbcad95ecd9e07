import type { RunSeal } from '../../../core/run/ledger-seal';
import { onlyRow, type Session } from '../../session/session';
import { ident } from '../../session/sql';
import type { ReadableLedger } from '../schema/readable';
import { LEDGER_VERSION } from '../schema/steps';
import { OVER_PARTS, partsNow } from './digest';
import { sealedColumnsOf } from './renew-seals';
import { SEALED_COLUMNS } from './sealed-rows';

interface Row {
  readonly digest: string | null;
  readonly edited: string[] | null;
}

/** The digest of a run as its rows are now, and where they are not as the seals say; null where the ledger has no seals. */
export async function readSeal(
  session: Session,
  ledger: ReadableLedger,
  { schema, runId }: { readonly schema: string; readonly runId: string },
): Promise<RunSeal | null> {
  if (!ledger.sealed) return null;
  const s = ident(schema);
  const { version, of } = ledger;
  const columns = version === LEDGER_VERSION ? SEALED_COLUMNS : await sealedColumnsOf(session, schema);
  const { rows } = await session.query<Row>(
    `with now as materialized (${partsNow(of, columns, '$1')}), sealed as (select part, rows, sum from ${s}.seal where run = $1)
     select (select ${OVER_PARTS} from now) as digest,
       array(select coalesce(n.part, t.part) from now n full join sealed t on t.part = n.part
         where n.part is null or t.part is null or (n.rows, n.sum) is distinct from (t.rows, t.sum)
         union select 'chunk ' || c.chunk || ' of ' || c.entity from ${of('chunk')} c join ${of('run')} r on r.id = c.run
           where c.run = $1 and r.state = 'complete' and not exists (
             select from ${of('chunk_load')} l where l.run = c.run and l.entity = c.entity and l.chunk = c.chunk)
         order by 1) as edited`,
    [runId],
  );
  const { digest, edited } = onlyRow(rows);
  const former = await session.query<{ version: number; digest: string; at: Date }>(
    `select version, digest, at from ${s}.former_digest where run = $1 order by version`,
    [runId],
  );
  return {
    version,
    digest: digest ?? '',
    edited: edited ?? [],
    former: former.rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() })),
  };
}
