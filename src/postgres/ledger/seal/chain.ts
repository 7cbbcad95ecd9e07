import { ident } from '../../session/sql';
import { lockKey } from '../../session/locks';
import type { ReadableLedger } from '../schema/readable';
import { accountDigests } from './digest';
import { IS_OURS, rowHash, type SealedColumns } from './sealed-rows';

/** Whether the validations of a ledger whose seals are over these columns are linked. */
export function isChained(columns: SealedColumns): boolean {
  return hashed(columns).includes('link_no');
}

function hashed(columns: SealedColumns): readonly string[] {
  return columns.get('validation') ?? [];
}

/** SQL: the link of a validation, from the link before it (empty before the first) and the hash of its row. */
export function linkAfter(before: string, hash: string): string {
  return `encode(sha256(convert_to(${before} || ':' || ${hash}, 'UTF8')), 'hex')`;
}

/**
 * SQL, to follow `with recursive`: `noted`, the validations in the order of their numbers (`place` counts them by run) with their hashes,
 * and `chain`, the links that their rows give now, whatever `link` says; before the first, at place 0, an empty one. Of all runs, or of
 * the one in `run`.
 */
export function chainNow(of: ReadableLedger['of'], columns: SealedColumns, run?: string): string {
  const validations =
    run === undefined ? of('validation') : `(select * from ${of('validation')} v where v.run = ${run})`;
  const runs =
    run === undefined ? `select id as run from ${of('run')} union select run from noted` : `select ${run}::text as run`;
  return `noted as materialized (
      select r.run, r.nth, r.link_no, r.link, row_number() over (partition by r.run order by r.link_no, r.nth) as place,
        ${rowHash('validation', hashed(columns))} as hash from ${validations} r),
    chain as (
      select run, null::bigint as nth, 0::bigint as place, '' as link from (${runs}) runs
      union all select n.run, n.nth, n.place, ${linkAfter('c.link', 'n.hash')}
        from chain c join noted n on n.run = c.run and n.place = c.place + 1)`;
}

/** SQL: the digest over an account and the last of the links that came with it. */
export function digestOver(account: string, link: string): string {
  return `encode(sha256(convert_to('account:' || ${account} || ',validations:' || ${link}, 'UTF8')), 'hex')`;
}

/** SQL: by run, the digest of its account with each number of its validations, from none to all. */
export function chainedDigests(of: ReadableLedger['of'], columns: SealedColumns): string {
  return `with recursive ${chainNow(of, columns)}
    select a.run, c.place as validations, ${digestOver('a.digest', 'c.link')} as digest
    from (${accountDigests(of, columns)}) a join chain c on c.run = a.run`;
}

/** SQL: links all validations by their rows as they are now, for a ledger that had no links, or links over other columns. */
export function linkAll(s: string, columns: SealedColumns): string {
  return `with recursive ${chainNow((table) => `${s}.${table}`, columns)}
    update ${s}.validation v set link = c.link from chain c where c.nth = v.nth`;
}

/**
 * SQL: the trigger that numbers and links a validation. Those that are noted at the same time wait for each other until the earlier one is
 * committed, so that the numbers have no gap and whoever sees a validation sees all that came before it.
 */
export function chainTrigger(schema: string, columns: SealedColumns): string {
  const s = ident(schema);
  return `
    create or replace function ${s}.chain_validation() returns trigger language plpgsql as $chain$
    declare before record;
    begin
      if ${IS_OURS} then
        perform pg_advisory_xact_lock(${lockKey('chain', schema)});
        select v.link_no, v.link into before from ${s}.validation v where v.run = new.run order by v.link_no desc limit 1;
        new.link_no := coalesce(before.link_no, 0) + 1;
        select ${linkAfter(`coalesce(before.link, '')`, rowHash('validation', hashed(columns)))} into new.link from (select new.*) r;
      end if;
      return new;
    end $chain$;
    drop trigger if exists chain_insert on ${s}.validation;
    create trigger chain_insert before insert on ${s}.validation for each row execute function ${s}.chain_validation();`;
}
