import type { CompareLevel } from '../core/comparison';
import { hasErrors, type Issue } from '../core/issues';
import { weakest, type ProvenLevel, type Qualification } from '../core/proof';

/** What was found of an entity, and how closely it was looked at. */
export interface Looked {
  readonly level: CompareLevel;
  readonly issues: readonly Issue[];
  readonly provenBy: ProvenLevel | null;
  readonly qualifications: readonly Qualification[];
}

const AGREED: Readonly<Record<CompareLevel, string>> = {
  counts: 'counts agree',
  keys: 'proven by keys',
  rows: 'proven by rows',
};

/** The verdict on one entity: `proven` is said of keys and rows only. */
export function verdictWords({ level, issues, provenBy, qualifications }: Looked): string {
  if (hasErrors(issues)) return 'DIFFERS';
  const qualified = provenBy === null && level !== 'counts';
  const said = qualified ? `not proven: ${qualifications.map(({ text }) => text).join(', ')}` : AGREED[level];
  return issues.length === 0 ? said : `${said}, see findings`;
}

const ALL_AGREED: Readonly<Record<CompareLevel, string>> = {
  counts: 'The counts agree; no value was compared.',
  keys: 'Proven by keys: every key was compared, and none differs; other values were not compared.',
  rows: 'Proven by rows: every value was compared, and nothing differs.',
};

/** Findings that say nothing against what was loaded. */
const LEFT_BEHIND = new Set(['SOURCE_ROWS_UNTAKEN', 'SOURCE_TABLES_UNMAPPED']);

/** The verdict on all entities together; `issues` are all that is shown above it. */
export function verdictLine(entities: readonly Looked[], issues: readonly Issue[]): string {
  const errors = issues.filter((issue) => hasErrors([issue]));
  if (errors.some(({ code }) => !LEFT_BEHIND.has(code))) return 'NOT proven: see the differences above.';
  if (errors.length > 0)
    return 'NOT complete: rows or tables of the source are left behind without a reason, see above.';
  const level = weakest(entities.map((entity) => entity.level));
  const open = entities.filter(({ provenBy }) => provenBy === null);
  const above = issues.length === 0 ? '' : ' Read the findings above.';
  if (level === 'counts' || open.length === 0) return `${ALL_AGREED[level]}${above}`;
  const texts = [...new Set(open.flatMap(({ qualifications }) => qualifications.map(({ text }) => text)))];
  return `Nothing differs, but not everything is proven: ${texts.join(', ')}.${above}`;
}
