import { counted, grouped } from '../../core/counted';
import { ERROR_CODES } from '../../core/errors';
import type { Issue } from '../../core/issues';
import { snapshotIssues } from '../../core/run/snapshots';
import { isAllTaken, stateText, type SourceAccount } from '../../core/run/source-accounts';
import { partOfProject, type PartOfProject } from '../../core/run/part-of-project';
import { cureHint } from '../../core/run/cures';
import { waysOn } from '../../core/run/ways-on';
import type { Forecast } from '../../core/run/forecast';
import type { EntityOutcome, OrphanVerdict, RunOutcome } from '../../core/run/outcomes';
import type { ChangeCount } from '../../core/ports/ledger';
import { accountOf } from '../words/accounts';
import { forecastLines } from './forecast';
import { issueLines } from './issues';
import { ORPHAN_FATES } from '../words/orphan-fates';
import { partName, partSentence } from '../words/part-text';
import type { Report } from '../words/report';
import { sourceLines } from '../words/sources';
import { DATABASES_GONE } from '../words/databases-gone';
import { tableLines } from '../words/table';
import { tallyColumns } from '../words/tally-columns';
import { verdictLine } from '../words/proof-words';
import type { LobsRead } from '../../core/run/lob-speed';
import { SHOWN_SAMPLES } from '../words/sample-size';

const MEGABYTE = 1_000_000;

/** How fast large values were read, a line for each class of which there was any. */
function lobLines(lobs: readonly LobsRead[]): string[] {
  return lobs.map(({ class: name, bytes, seconds }) => {
    const megabytes = bytes / MEGABYTE;
    const speed = seconds > 0 ? `${(megabytes / seconds).toFixed(1)} MB/s` : 'too short to tell a speed';
    return `read  ${name}: ${megabytes.toFixed(3)} MB in ${seconds.toFixed(2)} s of waiting, ${speed}`;
  });
}

export interface SummaryContext {
  readonly mode: 'load' | 'rehearse';
  readonly changes: readonly ChangeCount[];
  /** What the validation after the load found; null where it was not asked for. */
  readonly validation: readonly Issue[] | null;
  /** The rows of the legacy tables, each counted once; none where they were not counted. */
  readonly sources?: readonly SourceAccount[];
  /** Where the rejects were exported to; null where there are none. */
  readonly rejectsFile: string | null;
  /** Where the report was written; null or absent where it was not. */
  readonly reportFile?: string | null;
  /** `gone`: the databases end with this command, so that no other one can look at the run. */
  readonly databases?: 'stay' | 'gone';
  /** Of a rehearsal: what it says about the real run. */
  readonly forecast?: Forecast;
}

/** The end of a run, for people: changes, orphans, then an account per entity, the verdicts, and what to do next. */
export function runSummary(outcome: RunOutcome, context: SummaryContext): Report {
  const sections = [
    changedLines(context.changes),
    orphanLines(outcome.orphans),
    [...(context.validation ?? []), ...(context.validation === null ? snapshotsOf(outcome) : [])].flatMap(issueLines),
    // What is said below is read first: the last screen is the verdict.
    [headline(outcome, context)],
    accountLines(outcome.entities),
    lobLines(outcome.lobs ?? []),
    sourceLines(context.sources ?? []),
    forecastLines(context.forecast),
    [...troubleLines(outcome.entities), ...failureLines(outcome)],
    [rejectLine(outcome), ...partLine(partOf(outcome, context)), ...validationLine(context.validation)],
    nextLines(outcome, context),
  ];
  const { changes, validation, sources = [], forecast } = context;
  return {
    output: textOf(sections),
    details: textOf([changeTable(changes)]),
    exitCode: exitCodeOf(outcome, context),
    facts: { ...outcome, mode: context.mode, changes, validation, sources, ...(forecast && { forecast }) },
  };
}

