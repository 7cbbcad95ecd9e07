import { visibleSql } from '../words/visible-sql';

/** A statement that gives this user what it lacks, and who may run it. */
export interface Cure {
  /** A role, or words for any of several. */
  readonly by: string;
  readonly statement: string;
  /** What is to be known before it is run; nothing where absent. */
  readonly caution?: string;
}

export const SUPERUSER = 'a superuser';

/** A role cannot grant itself: membership is granted by others. */
export function byAdminOf(role: string): string {
  return `${SUPERUSER}, or a role with ADMIN OPTION on ${role}`;
}

/** The statements to be copied, those of one role together. */
export function cureHint(cures: readonly Cure[]): string {
  const roles = [...new Set(cures.map(({ by }) => by))];
  return roles.map((role) => ofOneRole(cures.filter(({ by }) => by === role))).join(' ');
}

function ofOneRole(cures: readonly Cure[]): string {
  const cautions = [...new Set(cures.flatMap(({ caution = [] }) => caution))];
  const cautious = cautions.length === 0 ? '' : ` (${cautions.join('; ')})`;
  const statements = [...new Set(cures.map(({ statement }) => visibleSql(statement)))];
  return `Run as ${cures[0]?.by ?? ''}${cautious}: ${statements.join('; ')};`;
}
