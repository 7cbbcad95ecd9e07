import { ident } from '../../../session/sql';

/**
 * No number is noted for two entities any more. Where an earlier version has done so (a repair of two entities of one table), the notes
 * stay and are marked: whose rows those are the ledger cannot tell.
 */
export function numbersOnce(schema: string): string {
  const s = ident(schema);
  return `
    alter table ${s}.rewrite add column shared boolean not null default false;
    update ${s}.rewrite r set shared = true
      where exists (select from ${s}.rewrite o where o.txid = r.txid and (o.run, o.entity) <> (r.run, r.entity));
    create unique index rewrite_number_once on ${s}.rewrite (txid) where not shared;
    create index chunk_load_number on ${s}.chunk_load ((written_by[1]));`;
}
