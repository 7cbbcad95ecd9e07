import { rowsLoaded } from '../../core/account';
import { COMPARE_LEVELS, type CompareLevel } from '../../core/comparison';
import { are, counted, grouped, were } from '../../core/counted';
import type { RunEnd } from '../../core/evidence';
import type { Issue } from '../../core/issues';
import type { EntityTally } from '../../core/outcomes';
import type { EntityProgress, RunRecord } from '../../core/ports/ledger';
import { takenBack } from '../../core/left-by-reset';
import { resumeCommand } from '../../core/resume-command';
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
}

/** Reasons named in the sentence itself. */
const NAMED = 3;

/** The verdict over a run as its ledger has it. */
export function runVerdict(standing: Standing): RunVerdict {
  const { kind, because } = judged(standing);
  const prefix = standing.mode === 'rehearse' ? 'Rehearsal: ' : '';
  return { kind, because, sentence: `${prefix}${sentenceOf(kind, because, standing)}`, next: nextStep(kind, standing) };
}

function judged(standing: Standing): Pick<RunVerdict, 'kind' | 'because'> {
  const missing = missingFrom(standing);
  if (missing.length > 0) return { kind: 'not-complete', because: missing };
  const against = speakingAgainst(standing);
  if (against.length > 0) return { kind: 'not-proven', because: against };
  const unproven = standing.entities.filter(({ proof }) => proof === null).map(({ entity }) => entity);
  if (unproven.length > 0) return { kind: 'not-validated', because: [`no proof of ${listed(unproven)}`] };
  return { kind: 'proven', because: [] };
}

function sentenceOf(kind: RunVerdict['kind'], because: readonly string[], { entities }: Standing): string {
  switch (kind) {
    case 'proven':
      return `Complete and accounted for: ${accountText(entities)}; ${proofText(entities)}.`;
    case 'not-validated':
      return `Complete, but not validated: ${accountText(entities)}; ${because.join('; ')}.`;
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

function accountText(entities: readonly EntityReport[]): string {
  const sum = (of: (tally: EntityTally) => number): number => entities.reduce((total, each) => total + of(each), 0);
  const source = sum((tally) => tally.source ?? 0);
  const fates = [
    `${grouped(sum(rowsLoaded))} are in the target`,
    ...some(
      sum(({ skipped }) => skipped),
      'left out for rows that were there before',
    ),
    ...some(
      sum(({ rejected }) => rejected),
      'rejected',
    ),
    ...some(
      sum(({ filtered }) => filtered),
      'filtered by the mapping',
    ),
  ];
  return `of ${counted(source, 'source row')} ${joined(fates)}`;
}

function some(count: number, fate: string): string[] {
  return count === 0 ? [] : [`${grouped(count)} ${were(count)} ${fate}`];
}

const PROVEN: Readonly<Record<CompareLevel, string>> = {
  counts: 'the counts of both sides agree',
  keys: 'every key was compared',
  rows: 'every value was compared',
};

/** What was proven of every entity, by the one that was looked at least closely. */
function proofText(entities: readonly EntityReport[]): string {
  const findings = entities.reduce((sum, { proof }) => sum + (proof?.issues.length ?? 0), 0);
  const rest = findings === 0 ? 'nothing differs' : `${counted(findings, 'finding')} to be read below`;
  return `${PROVEN[leastLevel(entities)]}, and ${rest}`;
}

function leastLevel(entities: readonly EntityReport[]): CompareLevel {
  const levels = entities.flatMap(({ proof }) => proof?.level ?? []);
  return COMPARE_LEVELS.find((level) => levels.includes(level)) ?? 'counts';
}

function nextStep(kind: RunVerdict['kind'], { run, mode, progress, entities, end }: Standing): string | null {
  if (mode === 'rehearse') return kind === 'proven' || kind === 'not-validated' ? 'cutover migrate --validate' : null;
  if (run.state === 'reset') return 'cutover migrate --validate';
  // Resumed, it would end in the same way again.
  if (end?.entities.some(({ code }) => code === 'TARGET_CONFLICT')) return `cutover reset --run ${run.id}`;
  if (kind === 'not-complete') return resumeCommand(run, progress);
  const isCompared = kind === 'proven' && leastLevel(entities) === 'rows';
  return isCompared ? null : `cutover validate --run ${run.id} --level rows`;
}

function shortened(reasons: readonly string[]): string {
  const more = reasons.length - NAMED;
  return [...reasons.slice(0, NAMED), ...(more > 0 ? [`and ${counted(more, 'more reason')}`] : [])].join('; ');
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 0 ? `${names.slice(0, NAMED).join(', ')} and ${more} more` : joined(names);
}

/** `a, b and c`. */
function joined(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}
