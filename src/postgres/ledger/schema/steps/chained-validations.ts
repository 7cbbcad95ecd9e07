import { ident } from '../../../session/sql';

/**
 * `validation.link_no` numbers the validations of a run in the order in which they were noted, `link` is the hash over one of them and the
 * link before it; a trigger sets both (seal/chain.ts), and what was noted before is linked after the last step, with the seals. The
 * digest of a run covers the last link, so that a ledger has one for each number of validations: `former_digest` keeps them all.
 * `former_digest.validations` null: the digest was over the account alone.
 */
export function chainedValidations(schema: string): string {
  const s = ident(schema);
  return `
    alter table ${s}.validation add column link_no bigint, add column link text not null default '';
    update ${s}.validation v set link_no = n.link_no
      from (select nth, row_number() over (partition by run order by nth) as link_no from ${s}.validation) n where n.nth = v.nth;
    alter table ${s}.validation alter column link_no set not null, alter column link drop default, add unique (run, link_no);
    alter table ${s}.former_digest drop constraint former_digest_pkey, add column validations int;
    create unique index former_digest_once on ${s}.former_digest (run, version, coalesce(validations, -1));`;
}
