import { are, counted, grouped, were } from '../../core/counted';
import type { RunEnd } from '../../core/evidence';
import type { Issue } from '../../core/issues';
import type { EntityProgress, RunRecord } from '../../core/ports/ledger';
import { weakest, type ProvenLevel } from '../../core/proof';
import { isForgotten, untakenRows, type SourceAccount } from '../../core/source-accounts';
import { takenBack } from '../../core/left-by-reset';
import { resumeCommand } from '../../core/resume-command';
import { accountText, joined } from './account-text';
import type { EntityReport, RunVerdict } from './run-report';

export interface Standing {
  readonly run: RunRecord;
  readonly mode: 'load' | 'rehearse';
  readonly entities: readonly EntityReport[];
  readonly issues: readonly Issue[];
  readonly aside: number;
  /** How the latest start ended; null where it did not, or is not noted. */
  readonly end: RunEnd | null;
  readonly progress: readonly EntityProgress[];
  /** The rows of the legacy tables, each counted once; null where the ledger does not say. */
  readonly sources: readonly SourceAccount[] | null;
  /** What was done beside the load. */
  readonly history: readonly string[];
}

/** Reasons named in the sentence itself. */
const NAMED = 3;

/** The verdict over a run as its ledger has it. */
export function runVerdict(standing: Standing): RunVerdict {
  const { kind, because } = judged(standing);
  const { mode, history } = standing;
  const prefix = mode === 'rehearse' ? 'Rehearsal: ' : '';
  const suffix = history.length === 0 ? '' : ` Beside the load: ${history.join('; ')}.`;
  const sentence = `${prefix}${sentenceOf(kind, because, standing)}${suffix}`;
  return { kind, because, sentence, ...nextSteps(kind, standing), history };
}

function judged(standing: Standing): Pick<RunVerdict, 'kind' | 'because'> {
  const missing = missingFrom(standing);
  if (missing.length > 0) return { kind: 'not-complete', because: missing };
  const left = leftBehind(standing.sources ?? []);
  if (left.length > 0) return { kind: 'not-complete', because: left };
  const against = speakingAgainst(standing);
  if (against.length > 0) return { kind: 'not-proven', because: against };
  const unproven = standing.entities.filter(({ proof }) => proof === null).map(({ entity }) => entity);
  if (unproven.length > 0) return { kind: 'not-validated', because: [`no comparison of ${listed(unproven)}`] };
  const because = leftUnproven(standing.entities);
  return { kind: because.length > 0 ? 'counted' : 'proven', because };
}

/** Tables that nothing reads and rows that no mapping takes, for no reason given. */
function leftBehind(sources: readonly SourceAccount[]): string[] {
  const forgotten = sources.filter(isForgotten).map(({ source }) => source);
  const rows = sources.filter((account) => untakenRows(account) > 0);
  return [
    ...rows.map((account) => `${leftRows(account)} taken by no mapping`),
    ...(forgotten.length === 0 ? [] : [`no mapping reads ${listed(forgotten)}`]),
  ];
}

function leftRows(account: SourceAccount): string {
  const left = untakenRows(account);
  return `${grouped(left)} of ${counted(account.rows?.total ?? 0, 'row')} of ${account.source} ${are(left)}`;
}

/** What keeps a run from being proven in which nothing differs: entities of which counts alone were compared, or that a finding qualifies. */
function leftUnproven(entities: readonly EntityReport[]): string[] {
  const open = entities.filter((entity) => entity.provenBy === null);
  const counts = open.filter(({ proof }) => proof?.level === 'counts').map(({ entity }) => entity);
  const qualified = open.filter(({ proof }) => proof?.level !== 'counts');
  const all = counts.length === entities.length;
  return [
    ...(counts.length === 0 ? [] : [all ? 'no value was compared' : `no value of ${listed(counts)} was compared`]),
    ...qualified.map(({ entity, qualifications }) => `${entity} was ${qualifications.map(textOf).join(', ')}`),
  ];
}

function textOf({ text, provenFrom }: EntityReport['qualifications'][number]): string {
  return provenFrom === null ? text : `not compared by ${provenFrom} (${text})`;
}

function sentenceOf(kind: RunVerdict['kind'], because: readonly string[], standing: Standing): string {
  const { entities } = standing;
  const account = accountText(entities, standing.sources);
  switch (kind) {
    case 'proven':
      return `Complete and accounted for: ${account}; ${proofText(entities)}.`;
    case 'counted':
      return `Complete and accounted for, not proven: ${account}; the counts of both sides agree; ${shortened([...because, ...findingsBelow(entities)])}.`;
    case 'not-validated':
      return `Complete, but not validated: ${account}; ${because.join('; ')}.`;
    case 'not-proven':
      return `Complete, but not proven: ${shortened(because)}.`;
    case 'not-complete':
      return `Not complete, because ${shortened(because)}.`;
  }
}

