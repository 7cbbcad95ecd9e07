import { plainName } from '../../core/mapping/table-name';
import type { Cure } from '../../core/run/cures';
import type { TableName } from '../../core/ports/target';
import type { LackingRight } from '../../core/run/rights';
import type { Session } from '../session/session';
import { ident, qualified } from '../session/sql';

export type Lacking = Pick<LackingRight, 'right' | 'cures'>;

/** What is about to be done to a table. */
export interface Wanted {
  readonly table: TableName;
  readonly privileges: readonly ('select' | 'insert' | 'delete')[];
}

interface Row {
  readonly role: string;
  readonly schema_owner: string;
  readonly usable: boolean;
  readonly owner: string;
  readonly lacking: readonly string[];
}

/** By the catalogue's own tables: a look-up by name is refused in a schema that this user may not use. */
const LACKING = `
  select current_user::text as role, pg_get_userbyid(n.nspowner)::text as schema_owner, has_schema_privilege(n.oid, 'usage') as usable,
    pg_get_userbyid(c.relowner)::text as owner,
    array(select p from unnest($3::text[]) with ordinality u(p, nth) where not has_table_privilege(c.oid, p) order by nth) as lacking
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2`;

/** What this user lacks for it, the use of the table's schema included. Nothing where there is no table. */
export async function lackingOn(session: Session, { table, privileges }: Wanted): Promise<Lacking[]> {
  const { rows } = await session.query<Row>(LACKING, [table.schema, table.name, privileges]);
  return rows.flatMap(({ role, schema_owner: by, usable, owner, lacking }) => [
    ...(usable ? [] : [lackingSchema(table.schema, { by, role })]),
    ...lacking.map((privilege) => ({
      right: `${privilege.toUpperCase()} on ${plainName(table)}`,
      cures: [{ by: owner, statement: `grant ${privilege} on ${qualified(table)} to ${ident(role)}` }],
    })),
  ]);
}

/** `by`: the owner of the schema. */
export function lackingSchema(schema: string, of: { readonly by: string; readonly role: string }): Lacking {
  return { right: `USAGE on schema ${schema}`, cures: [schemaCure(schema, of)] };
}

export function schemaCure(schema: string, { by, role }: { readonly by: string; readonly role: string }): Cure {
  return { by, statement: `grant usage on schema ${ident(schema)} to ${ident(role)}` };
}
