import { are, counted, grouped, were } from '../../core/counted';
import { isCountedByLedger, weakest, type ProvenLevel } from '../../core/run/proof';
import { isForgotten, isUnaccounted, untakenRows, type SourceAccount } from '../../core/run/source-accounts';
import { takenBack } from '../../core/run/left-by-reset';
import { listed } from '../words/name-list';
import { partSentence } from '../words/part-text';
import { provenText } from '../words/proof-words';
import { accountText } from './account-text';
import { nextSteps } from './next-steps';
import type { EntityReport, RunVerdict } from './run-report';
import type { Standing } from './run-standing';

/** Reasons named in the sentence itself. */
const NAMED = 3;

/** The verdict over a run as its ledger has it. */
export function runVerdict(standing: Standing): RunVerdict {
  const { kind, because } = judged(standing);
  const { mode, history, part } = standing;
  const prefix = `${mode === 'rehearse' ? 'Rehearsal: ' : ''}${part === null ? '' : `${partSentence(part)} `}`;
  const suffix = history.length === 0 ? '' : ` Beside the load: ${history.join('; ')}.`;
  const sentence = `${prefix}${sentenceOf(kind, because, standing)}${suffix}`;
  return { kind, because, sentence, part, ...nextSteps(kind, standing), history };
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
  if (because.length === 0) return { kind: 'proven', because };
  const isAnyProven = standing.entities.some(({ provenBy }) => provenBy !== null);
  return { kind: isAnyProven ? 'partly-proven' : 'counted', because };
}

/** Tables that nothing reads and rows that no mapping takes, for no reason given, and rows that nobody can account for. */
function leftBehind(sources: readonly SourceAccount[]): string[] {
  const forgotten = sources.filter(isForgotten).map(({ source }) => source);
  const rows = sources.filter((account) => untakenRows(account) > 0);
  const unaccounted = sources.filter(isUnaccounted).map(({ source }) => source);
  return [
    ...rows.map((account) => `${leftRows(account)} taken by no mapping`),
    ...(forgotten.length === 0 ? [] : [`no mapping reads ${listed(forgotten)}`]),
    ...(unaccounted.length === 0 ? [] : [`rows of ${listed(unaccounted)} cannot be accounted for`]),
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
  const complete = completeText(standing);
  const accounted = standing.sources === null ? `${complete} (${NOT_KEPT})` : `${complete} and accounted for`;
  const account = accountText(entities, standing.sources);
  const open = shortened([...because, ...findingsBelow(entities)]);
  switch (kind) {
    case 'proven':
      return `${accounted}: ${account}; ${proofText(entities)}.`;
    case 'partly-proven':
      return `${accounted}, proven in part: ${account}; nothing differs; ${provenText(entities)}; ${open}.`;
    case 'counted':
      return `${accounted}, not proven: ${account}; ${agreed(entities)}; ${open}.`;
    case 'not-validated':
      return `${complete}, but not validated: ${account}; ${because.join('; ')}.`;
    case 'not-proven':
      return `${complete}, but not proven: ${shortened(because)}.`;
    case 'not-complete':
      return `Not complete, because ${shortened(because)}.`;
  }
}

const NOT_KEPT = 'which rows no mapping takes is not kept: LEDGER_OUTDATED';

/** Whether anything of the source is left behind is not known where the ledger does not say. */
function completeText({ sources, part }: Standing): string {
  if (sources === null) return part === null ? 'Loaded' : 'This part is loaded';
  return part === null ? 'Complete' : 'This part is complete';
}

/** What is said where nothing is proven and nothing differs. */
function agreed(entities: readonly EntityReport[]): string {
  if (!isCountedOnly(entities)) return 'nothing differs';
  const own = entities.filter(({ qualifications }) => isCountedByLedger(qualifications)).map(({ entity }) => entity);
  const save =
    own.length === 0 ? '' : `, but the source was not counted for ${listed(own)} (counts of the ledger only)`;
  return `the counts of both sides agree${save}`;
}

/** Whether no value of any entity was compared. */
export function isCountedOnly(entities: readonly Pick<EntityReport, 'proof'>[]): boolean {
  return entities.every(({ proof }) => proof === null || proof.level === 'counts');
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

function shortened(reasons: readonly string[]): string {
  const more = reasons.length - NAMED;
  return [...reasons.slice(0, NAMED), ...(more > 0 ? [`and ${counted(more, 'more reason')}`] : [])].join('; ');
}