/** What keeps the run from being complete. */
function missingFrom({ run, entities, aside, end }: Standing): string[] {
  if (run.state === 'reset') return [takenBack('it was taken back', run.settings)];
  const parts = entities.filter(({ state }) => state !== 'complete').map(entityText);
  const missing = [
    ...parts,
    ...(end?.failure ? [`not everything came back in place: ${end.failure.message}`] : []),
    ...(aside > 0
      ? [`${counted(aside, 'object')} (foreign keys, triggers, indexes) ${are(aside)} still set aside`]
      : []),
    ...(end !== null && end.rejects.rejected > end.rejects.allowed
      ? [
          `${counted(end.rejects.rejected, 'row')} ${were(end.rejects.rejected)} rejected, ${grouped(end.rejects.allowed)} allowed`,
        ]
      : []),
  ];
  if (run.state === 'complete' || missing.length > 0) return missing;
  return [run.state === 'running' ? 'it is running still, or was killed' : `the run is ${run.state}`];
}

function entityText({ entity, state, because, plannedChunks, loadedChunks }: EntityReport): string {
  const left =
    plannedChunks === 0 ? 'it was not planned' : `${loadedChunks} of ${counted(plannedChunks, 'chunk')} loaded`;
  return `${entity} is ${state === 'not-started' ? 'not loaded' : state} (${because ?? left})`;
}

function speakingAgainst({ entities, issues }: Standing): string[] {
  const accounts = entities.flatMap(({ entity, account }) =>
    account.kind === 'open' ? [`the account of ${entity} is open: ${account.because}`] : [],
  );
  const proofs = entities.flatMap(({ proof }) => proof?.issues ?? []);
  const errors = [...issues, ...proofs].filter(({ level }) => level === 'error');
  return [...accounts, ...errors.map(({ subject, message }) => `${subject}: ${message}`)];
}

const PROVEN: Readonly<Record<ProvenLevel, string>> = {
  keys: 'proven by keys: every key was compared, other values were not',
  rows: 'proven by rows: every value was compared',
};

/** What was proven of every entity, by the one that was looked at least closely. */
function proofText(entities: readonly EntityReport[]): string {
  const levels = entities.flatMap(({ provenBy }) => provenBy ?? []);
  const level = weakest(levels) === 'keys' ? 'keys' : 'rows';
  return `${PROVEN[level]}${findingText(entities)}`;
}

function findingText(entities: readonly EntityReport[]): string {
  const [findings = 'nothing differs'] = findingsBelow(entities);
  return `, and ${findings}`;
}

function findingsBelow(entities: readonly EntityReport[]): string[] {
  const findings = entities.reduce((sum, { proof }) => sum + (proof?.issues.length ?? 0), 0);
  return findings === 0 ? [] : [`${counted(findings, 'finding')} to be read below`];
}

type NextSteps = Pick<RunVerdict, 'next' | 'then'>;

const NO_NEXT: NextSteps = { next: null, then: null };
/** Name of the list of differences in commands that make one. */
const LIST = 'differences.json';

function nextSteps(kind: RunVerdict['kind'], standing: Standing): NextSteps {
  const { run, mode, progress, entities, end } = standing;
  if (mode === 'rehearse') return afterRehearsal(kind);
  const first = (next: string): NextSteps => ({ ...NO_NEXT, next });
  if (run.state === 'reset') return first('cutover migrate --validate');
  // Resumed, it would end in the same way again.
  if (end?.entities.some(({ code }) => code === 'TARGET_CONFLICT')) return first(`cutover reset --run ${run.id}`);
  // What is left behind is a matter of the mappings, which a check names.
  if (kind === 'not-complete') return first(run.state === 'complete' ? 'cutover check' : resumeCommand(run, progress));
  return afterLoad(kind, run.id, entities);
}

function afterLoad(kind: RunVerdict['kind'], runId: string, entities: readonly EntityReport[]): NextSteps {
  if (kind === 'not-proven' && entities.some(differs)) return repairSteps(runId, entities);
  // What is qualified all the same would be so again.
  const isCompared = kind !== 'not-proven' && entities.every(({ proof }) => proof?.level === 'rows');
  return isCompared ? NO_NEXT : { ...NO_NEXT, next: `cutover validate --run ${runId} --level rows` };
}

function afterRehearsal(kind: RunVerdict['kind']): NextSteps {
  const isFine = kind === 'proven' || kind === 'counted' || kind === 'not-validated';
  return { ...NO_NEXT, next: isFine ? 'cutover migrate --validate' : null };
}

function differs({ proof }: EntityReport): boolean {
  return proof?.issues.some(({ code }) => code === 'ROWS_DIFFER') === true;
}

/** Rows that differ and are listed can be repaired; those that are not are to be listed first. */
function repairSteps(runId: string, entities: readonly EntityReport[]): NextSteps {
  const damaged = entities.filter(differs);
  const lists = new Set(damaged.map(({ proof }) => proof?.listedIn ?? null));
  const [list] = lists;
  if (lists.size === 1 && list !== undefined && list !== null) {
    return { next: `cutover repair --from ${list}`, then: `cutover validate --run ${runId} --level rows` };
  }
  return {
    next: `cutover validate --run ${runId} --level rows --differences ${LIST}`,
    then: `cutover repair --from ${LIST}`,
  };
}

function shortened(reasons: readonly string[]): string {
  const more = reasons.length - NAMED;
  return [...reasons.slice(0, NAMED), ...(more > 0 ? [`and ${counted(more, 'more reason')}`] : [])].join('; ');
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(', ')} and ${more} more` : joined(names);
}
