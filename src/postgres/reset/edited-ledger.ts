import { counted } from '../../core/counted';
import type { EditedLedger } from '../../core/run/reset';
import { readableLedger } from '../ledger/schema/readable';
import { AFTER_THE_LOAD } from '../ledger/schema/schema';
import { readSeal } from '../ledger/seal/read-seal';
import { partsOfRows, SET_ASIDE } from '../ledger/seal/sealed-rows';
import { ident } from '../session/sql';
import { asideEdited, editedByHand, impossible } from './reset-errors';
import type { Resetting } from './subjects';

interface Account {
  readonly entity: string;
  /** Chunks of a complete run that the ledger does not say are loaded. */
  readonly unloaded: string;
  readonly loaded: string;
  readonly has_table: boolean;
  /** Rows of others that were overwritten, less those that the ledger has kept and those that may have been given back since. */
  readonly not_kept: string;
}

/**
 * Throws RESET_IMPOSSIBLE where the ledger contradicts itself about what the run has loaded and overwritten: rows of it were removed by
 * hand, and a reset that believes the rest would leave rows of the run, or take away those of others. The same where the seals know of
 * edits of these, or of what says how keys, triggers and indexes are restored, unless the order accepts them; answers with the parts that
 * it accepts.
 */
export async function refuseEditedLedger(resetting: Resetting, accepted: EditedLedger): Promise<string[]> {
  await refuseContradiction(resetting);
  const { ofRows, aside } = await editedParts(resetting);
  if (ofRows.length > 0 && accepted === 'refuse') throw editedByHand(resetting.runId, namesOf(ofRows));
  if (aside.length > 0 && accepted === 'refuse') throw asideEdited(resetting.runId);
  return [...ofRows, ...aside];
}

interface EditedParts {
  /** Those that say which rows the run has written. */
  readonly ofRows: readonly string[];
  /** That which the run is to be restored from; a reset of single entities restores nothing. */
  readonly aside: readonly string[];
}

/** The seals know of each row that is gone or changed, also where the account still adds up. */
async function editedParts({ session, schema, runId, scope }: Resetting): Promise<EditedParts> {
  const ledger = await readableLedger(session, schema);
  const seal = ledger === null ? null : await readSeal(session, ledger, { schema, runId });
  const edited = seal?.edited ?? [];
  if (scope !== 'all') return { ofRows: partsOfRows(edited, scope), aside: [] };
  return { ofRows: partsOfRows(edited, null), aside: edited.filter((part) => part === SET_ASIDE) };
}

/** The first of them, and how many more there are. */
function namesOf(edited: readonly string[]): string {
  const more = edited.length - NAMED;
  return [...edited.slice(0, NAMED), ...(more > 0 ? [counted(more, 'other part')] : [])].join(', ');
}

const NAMED = 5;

/** Also for a ledger that was edited before it had seals. No order accepts it: nothing else says which rows are the run's. */
async function refuseContradiction({ session, schema, runId, scope }: Resetting): Promise<void> {
  const s = ident(schema);
  const { rows } = await session.query<Account>(
    `select e.entity, coalesce(l.loaded, 0) as loaded,
       case r.state when 'complete' then (select count(*) from ${s}.chunk c where c.run = r.id and c.entity = e.entity
         and not exists (select from ${s}.chunk_load d where d.run = c.run and d.entity = c.entity and d.chunk = c.chunk)) else 0 end as unloaded,
       exists (select from ${s}.entity_table t where t.run = r.id and t.entity = e.entity) as has_table,
       coalesce(l.updated, 0) - (select count(*) from ${s}.replaced b where b.run = r.id and b.entity = e.entity)
         - (select count(*) from ${s}.reject j where j.run = r.id and j.entity = e.entity and j.chunk = ${AFTER_THE_LOAD})
         - (select coalesce(sum(y.loaded), 0) from ${s}.retry y where y.run = r.id and y.entity = e.entity) as not_kept
     from ${s}.run r cross join lateral (
         select entity from ${s}.entity_plan p where p.run = r.id union select entity from ${s}.chunk_load f where f.run = r.id) e
       left join lateral (select sum(inserted + updated) as loaded, sum(updated) as updated from ${s}.chunk_load f
         where f.run = r.id and f.entity = e.entity) l on true
     where r.id = $1 and r.state <> 'reset' and ($2::text[] is null or e.entity = any ($2)) order by e.entity`,
    [runId, scope === 'all' ? null : scope],
  );
  for (const { entity, unloaded, loaded, has_table: hasTable, not_kept: notKept } of rows) {
    const faults = [
      ...(Number(unloaded) > 0 ? [`lacks ${unloaded} of its loaded chunks`] : []),
      ...(Number(loaded) > 0 && !hasTable ? ['lacks its table'] : []),
      ...(Number(notKept) > 0 ? [`lacks ${notKept} of the rows that it has overwritten`] : []),
    ];
    if (faults.length > 0)
      throw impossible(entity, runId, `${faults.join(' and ')} in the ledger: somebody has edited it`);
  }
}