/** Sections with an empty line between them. */
function textOf(sections: readonly (readonly string[])[]): string {
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** 0 only for a complete run whose accounts are closed and whose validation found no error. */
function exitCodeOf(outcome: RunOutcome, { validation }: SummaryContext): number {
  const { rejects, entities, state, failure } = outcome;
  const failed = [...entities, ...(failure ? [failure] : [])].find(({ code }) => code !== null)?.code ?? null;
  if (failed !== null) return ERROR_CODES[failed].exit;
  if (rejects.rejected > rejects.allowed) return ERROR_CODES.TOO_MANY_REJECTS.exit;
  if (state === 'interrupted') return ERROR_CODES.INTERRUPTED.exit;
  if (state === 'failed') return ERROR_CODES.LOAD_FAILED.exit;
  const isProven = entities.every((entity) => accountOf(entity).kind !== 'open') && !hasError(validation);
  return isProven ? 0 : ERROR_CODES.VALIDATION_FAILED.exit;
}

/** A validation says it by itself. */
function snapshotsOf({ entities, scn }: RunOutcome): Issue[] {
  return entities.flatMap(({ entity, snapshots }) => snapshotIssues(entity, snapshots, scn));
}

function hasError(validation: readonly Issue[] | null): boolean {
  return validation?.some(({ level }) => level === 'error') ?? false;
}

function partOf({ entities }: RunOutcome, { sources = [] }: SummaryContext): PartOfProject | null {
  return partOfProject(
    entities.map(({ entity }) => entity),
    sources,
  );
}

function partLine(part: PartOfProject | null): string[] {
  return part === null ? [] : [partSentence(part)];
}

function headline(outcome: RunOutcome, context: SummaryContext): string {
  const { runId, state: ended, scn, seconds } = outcome;
  const { mode, sources = [] } = context;
  const part = partOf(outcome, context);
  const state = stateText(ended, sources);
  const what = mode === 'rehearse' ? 'Rehearsal' : 'Run';
  const moment = scn === null ? 'without a snapshot' : `at SCN ${scn}`;
  return `${what} ${runId}: ${state} after ${seconds.toFixed(1)} s, ${moment}${part === null ? '' : `, ${partName(part)}`}`;
}

const VERDICTS = { closed: 'accounted', mixed: 'accounted, not of one SCN' } as const;

function accountLines(entities: readonly EntityOutcome[]): string[] {
  const columns = tallyColumns(entities.map(({ tally }) => tally));
  const rows = entities.map((entity) => {
    const { source, read } = entity.tally;
    const account = accountOf(entity);
    const verdict = account.kind === 'open' ? account.because.toUpperCase() : VERDICTS[account.kind];
    return [entity.entity, source, read, ...columns.map((column) => column.of(entity.tally)), verdict];
  });
  return tableLines(['entity', 'source', 'read', ...columns.map(({ heading }) => heading), 'verdict'], rows);
}

function troubleLines(entities: readonly EntityOutcome[]): string[] {
  return entities
    .filter(({ because }) => because !== null)
    .map(
      ({ entity, state, code, because }) => `${entity} ${state}: ${code === null ? '' : `${code} `}${because ?? ''}`,
    );
}

function failureLines({ failure }: RunOutcome): string[] {
  if (failure === undefined || failure === null) return [];
  const { code, message, hint } = failure;
  return [
    `All rows are loaded, but not everything came back in place: ${code} ${message}.${hint === null ? '' : ` ${hint}`}`,
  ];
}

function orphanLines(orphans: readonly OrphanVerdict[]): string[] {
  return orphans
    .filter((verdict) => verdict.orphans > 0 || verdict.constraint === 'not-valid')
    .map(({ entity, property, policy, constraint, ...verdict }) => {
      const left = constraint === 'valid' ? '' : `; ${verdict.foreignKey} stays NOT VALID`;
      return `orphans  ${entity}.${property}: ${grouped(verdict.orphans)} ${ORPHAN_FATES[policy]}${left}`;
    });
}

function changedLines(changes: readonly ChangeCount[]): string[] {
  return [...new Set(changes.map(({ entity }) => entity))].map((entity) => {
    const own = changes.filter((change) => change.entity === entity);
    const values = own.reduce((sum, { count }) => sum + count, 0);
    const properties = new Set(own.map(({ property }) => property));
    return `changed  ${entity}: ${counted(values, 'value')} in ${counted(properties.size, 'column')}`;
  });
}

function changeTable(changes: readonly ChangeCount[]): string[] {
  if (changes.length === 0) return [];
  const rows = changes.map(({ entity, property, kind, count, sampleKeys }) => {
    return [`${entity}.${property}`, kind, count, sampleKeys.slice(0, SHOWN_SAMPLES).join(' ')];
  });
  return tableLines(['changed', 'by', 'values', 'for example, key'], rows);
}

/** After a load counts are compared, never keys or values. */
function validationLine(issues: readonly Issue[] | null): string[] {
  return issues === null ? [] : [verdictLine([], issues)];
}

function rejectLine({ rejects }: RunOutcome): string {
  const verdict = rejects.rejected > rejects.allowed ? 'TOO MANY' : 'within the limit';
  return `Rejected ${grouped(rejects.rejected)}, allowed ${grouped(rejects.allowed)}: ${verdict}.`;
}

/** Without it the resumed run would stop where this one did. */
function higherLimit({ rejects }: RunOutcome): string {
  return rejects.rejected > rejects.allowed ? ` --max-rejects ${rejects.rejected}` : '';
}

/** Whether the foreign keys and all else are back, whatever the verdict. */
function isRestored({ entities, failure, aside }: RunOutcome): boolean {
  if (aside !== undefined) return aside === 0;
  return entities.every(({ state }) => state === 'complete') && (failure ?? null) === null;
}

function nextLines(outcome: RunOutcome, context: SummaryContext): string[] {
  const { mode, rejectsFile, reportFile = null } = context;
  const steps = [
    ...(rejectsFile === null ? [] : [`Read the rejected rows and their reasons in ${rejectsFile}.`]),
    ...(reportFile === null ? [] : [`Read the evidence of the run in ${reportFile}.`]),
    ...leftSteps(outcome, context),
    ...behindSteps(outcome),
    ...(mode === 'rehearse' ? afterRehearsal(outcome, context) : afterLoad(outcome, context)),
  ];
  return steps.length === 0 ? [] : ['Next:', ...steps.map((step) => `  ${step}`)];
}

/** A run that leaves something without a reason is complete by a reason alone. */
function leftSteps({ state }: RunOutcome, { sources = [] }: SummaryContext): string[] {
  if (state !== 'complete' || isAllTaken(sources)) return [];
  return [
    'To be complete, map what is left behind, or say in the config or its mappings why it stays (notMigrated, rest, reads): a reason needs no new load.',
  ];
}

/** The application would meet them at its first insert. */
function behindSteps({ behind = [] }: RunOutcome): string[] {
  return behind.map(({ sequence, cures }) => `Before the application inserts, for ${sequence}: ${cureHint(cures)}`);
}

function afterRehearsal({ state, rejects }: RunOutcome, { forecast }: SummaryContext): string[] {
  const load = forecast?.command ?? 'cutover migrate --validate';
  if (state === 'complete') return [`Nothing was kept. Load for real with: ${load}`];
  if (rejects.rejected <= rejects.allowed) return [];
  return [
    'Correct the source or the mapping, then rehearse again; with --max-rejects 100% the rehearsal reads every row first.',
  ];
}

function afterLoad(outcome: RunOutcome, { validation, databases }: SummaryContext): string[] {
  const { runId, state, tooMany = 'others' } = outcome;
  if (databases === 'gone') return [DATABASES_GONE];
  if (state === 'complete') {
    const said = validation === null ? 'Prove it' : 'Only counts were compared. Prove every value';
    return [`${said} with: cutover validate --run ${runId} --level rows`];
  }
  return [
    ...waysOn({
      runId,
      resume: `cutover migrate --resume --run ${runId}${higherLimit(outcome)}`,
      codes: outcome.entities.map(({ code }) => code),
      tooMany,
    }),
    ...(isRestored(outcome)
      ? []
      : [
          'Until then the foreign keys, triggers and secondary indexes of these tables stay set aside, those of tables in use excepted.',
        ]),
  ];
}
