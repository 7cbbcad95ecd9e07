import type { Issue } from '../issues';
import type { LackingRight, RightNeed } from '../rights';

/** An entity, and what a run of it does to a table. */
export interface RightsAsked {
  readonly subject: string;
  /** Name of the table. */
  readonly table: string;
  readonly lacking: readonly LackingRight[];
  readonly needs: ReadonlySet<RightNeed>;
  /** Columns that the load writes: their defaults are not drawn, but their sequences are set afterwards. */
  readonly written: readonly string[];
  readonly level: 'error' | 'warning';
}

/** Rights that no run uses, but those who take its rows back or mend them: what a run has loaded is else for good. */
export function laterRightsChecks(asked: Omit<RightsAsked, 'level'>): Issue[] {
  return rightsChecks({ ...asked, level: 'warning' }).map((issue) => ({
    ...issue,
    code: 'TARGET_RIGHTS_LATER',
    message: issue.message.replace('that a run uses', 'that cutover reset, repair and rejects retry may use'),
  }));
}

/** One finding that names all rights on a table which a run would miss, with the statements that grant them. */
export function rightsChecks({ subject, table, lacking, needs, written, level }: RightsAsked): Issue[] {
  const missed = lacking.filter(
    ({ need, column }) => needs.has(need) && (column === null || written.includes(column) === (need === 'sequences')),
  );
  if (missed.length === 0) return [];
  return [
    {
      code: 'TARGET_RIGHTS',
      level,
      subject,
      message: `the user of DATABASE_URL lacks rights that a run uses on ${table}: ${missed.map(({ right }) => right).join('; ')}`,
      hint: grantHint(missed),
    },
  ];
}

/** The statements in one line, to be copied. */
export function grantHint(lacking: readonly Pick<LackingRight, 'cure' | 'caution'>[]): string {
  const cures = [...new Set(lacking.map(({ cure }) => cure))];
  const cautions = [...new Set(lacking.flatMap(({ caution = [] }) => caution))];
  const cautious = cautions.length === 0 ? '' : ` (${cautions.join('; ')})`;
  return `Run as the owner${cautious}: ${cures.join('; ')};`;
}
