import { cureHint } from '../run/cures';
import type { Issue } from '../issues';
import type { LackingRight, RightNeed } from '../run/rights';

/** An entity, and what is done to a table for it. */
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

type Warned = Omit<RightsAsked, 'level'>;

/** One finding that names all rights on a table which a run would miss, with the statements that grant them. */
export function rightsChecks(asked: RightsAsked): Issue[] {
  return findings(asked, { code: 'TARGET_RIGHTS', rights: `rights that a run uses on ${asked.table}` });
}

/** Rights that no run uses, but those commands that take its rows back or put them right. */
export function laterRightsChecks(asked: Warned): Issue[] {
  const rights = `rights that cutover reset, repair and rejects retry may use on ${asked.table}`;
  return findings({ ...asked, level: 'warning' }, { code: 'TARGET_RIGHTS_LATER', rights });
}

/** All rows can be loaded without these rights, but the application will meet their numbers. */
export function sequenceRightsChecks(asked: Omit<Warned, 'needs'>): Issue[] {
  const rights = `rights to set the sequences of ${asked.table} past the loaded numbers, without which inserts of the application fail`;
  return findings({ ...asked, needs: new Set(['sequences']), level: 'warning' }, { code: 'SEQUENCE_BEHIND', rights });
}

/** `rights`: as the end of "the user lacks …". */
function findings(
  { subject, lacking, needs, written, level }: RightsAsked,
  { code, rights }: { readonly code: string; readonly rights: string },
): Issue[] {
  const missed = lacking.filter(
    ({ need, column }) => needs.has(need) && (column === null || written.includes(column) === (need === 'sequences')),
  );
  if (missed.length === 0) return [];
  return [
    {
      code,
      level,
      subject,
      message: `the user of DATABASE_URL lacks ${rights}: ${missed.map(({ right }) => right).join('; ')}`,
      hint: cureHint(missed.flatMap(({ cures }) => cures)),
    },
  ];
}
