import type { TreeTrigger } from '../catalogue/tree-triggers';
import { withQualifiedNames } from '../session/qualified-names';
import type { Session } from '../session/session';
import { ident, qualified } from '../session/sql';

/** What the journal keeps of a trigger or a rule, all names qualified, to tell later whether it is the same. */
export interface Definition {
  readonly definition: string;
  /** Of a trigger: the function that it calls, with its schema and arguments. */
  readonly procedure: string | null;
}

/** The copy of a trigger on a partition is made with that of the partitioned table, by which it is judged. */
const DEFINITIONS = `
  select g.oid::text as oid, pg_get_triggerdef(g.oid) as definition, g.tgfoid::regprocedure::text as procedure
  from pg_trigger g where g.oid = any ($1::oid[]) and g.tgparentid = 0
  union all
  select w.oid::text, pg_get_ruledef(w.oid), null from pg_rewrite w where w.oid = any ($2::oid[])`;

/** By the oid of the trigger or rule, which are numbered apart. */
export async function definitionsOf(
  session: Session,
  triggers: readonly Pick<TreeTrigger, 'kind' | 'oid'>[],
): Promise<(of: Pick<TreeTrigger, 'kind' | 'oid'>) => Definition | undefined> {
  const oids = (kind: TreeTrigger['kind']): string[] =>
    triggers.filter((one) => one.kind === kind).map(({ oid }) => oid);
  if (triggers.length === 0) return () => undefined;
  const { rows } = await withQualifiedNames(session, () =>
    session.query<Definition & { readonly oid: string }>(DEFINITIONS, [oids('trigger'), oids('rule')]),
  );
  return ({ kind, oid }) => {
    const row = rows.find((one) => one.oid === oid && (one.procedure === null) === (kind === 'rule'));
    return row === undefined ? undefined : { definition: row.definition, procedure: row.procedure };
  };
}

/** SQL that removes a trigger or a rule. */
export function dropTrigger({ kind, table, name }: Pick<TreeTrigger, 'kind' | 'table' | 'name'>): string {
  return `drop ${kind} ${ident(name)} on ${qualified(table)}`;
}
