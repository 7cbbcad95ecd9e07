import { ERROR_CODES } from '../../core/errors';
import type { EntityProgress, RunRecord } from '../../core/run/run-record';
import { brokenRetryTexts } from '../../core/run/broken-retries';
import { butForLeft, editedAtReset } from '../../core/run/left-by-reset';
import type { Issue } from '../../core/issues';
import { loadCommand } from '../../core/run/load-command';
import { partOfProject, type PartOfProject } from '../../core/run/part-of-project';
import { resumeCommand } from '../../core/run/resume-command';
import { stateText, type SourceAccount } from '../../core/run/source-accounts';
import { snapshotIssues } from '../../core/run/snapshots';
import { missingIssues } from '../../core/run/missing';
import { asideText, standingIssues, stateNow, type TargetStanding } from '../../core/run/standing';
import { waysOn, type RunEnding } from '../../core/run/ways-on';
import { issueLines } from './issues';
import { partSentence } from '../words/part-text';
import type { Report } from '../words/report';
import { tableLines } from '../words/table';
import { tallyColumns } from '../words/tally-columns';

/** What is known beyond the account of a run; a test may leave it out. */
interface StatusContext {
  readonly standing?: TargetStanding;
  readonly ending?: Pick<RunEnding, 'codes' | 'tooMany'>;
  /** What the ledger lacks because of its version. */
  readonly outdated?: readonly Issue[];
  /** What of the legacy tables was taken; null where the ledger does not say. */
  readonly sources?: readonly SourceAccount[] | null;
}

const QUIET: TargetStanding = { operator: null, aside: [], rehearsals: [] };
const UNKNOWN: Required<StatusContext> = {
  standing: QUIET,
  ending: { codes: [], tooMany: 'others' },
  outdated: [],
  sources: null,
};

/** Where a run stands by the ledger, and whether anybody is at work on it. */
export function statusReport(run: RunRecord, entities: readonly EntityProgress[], context: StatusContext = {}): Report {
  const { standing, ending, outdated, sources } = { ...UNKNOWN, ...context };
  const notLoaded = notPlanned(run, entities);
  const part = partOfProject(Object.keys(run.fingerprints), sources);
  const lines = [
    ...headLines(run, { sources, standing }),
    ...accountLines(entities, notLoaded),
    ...(part === null ? [] : [partSentence(part)]),
    ...(notLoaded.length === 0 || run.state === 'reset' ? [] : [`Not loaded, or taken back: ${notLoaded.join(', ')}`]),
    ...entities.flatMap(({ entity, snapshots }) => snapshotIssues(entity, snapshots, run.scn)).flatMap(issueLines),
    ...[...standingIssues(standing), ...missingIssues(standing, run.id)].flatMap(issueLines),
    ...presentLines(run, standing),
    ...outdated.flatMap(issueLines),
    ...(standing.operator === null ? brokenRetryLines(run) : []),
    ...(standing.operator === null ? nextStep(run, { entities, ending, part }) : []),
  ];
  return {
    output: `${lines.join('\n')}\n`,
    exitCode: 0,
    facts: { run: { ...run, state: stateNow(run.state, standing) }, entities, notLoaded, standing, outdated, part },
  };
}

function headLines(
  run: RunRecord,
  { sources, standing }: Pick<Required<StatusContext>, 'sources' | 'standing'>,
): string[] {
  const word = run.state === 'reset' ? 'taken back' : 'ended';
  const ended = run.finishedAt === null ? '' : `, ${word} ${run.finishedAt}`;
  return [
    `Run ${run.id}: ${stateText(stateNow(run.state, standing), sources)}, started ${run.startedAt}${ended}`,
    `source ${run.source}, target ${run.target}, ${run.scn === null ? 'no snapshot' : `SCN ${run.scn}`}`,
  ];
}

function accountLines(entities: readonly EntityProgress[], notLoaded: readonly string[]): readonly string[] {
  const columns = tallyColumns(entities.map(({ tally }) => tally));
  const rows = entities.map(({ entity, plannedChunks, loadedChunks, tally }) => [
    entity,
    loadedChunks,
    plannedChunks,
    tally.source,
    ...columns.map((column) => column.of(tally)),
  ]);
  const waiting = notLoaded.map((entity) => [entity, 0, null, null, ...columns.map(() => null)]);
  const headings = ['entity', 'chunks done', 'of', 'source', ...columns.map(({ heading }) => heading)];
  return tableLines(headings, [...rows, ...waiting]);
}

/** Who is at work; whoever it is, he will bring back what is set aside. */
function presentLines({ id, state }: RunRecord, { operator, aside }: TargetStanding): string[] {
  const isOpen = state !== 'complete' && state !== 'reset';
  if (operator === null) return isOpen ? ['Nobody is at work on it.'] : [];
  const where = state === 'running' ? 'At work now' : 'At work on this target now';
  const held = aside.filter(({ runId }) => runId === id).map((own) => `Set aside until it is done: ${asideText(own)}.`);
  return [`${where}: ${operator}.`, ...held];
}

/** Whoever is at work may be at just that. */
function brokenRetryLines({ id, settings }: RunRecord): string[] {
  const again = `Go on with it: cutover rejects retry --run ${id}`;
  return brokenRetryTexts(settings).map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}. ${again}`);
}

/** Entities of the run of which the ledger holds no account: their turn has not come, or a reset has taken them back. */
function notPlanned(run: RunRecord, entities: readonly EntityProgress[]): string[] {
  const planned = entities.map(({ entity }) => entity);
  return Object.keys(run.fingerprints)
    .filter((entity) => !planned.includes(entity))
    .sort();
}

/** A status looks at the ledger alone, and not at its seals. */
const WHAT_IS_PROVEN = 'See what is proven: cutover report';

function nextStep(
  run: RunRecord,
  {
    entities,
    ending,
    part,
  }: {
    readonly entities: readonly EntityProgress[];
    readonly ending: Pick<RunEnding, 'codes' | 'tooMany'>;
    readonly part: PartOfProject | null;
  },
): string[] {
  const { id: runId, state } = run;
  if (state === 'complete') return [WHAT_IS_PROVEN];
  const but = butForLeft(run.settings.leftByReset);
  const edited = editedAtReset(run.settings);
  const about = edited === null ? '' : `${edited}. `;
  if (state === 'reset')
    return [`What it had loaded was removed again${but}. ${about}Start anew with: ${loadCommand(run, part)}`];
  return waysOn({ runId, resume: resumeCommand(run, entities), ...ending });
}

/** The same where the ledger holds no run. */
export function noRunReport(standing: TargetStanding = QUIET): Report {
  const lines = ['No run in the ledger of this target.', ...standingIssues(standing).flatMap(issueLines)];
  return { output: `${lines.join('\n')}\n`, exitCode: ERROR_CODES.RUN_NOT_FOUND.exit, facts: { run: null, standing } };
}
