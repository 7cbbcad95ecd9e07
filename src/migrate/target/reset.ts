import { are, counted, were } from '../../core/counted';
import { MigrationError } from '../../core/errors';
import type { Emit } from '../../core/run/events';
import type { RunRecord } from '../../core/run/run-record';
import type { Target } from '../../core/ports/target';
import { upgradeLedger } from '../../core/ports/upgrade-ledger';
import type { ResetOrder, ResetOutcome, ResetPlan, ResetScope, SequenceReset } from '../../core/run/reset';

export interface ResetPorts {
  readonly target: Target;
  readonly emit: Emit;
  /** Resolves when the operator agrees, throws when not. */
  readonly confirm: (question: string) => Promise<void>;
  /** The run is there and nobody else is at work on it. */
  readonly keepLog?: (() => void) | undefined;
}

export interface ResetRequest extends Omit<ResetOrder, 'scope'> {
  /** Empty: the whole run. */
  readonly entities: readonly string[];
}

export interface ResetResult extends ResetOutcome {
  readonly runId: string;
  /** `reset`: taken back as a whole; `interrupted`: the entities that were taken back wait for a resume. */
  readonly state: 'reset' | 'interrupted';
}

/**
 * Takes back what a run has loaded: asks first, shuts out other operators from before the question until the end. A run that was reset
 * before is only brought to its end, without a question. Throws RUN_NOT_FOUND, RUN_ACTIVE, RESET_BLOCKED, RESET_IMPOSSIBLE.
 */
export async function resetRun(
  ports: ResetPorts,
  { runId, entities, changed, edited }: ResetRequest,
): Promise<ResetResult> {
  const { target, emit } = ports;
  await requireRun(target, runId);
  await upgradeLedger(ports);
  const claim = await target.claimRun(runId);
  try {
    // Once more: whoever was at work until the claim was granted may have changed it.
    const run = await requireRun(target, runId);
    ports.keepLog?.();
    const scope = scopeOf(run, entities);
    const order: ResetOrder = { runId, scope, changed, edited };
    if (run.state !== 'reset') await ask(ports, run, order);
    const outcome = await target.reset(order, emit);
    for (const message of notices(outcome)) emit('notice', { message });
    return { ...outcome, runId, state: scope === 'all' ? 'reset' : 'interrupted' };
  } finally {
    await claim.release();
  }
}

/** The run that `--restart` takes back: the latest, where it is unfinished. Null where there is none; throws where it is complete. */
export async function runToRestart(target: Target): Promise<RunRecord | null> {
  const run = await target.ledger.findRun();
  if (run?.state === 'complete') throw nothingToRestart(run.id);
  return run === null || run.state === 'reset' ? null : run;
}

async function requireRun(target: Target, runId: string): Promise<RunRecord> {
  const run = await target.ledger.findRun(runId);
  if (run === null) throw noSuchRun(runId, (await target.ledger.findRun())?.id);
  return run;
}

function scopeOf(run: RunRecord, entities: readonly string[]): ResetScope {
  const known = Object.keys(run.fingerprints);
  const strangers = entities.filter((entity) => !known.includes(entity));
  if (strangers.length > 0) throw notInRun(run.id, strangers, known);
  return entities.length === 0 || run.state === 'reset' ? 'all' : entities;
}

async function ask({ target, emit, confirm }: ResetPorts, run: RunRecord, order: ResetOrder): Promise<void> {
  const plan = await target.resetPlan(order);
  for (const message of findings(plan)) emit('notice', { message });
  const { identity } = await target.facts();
  await confirm(question(run, { plan, scope: order.scope, identity }));
}

function question(
  run: RunRecord,
  { plan, scope, identity }: { readonly plan: ResetPlan; readonly scope: ResetScope; readonly identity: string },
): string {
  const of = scope === 'all' ? `run ${run.id}` : `${scope.join(', ')} of run ${run.id}`;
  const sum = (read: (entity: ResetPlan['entities'][number]) => number): number =>
    plan.entities.reduce((total, entity) => total + read(entity), 0);
  const putBack = sum((entity) => entity.putBack);
  const left = sum((entity) => entity.left);
  const parts = [
    `remove ${counted(
      sum((entity) => entity.removed),
      'row',
    )}`,
    ...(putBack > 0 ? [`put back ${counted(putBack, 'row')} that it has overwritten`] : []),
    ...(left > 0 ? [`leave ${counted(left, 'row')} that ${were(left)} changed or deleted since`] : []),
  ];
  return `Reset ${of} (${run.state}) in ${identity}: ${parts.join(', ')}?`;
}

function findings({ entities, gone, edited }: ResetPlan): string[] {
  const touched = entities.filter(({ left }) => left > 0);
  return [
    ...touched.map(
      ({ entity, left }) =>
        `${entity}: ${counted(left, 'row')} of the run ${were(left)} changed or deleted since and ${are(left)} left`,
    ),
    ...gone.map((entity) => `${entity}: its table is no longer there`),
    ...edited.map((part) => `${part}: somebody has edited it in the ledger; the reset believes what it says now`),
  ];
}

function notices({ notValid, sequences }: ResetOutcome): string[] {
  return [
    ...notValid.map((key) => `foreign key ${key} is back, but NOT VALID: rows that are not the run's break it`),
    ...sequences.flatMap((sequence) => sequenceNotice(sequence) ?? []),
  ];
}

/** Null where there is nothing to know. */
function sequenceNotice({ sequence, state }: SequenceReset): string | null {
  switch (state) {
    case 'set-back':
      return null;
    case 'left':
      return `sequence ${sequence} stays where it is: its numbers were drawn during or after the load`;
    case 'in-use':
      return `sequence ${sequence} stays where it is: rows that stay in the table have its numbers`;
    case 'no-right':
      return `sequence ${sequence} stays where it is: the user may not set it`;
  }
}

function noSuchRun(runId: string, latest: string | undefined): MigrationError {
  return new MigrationError('RUN_NOT_FOUND', `no run ${runId} in the ledger of this target`, {
    hint:
      latest === undefined
        ? 'Check that DATABASE_URL names the target of the run.'
        : `The latest run is ${latest}; "cutover ledger list" shows all.`,
    facts: { runId },
  });
}

function notInRun(runId: string, strangers: readonly string[], known: readonly string[]): MigrationError {
  return new MigrationError('USAGE', `run ${runId} has no entity ${strangers.join(', ')}`, {
    hint: `Name entities of the run: ${known.join(', ')}.`,
    facts: { runId },
  });
}

function nothingToRestart(runId: string): MigrationError {
  return new MigrationError('RUN_NOT_FOUND', `run ${runId} is complete: there is nothing to restart`, {
    hint: `--restart resets an unfinished run only. Take this one back by its name, "cutover reset --run ${runId}", then migrate without --restart.`,
    facts: { runId },
  });
}
