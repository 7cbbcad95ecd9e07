import { OraError } from '../../contract/ora-error';
import type { ObjectName, Relation } from './dictionary';
import type { Emission } from './emission';
import { noSuchTable } from '../parse/syntax-error';

/** Roles and privileges that open the DBA_ and V$ views. */
const DICTIONARY_ROLES = ['SELECT ANY DICTIONARY', 'SELECT_CATALOG_ROLE', 'DBA'];

/** The object a name stands for: own object, private synonym, then what SYS and PUBLIC offer. */
function candidates(emission: Emission, path: readonly string[]): readonly ObjectName[] {
  const name = path.at(-1) ?? '';
  const owner = path.at(-2);
  if (owner !== undefined) return [{ owner, name }];
  return [emission.session.currentSchema, 'PUBLIC', 'SYS'].map((one) => ({ owner: one, name }));
}

function follow(emission: Emission, object: ObjectName): Relation | undefined {
  const { dictionary } = emission;
  const synonym = dictionary.synonym(object.owner, object.name);
  const real = synonym ?? object;
  return dictionary.relation(real.owner, real.name);
}

function visible(emission: Emission, relation: Relation): boolean {
  const { user } = emission.session;
  if (relation.kind !== 'dictionary') return emission.dictionary.privileges(user, relation).size > 0;
  const roles = emission.dictionary.roles(user);
  return !relation.restricted || DICTIONARY_ROLES.some((role) => roles.has(role));
}

/** The table or view of this name as the session's user sees it. ORA-00942 also for what he may not see. */
export function resolveRelation(emission: Emission, path: readonly string[], position: number): Relation {
  for (const object of candidates(emission, path)) {
    const relation = follow(emission, object);
    if (relation !== undefined && visible(emission, relation)) return relation;
  }
  throw noSuchTable(position);
}

/** ORA-01031 unless the user holds the privilege on the relation; dictionary views are open once seen. */
export function requirePrivilege(
  emission: Emission,
  relation: Relation,
  { privilege, position }: { privilege: string; position: number },
): void {
  if (relation.kind === 'dictionary') {
    if (privilege === 'SELECT') return;
    throw new OraError(1031, 'insufficient privileges', position);
  }
  const held = emission.dictionary.privileges(emission.session.user, relation);
  if (!held.has(privilege)) throw new OraError(1031, 'insufficient privileges', position);
}
