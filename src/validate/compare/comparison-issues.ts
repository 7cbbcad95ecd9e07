import { toBeListed } from '../../core/comparison/listing';
import { counted, were } from '../../core/counted';
import type { DifferenceKind, DifferenceName, EntityComparison } from '../../core/comparison/comparison';
import { laterFixes } from '../../core/run/fingerprint-fixes';
import type { Issue } from '../../core/issues';
import type { RunRecord } from '../../core/run/run-record';
import type { Retried } from '../../core/run/loaded-by';
import { changesDiffer } from './change-issues';
import type { ExpectedTally } from './expected-rows';

const KINDS: readonly DifferenceKind[] = ['missing', 'extra', 'doubled', 'different'];

/** What stands against an entity after its rows were compared. Keys and properties are named, values are not. */
export function comparisonIssues(
  entity: string,
  comparison: EntityComparison,
  tally: ExpectedTally & { readonly refusedByRun: number; readonly run: Pick<RunRecord, 'settings'> },
): Issue[] {
  const { counts, unlocated, figuresDiffer, sourceSince } = comparison;
  const found = KINDS.some((kind) => counts[kind] > 0) || unlocated !== null;
  const issues: Issue[] = [];
  if (found) issues.push(rowsDiffer(entity, comparison));
  else if (figuresDiffer.length > 0) issues.push(figuresDifferent(entity, figuresDiffer));
  if (comparison.level === 'rows' && tally.refused !== tally.refusedByRun) {
    const message = `the mapping turns ${tally.refused} rows away now, the run's ledger has ${tally.refusedByRun}`;
    issues.push(rejectsDiffer(entity, message));
  }
  if (tally.unmatchedRejects > 0) {
    issues.push(rejectsDiffer(entity, `${tally.unmatchedRejects} rejects of the ledger are no rows of the source`));
  }
  issues.push(...comparedByText(entity, comparison), ...nothingCompared(entity, comparison));
  issues.push(...changesDiffer(entity, tally.changesDiffer, tally.run));
  if (sourceSince !== null && sourceSince.now !== sourceSince.atSnapshot) {
    issues.push(sourceChanged(entity, sourceSince));
  }
  return issues;
}

/** Every row of the entity was there before: nothing of it is the run's, and nothing is proven of it. */
function nothingCompared(entity: string, { expected, skipped }: EntityComparison): Issue[] {
  if (expected > 0 || skipped === 0) return [];
  return [
    {
      code: 'NOTHING_COMPARED',
      level: 'warning',
      subject: entity,
      message: `no row of it was compared: the run skipped ${counted(skipped, 'row')}, whose keys the target had before`,
      hint: 'Whether those rows have the values of the source is not known. "--on-conflict update" would have written them.',
    },
  ];
}

function comparedByText(entity: string, { byText }: EntityComparison): Issue[] {
  if (byText === undefined) return [];
  return [
    {
      code: 'TYPE_BY_TEXT',
      level: 'warning',
      subject: entity,
      message: `it is compared as the server writes it, for only the server can read the types of ${byText.join(', ')}`,
      hint: 'What such values should be is computed by the server that stored them: look at some yourself, or choose a built-in type.',
    },
  ];
}

