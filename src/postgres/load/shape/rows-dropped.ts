import { visibleSql } from '../../../core/words/visible-sql';
import { MigrationError } from '../../../core/errors';
import type { TableName } from '../../../core/ports/target';
import type { Session } from '../../session/session';
import { ident, qualified } from '../../session/sql';

interface TriggerRow {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly always: boolean;
}

/** Triggers that may return null for a row that is inserted, and fire in this session. */
const TRIGGERS = `
  select n.nspname::text as schema, c.relname::text as table, g.tgname::text as name, g.tgenabled = 'A' as always
  from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace
  where (g.tgrelid = to_regclass($1) or g.tgrelid in (select relid from pg_partition_tree(to_regclass($1))))
    and g.tgparentid = 0 and not g.tgisinternal and g.tgenabled in ('O', 'A') and g.tgtype & 7 = 7 order by 1, 2, 3`;

/** A trigger that returns null drops rows without a word; a load must not count those as loaded. */
export async function rowsDropped(
  session: Session,
  table: TableName,
  { sent, stored }: { readonly sent: number; readonly stored: number },
): Promise<MigrationError> {
  const { rows } = await session.query<TriggerRow>(TRIGGERS, [qualified(table)]);
  const message = `${qualified(table)} stored ${stored} of ${sent} rows: a trigger discards the others`;
  return new MigrationError('LOAD_FAILED', message, { hint: hintOf(rows), facts: { sent, stored } });
}

function hintOf(triggers: readonly TriggerRow[]): string {
  const all = (verb: (trigger: TriggerRow) => string): string =>
    triggers
      .map((one) => `alter table ${qualified({ ...one, name: one.table })} ${verb(one)} trigger ${ident(one.name)};`)
      .map(visibleSql)
      .join(' ');
  return triggers.length === 0
    ? 'Disable the trigger that discards them until the run is complete.'
    : `As the owner of the table: ${all(() => 'disable')} Once the run is complete: ${all(({ always }) => (always ? 'enable always' : 'enable'))}`;
}
