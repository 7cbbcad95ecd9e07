import { MOST_LISTED } from '../../core/comparison/comparison';
import { asListedIn, repairFrom } from '../../core/comparison/listing';
import { counted, grouped } from '../../core/counted';
import { ERROR_CODES } from '../../core/errors';
import { hasErrors, type Issue } from '../../core/issues';
import type { EntityVerdict } from '../../core/run/outcomes';
import type { PartOfProject } from '../../core/run/part-of-project';
import type { SourceAccount } from '../../core/run/source-accounts';
import { levelReached, provenBy, qualificationsOf, qualifyingBefore } from '../../core/run/proof';
import { comparisonLines } from './comparison';
import { issueLines } from './issues';
import { listed } from '../words/name-list';
import { partSentence } from '../words/part-text';
import type { Report } from '../words/report';
import { sourceLines } from '../words/sources';
import { tableLines } from '../words/table';
import { tallyColumns, type TallyColumn } from '../words/tally-columns';
import { verdictLine, verdictWords, type Looked } from '../words/proof-words';

/** What is known of a run beside the verdicts on its entities; all may be left out. */
export interface AboutValidation {
  /** What stands against the run as a whole. */
  readonly issues?: readonly Issue[];
  /** What the pre-flights of the run have found: some findings qualify a verdict. */
  readonly foundBefore?: readonly Issue[];
  /** The rows of the legacy tables, each counted once. */
  readonly sources?: readonly SourceAccount[];
  /** What was done to the run beside its load. */
  readonly history?: readonly string[];
  /** Where the values of what differs were written. */
  readonly differencesFile?: string | null;
  /** What the run leaves of its project; null or absent where it does all entities of it. */
  readonly part?: PartOfProject | null;
  /** Entities of the run that were not asked about. */
  readonly notAsked?: readonly string[];
}

const NOTHING_KNOWN: Required<AboutValidation> = {
  issues: [],
  foundBefore: [],
  sources: [],
  history: [],
  differencesFile: null,
  part: null,
  notAsked: [],
};

/** The comparison of a run, for people: both sides counted anew, the account, orphans, and what stands against the run as a whole. */
export function validationReport(
  runId: string,
  entities: readonly EntityVerdict[],
  about: AboutValidation = {},
): Report {
  const { issues: runIssues, foundBefore, sources, history, part, notAsked, ...files } = { ...NOTHING_KNOWN, ...about };
  const differencesFile = entities.some(hasDifferences) ? files.differencesFile : null;
  const issues = [...runIssues, ...entities.flatMap((entity) => entity.issues)];
  const looked = lookedAt(entities, foundBefore);
  const lines = [
    `Validation of run ${runId}`,
    ...(entities.length === 0 ? [] : verdictLines(entities, looked)),
    ...sharedTableLines(entities),
    ...comparisonLines(entities),
    ...afterBlank(sourceLines(sources)),
    ...issues.map((issue) => listedIn(differencesFile, issue, entities)).flatMap(issueLines),
    ...besideLines(differencesFile, history),
    lastLine({ verdict: verdictLine(looked, issues), part, notAsked }),
  ];
  return {
    output: `${lines.join('\n')}\n`,
    exitCode: hasErrors(issues) ? ERROR_CODES.VALIDATION_FAILED.exit : 0,
    facts: {
      runId,
      issues: runIssues,
      entities,
      provenBy: provenLevels(entities, looked),
      sources,
      history,
      part,
      notAsked,
      differencesFile: files.differencesFile,
    },
  };
}

/** A list without rows is none that anybody need read. */
function hasDifferences({ comparison, issues }: EntityVerdict): boolean {
  const counts = Object.values(comparison?.counts ?? {});
  return counts.some((count) => count > 0) || issues.some(({ code }) => code === 'ROWS_DIFFER');
}

/** The verdict with what it is not about: the last line is what is read, and taken for the whole. */
function lastLine({
  verdict,
  part,
  notAsked,
}: Pick<Required<AboutValidation>, 'part' | 'notAsked'> & { readonly verdict: string }): string {
  const others = notAsked.length === 0 ? [] : [`Not compared now, though in this run: ${listed(notAsked)}.`];
  return [...(part === null ? [] : [partSentence(part)]), verdict, ...others].join(' ');
}

function besideLines(differencesFile: string | null, history: readonly string[]): string[] {
  return [
    ...(differencesFile === null ? [] : [`Differences with their values: ${differencesFile} (mode 0600)`]),
    ...(history.length === 0 ? [] : [`Beside the load: ${history.join('; ')}.`]),
  ];
}

function afterBlank(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

/** The rows of a table that several entities fill are none of one entity's figures. */
function sharedTableLines(entities: readonly EntityVerdict[]): string[] {
  const tables = entities.flatMap(({ filledBy = [], targetRows }) =>
    filledBy.length === 0 ? [] : [`the table of ${filledBy.join(', ')} has ${counted(targetRows, 'row')}`],
  );
  return [...new Set(tables)];
}

/** How closely each entity was really looked at, and what that proves. */
function lookedAt(entities: readonly EntityVerdict[], foundBefore: readonly Issue[]): Looked[] {
  return entities.map((verdict) => {
    const { entity, issues, pending = false } = verdict;
    const level = levelReached(verdict);
    const qualifications = qualificationsOf(entity, [...qualifyingBefore(level, foundBefore), ...issues]);
    return {
      entity,
      level,
      issues,
      qualifications,
      pending,
      provenBy: hasErrors(issues) ? null : provenBy(level, qualifications),
    };
  });
}

function provenLevels(entities: readonly EntityVerdict[], looked: readonly Looked[]): Record<string, string | null> {
  return Object.fromEntries(entities.map(({ entity }, index) => [entity, looked[index]?.provenBy ?? null]));
}

/** Who has asked for the list need not be told to ask for it. */
function listedIn(file: string | null, issue: Issue, entities: readonly EntityVerdict[]): Issue {
  if (file === null) return issue;
  if (issue.code !== 'ROWS_DIFFER')
    return issue.hint === undefined ? issue : { ...issue, hint: asListedIn(file, issue.hint) };
  const { counts, unlocated = null } = entities.find(({ entity }) => entity === issue.subject)?.comparison ?? {};
  const found = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
  const hint =
    found <= MOST_LISTED && unlocated === null
      ? `They are listed with their values in ${file}; "${repairFrom(file)}" repairs them.`
      : `${grouped(Math.min(found, MOST_LISTED))} of them are listed with their values in ${file}; "${repairFrom(file)}" repairs these; validate again afterwards to list the others.`;
  return { ...issue, hint };
}

function verdictLines(entities: readonly EntityVerdict[], looked: readonly Looked[]): string[] {
  const columns = tallyColumns(entities.map(({ tally }) => tally));
  const headings = ['entity', 'source', 'target', ...columns.map(({ heading }) => heading), 'orphans', 'verdict'];
  return tableLines(
    headings,
    entities.map((entity, index) => [...row(entity, columns), wordsOf(looked[index])]),
  );
}

function wordsOf(looked: Looked | undefined): string {
  return looked === undefined ? '' : verdictWords(looked);
}

function row(
  { entity, sourceRows, targetRows, filledBy, tally, orphans, pending = false }: EntityVerdict,
  columns: readonly TallyColumn[],
): (string | number | null)[] {
  const orphaned = Object.values(orphans).reduce((sum, count) => sum + count, 0);
  const own = filledBy === undefined ? targetRows : null;
  return [entity, sourceRows, own, ...columns.map((column) => column.of(tally)), pending ? null : orphaned];
}
