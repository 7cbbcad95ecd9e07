import type { CompareLevel } from '../../core/comparison/comparison';
import { hasErrors, type Issue } from '../../core/issues';
import { isCountedByLedger, weakest, type ProvenLevel, type Qualification } from '../../core/run/proof';
import { listed } from './name-list';

/** What was found of an entity, and how closely it was looked at. */
export interface Looked {
  readonly entity: string;
  readonly level: CompareLevel;
  readonly issues: readonly Issue[];
  readonly provenBy: ProvenLevel | null;
  readonly qualifications: readonly Qualification[];
  /** Its load is not complete: nothing of it was judged. */
  readonly pending: boolean;
}

/** Said of an entity whose load is not complete. */
export const NOT_LOADED_YET = 'not loaded yet';

const AGREED: Readonly<Record<CompareLevel, string>> = {
  counts: 'counts agree',
  keys: 'proven by keys',
  rows: 'proven by rows',
};

/** The verdict on one entity: `proven` is said of keys and rows only. */
export function verdictWords({ level, issues, provenBy, qualifications, pending }: Omit<Looked, 'entity'>): string {
  if (pending) return NOT_LOADED_YET;
  if (hasErrors(issues)) return 'DIFFERS';
  const qualified = provenBy === null && level !== 'counts';
  const agreed = level === 'counts' && isCountedByLedger(qualifications) ? 'counts of the ledger only' : AGREED[level];
  const said = qualified ? `not proven: ${qualifications.map(({ text }) => text).join(', ')}` : agreed;
  return issues.length === 0 ? said : `${said}, see findings`;
}

const ALL_AGREED: Readonly<Record<CompareLevel, string>> = {
  counts: 'The counts agree; no value was compared.',
  keys: 'Proven by keys: every key was compared, and none differs; other values were not compared.',
  rows: 'Proven by rows: every value was compared, and nothing differs.',
};

/** Findings that say nothing against what was loaded. */
const LEFT_BEHIND = new Set(['SOURCE_ROWS_UNTAKEN', 'SOURCE_TABLES_UNMAPPED', 'SOURCE_ROWS_UNACCOUNTED']);

/** The verdict on all entities together; `issues` are all that is shown above it. */
export function verdictLine(entities: readonly Looked[], issues: readonly Issue[]): string {
  const errors = issues.filter((issue) => hasErrors([issue]));
  if (errors.some(({ code }) => !LEFT_BEHIND.has(code))) return 'NOT proven: see the errors above.';
  if (errors.length > 0)
    return "NOT complete: rows or tables of the source are left behind without a reason or cannot be accounted for, see above. Map them, or say why they stay (notMigrated, rest: 'reason', reads), then validate again: a reason needs no new load.";
  const above = issues.length === 0 ? '' : ' Read the findings above.';
  return `${agreedText(entities)}${uncountedText(entities)}${above}`;
}

/** Counts that nobody could make again agree with nothing but themselves. */
function uncountedText(entities: readonly Looked[]): string {
  const uncounted = entities.filter(({ qualifications }) => isCountedByLedger(qualifications));
  if (uncounted.length === 0) return '';
  return ` Of ${listed(uncounted.map(({ entity }) => entity))} the source was not counted: counts of the ledger only.`;
}

function agreedText(entities: readonly Looked[]): string {
  const open = entities.filter(({ provenBy }) => provenBy === null);
  const isCounted = entities.every(({ level }) => level === 'counts');
  if (isCounted || open.length === 0) return ALL_AGREED[weakest(entities.map(({ level }) => level))];
  const proven = provenText(entities);
  const parts = [...(proven === '' ? [] : [proven]), ...openTexts(open)];
  return `Nothing differs, but not everything is proven: ${parts.join('; ')}.`;
}

/** `proven by rows: a and b; proven by keys: c`; empty where nothing is proven. */
export function provenText(entities: readonly Pick<Looked, 'entity' | 'provenBy'>[]): string {
  return (['rows', 'keys'] as const)
    .flatMap((level) => {
      const own = entities.filter(({ provenBy }) => provenBy === level).map(({ entity }) => entity);
      return own.length === 0 ? [] : [`${AGREED[level]}: ${listed(own)}`];
    })
    .join('; ');
}

function openTexts(open: readonly Looked[]): string[] {
  const counts = open.filter(({ level }) => level === 'counts').map(({ entity }) => entity);
  const qualified = open.filter(({ level }) => level !== 'counts');
  const texts = new Set(qualified.map(({ qualifications }) => qualifications.map(({ text }) => text).join(', ')));
  return [
    ...[...texts].map((text) => {
      const own = qualified.filter(({ qualifications }) => qualifications.map((one) => one.text).join(', ') === text);
      return `${text}: ${listed(own.map(({ entity }) => entity))}`;
    }),
    ...(counts.length === 0 ? [] : [`counted only: ${listed(counts)}`]),
  ];
}
