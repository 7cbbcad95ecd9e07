import type { Place } from '../session/place';
import { readingLedger } from './schema/readable';
import { AFTER_THE_LOAD } from './schema/schema';

/**
 * By entity: rows that other runs have added to its table after the run had begun to load it, as their accounts have them now. Told by
 * the numbers of transactions, for a run may go on after a later one has ended; without a chunk of its own by which run came later.
 */
export function readAddedSince(place: Place, runId: string): Promise<Readonly<Record<string, number>>> {
  return readingLedger<Readonly<Record<string, number>>>(place, {}, async (session, { of }) => {
    const { rows } = await session.query<{ entity: string; added: string }>(
      `with mine as (
         select e.entity, e.table_oid, r.nth,
           (select min(l.written_by[1]) from ${of('chunk_load')} l where l.run = $1 and l.entity = e.entity) as first
         from ${of('entity_table')} e join ${of('run')} r on r.id = e.run where e.run = $1)
       select m.entity, sum(l.inserted + l.updated) as added
       from mine m join ${of('entity_table')} e on e.table_oid = m.table_oid and e.run <> $1
         join ${of('run')} r on r.id = e.run
         cross join lateral (
           select coalesce(sum(c.inserted), 0) as inserted,
             coalesce(sum(c.updated), 0) - (select count(*) from ${of('replaced')} p where p.run = e.run and p.entity = e.entity)
               - (select count(*) from ${of('reject')} j where j.run = e.run and j.entity = e.entity and j.chunk = ${AFTER_THE_LOAD}) as updated
           from ${of('chunk_load')} c where c.run = e.run and c.entity = e.entity
             and (c.written_by[1] > m.first or (m.first is null and r.nth > m.nth)) having count(*) > 0) l
       group by m.entity having sum(l.inserted + l.updated) <> 0`,
      [runId],
    );
    return Object.fromEntries(rows.map(({ entity, added }) => [entity, Number(added)]));
  });
}