function rowsDiffer(entity: string, { counts, columns, unlocated, examples }: EntityComparison): Issue {
  const numbers = KINDS.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${kind}`);
  const more = unlocated === null ? [] : [`more among ${unlocated.rows} rows that were not looked into`];
  const where = Object.entries(columns).map(([property, rows]) => `${property} in ${rows}`);
  const places = where.length === 0 ? '' : ` (${where.join(', ')})`;
  const first = examples[0] === undefined ? '' : `; first: ${nameOf(examples[0])}`;
  return {
    code: 'ROWS_DIFFER',
    level: 'error',
    subject: entity,
    message: `rows: ${[...numbers, ...more].join(', ')}${places}${first}`,
    hint: toBeListed('them with their values'),
  };
}

function nameOf({ kind, legacyKey, targetKey, properties }: DifferenceName): string {
  const key = legacyKey === null || legacyKey === '[]' ? targetKey && JSON.stringify(targetKey) : legacyKey;
  return [kind, key, properties.join(', ')].filter((part) => part !== null && part !== '').join(' ');
}

function figuresDifferent(entity: string, properties: readonly string[]): Issue {
  return {
    code: 'FIGURES_DIFFER',
    level: 'error',
    subject: entity,
    message: `sum, least or greatest value of ${properties.join(', ')} differ although no row does`,
    hint: 'Validate again; if it stays so, report it with the versions of both databases.',
  };
}

function rejectsDiffer(entity: string, message: string): Issue {
  return {
    code: 'REJECTS_DIFFER',
    level: 'error',
    subject: entity,
    message,
    hint: 'Run with the mappings, entities and version of cutover that the run was loaded with.',
  };
}

function sourceChanged(
  entity: string,
  { atSnapshot, now }: { readonly atSnapshot: number; readonly now: number },
): Issue {
  return {
    code: 'SOURCE_CHANGED',
    level: 'warning',
    subject: entity,
    message: `the source has ${now} rows now and had ${atSnapshot} at the run's snapshot: what was written since is not in the target`,
    hint: 'Close the legacy application before the last run, or migrate again.',
  };
}

/** Both sides are as they are now: what the legacy application has written since stands among the differences. */
export function noSnapshot(entity: string): Issue {
  return {
    code: 'COMPARED_WITHOUT_SNAPSHOT',
    level: 'warning',
    subject: entity,
    message: 'the run has no snapshot: the source was compared as it is now',
    hint: 'Where rows differ, compare while nobody writes to the source. Rows that have left the source since the load count as extra, and a repair would delete them from the target: read the list before.',
  };
}

/** The mapping is not the one by which the run was loaded: what should be in the target cannot be told. */
export function mappingChanged(run: Pick<RunRecord, 'fingerprintFixes'>, entity: string): Issue {
  return {
    code: 'MAPPING_CHANGED',
    level: 'error',
    subject: entity,
    message: 'the mapping is not the one by which the run was loaded: its rows were not compared',
    hint: `Validate with the mapping of the run, or of its last "rejects retry", or compare counts: --level counts.${laterFixes(run)}`,
  };
}

/** Rejected rows were loaded by a mapping that is not the run's: all rows are compared by it, and the others may differ for that alone. */
export function retriedByAnother(
  { fingerprints }: Pick<RunRecord, 'fingerprints'>,
  entity: string,
  retried: Retried | undefined,
): Issue[] {
  if (retried === undefined || retried.fingerprint === fingerprints[entity]) return [];
  return [
    {
      code: 'MAPPING_OF_RETRY',
      level: 'warning',
      subject: entity,
      message: `${counted(retried.rows, 'rejected row')} ${were(retried.rows)} loaded by a mapping that was changed after the run: all rows are compared by it`,
      hint: `A row that differs may be one that the mapping of the run has loaded otherwise, or whose reference was set to null for want of a parent that is loaded now. ${toBeListed('rows that differ')}`,
    },
  ];
}

/** An earlier cutover has repaired rows of several entities under one number. */
export function rowsUndecided(entity: string, rows: number): Issue[] {
  if (rows === 0) return [];
  return [
    {
      code: 'ROWS_UNDECIDED',
      level: 'warning',
      subject: entity,
      message: `of ${rows} rows the ledger does not tell whether they are of ${entity} or of another entity of the table`,
      hint: 'They were compared by key or value. None of them is called extra: should one be too many, the counts tell.',
    },
  ];
}

/** The run has no plan for the entity, or its table is gone. */
export function notLoaded(entity: string): Issue {
  return {
    code: 'NOT_COMPARED',
    level: 'error',
    subject: entity,
    message: 'the run has not loaded it, or its table is gone',
    hint: 'Finish the run with "cutover migrate --resume", then validate again.',
  };
}

/** The table holds rows of others, and the ledger does not say which are the run's. */
export function rowsNotTracked(entity: string): Issue {
  return {
    code: 'NOT_COMPARED',
    level: 'error',
    subject: entity,
    message: 'the table holds rows that are not of the run, and the ledger does not tell which are',
    hint: 'The run was loaded by an earlier version of cutover: compare counts, --level counts.',
  };
}
