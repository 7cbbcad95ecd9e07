import { are, counted } from '../counted';
import type { Issue } from '../issues';
import type { RunMissing } from './missing';
import type { RunState } from './run-record';
import type { TableName } from '../mapping/table-name';

/** What a run holds aside of the target now. */
export interface RunAside {
  readonly runId: string;
  readonly state: RunState;
  readonly foreignKeys: number;
  readonly triggers: number;
  readonly indexes: number;
  /** Whose they are; of a partition: the partitioned table. */
  readonly tables: readonly TableName[];
}

/** Foreign keys that were valid before a run which is not complete, and are back without being so. */
export interface RunUnproven {
  readonly runId: string;
  /** As `key of table`. */
  readonly keys: readonly string[];
}

/** How the target stands at this moment, whichever run it comes from. */
export interface TargetStanding {
  /** Who is at work on it: `backend 123, connected since …`; null for nobody. */
  readonly operator: string | null;
  /** The runs that hold anything aside of tables that are there, the latest first. */
  readonly aside: readonly RunAside[];
  /** Of runs that are not complete; none where absent. */
  readonly unproven?: readonly RunUnproven[];
  /** None where absent. */
  readonly missing?: readonly RunMissing[];
  /** Schemas of rehearsals that have ended and left them behind. */
  readonly rehearsals: readonly string[];
}

/** The state of a run as it is: one that the ledger calls running is `broken off` where nobody is at work on the target. */
export type StateNow = RunState | 'broken off';

export function stateNow(state: RunState, { operator }: Pick<TargetStanding, 'operator'>): StateNow {
  return state === 'running' && operator === null ? 'broken off' : state;
}

/** How many objects a run holds aside; 0 where it is not among them. */
export function objectsAside(aside: TargetStanding['aside'], runId: string): number {
  return aside
    .filter((held) => held.runId === runId)
    .reduce((sum, { foreignKeys, triggers, indexes }) => sum + foreignKeys + triggers + indexes, 0);
}

/** `8 foreign keys, 1 trigger, 2 indexes`; without the kinds of which there is none. */
export function asideText({ foreignKeys, triggers, indexes }: RunAside): string {
  const kinds = [
    [foreignKeys, 'foreign key', undefined],
    [triggers, 'trigger', undefined],
    [indexes, 'index', 'indexes'],
  ] as const;
  return kinds
    .filter(([count]) => count > 0)
    .map(([count, kind, plural]) => (count === 1 || plural === undefined ? counted(count, kind) : `${count} ${plural}`))
    .join(', ');
}

/** What stands against a target on which nobody is at work: what is not in place, and what nobody needs any more. */
export function standingIssues({ operator, aside, unproven = [], rehearsals }: TargetStanding): Issue[] {
  // Whoever is at work has set it aside, and will bring it back.
  const held = operator === null ? [...aside.map(notInPlace), ...unproven.map(keysNotValid)] : [];
  return [...held, ...rehearsals.map(left)];
}

/** Findings that rest on the rows of the target. */
const ABOUT_ITS_ROWS = new Set(['TARGET_NOT_EMPTY', 'PARENT_EMPTY', 'SEQUENCE_BEHIND']);

/** Findings as far as they hold while somebody else changes rows, who is named with them: what rests on rows would be of two moments. */
export function besideOperator(found: readonly Issue[], operator: string | null): Issue[] {
  if (operator === null) return [...found];
  return [...found.filter(({ code }) => !ABOUT_ITS_ROWS.has(code)), targetBusy(operator)];
}

/** `operator`: as `TargetStanding` names it. */
export function anotherAtWork(operator: string): string {
  return `another operator is at work on this target: ${operator}`;
}

/** For who reads beside the work of another. */
export const WHEN_ALONE = 'when that has ended ("cutover status" tells): rows of two moments prove nothing.';

function targetBusy(operator: string): Issue {
  return {
    code: 'TARGET_BUSY',
    level: 'warning',
    subject: 'target',
    message: `${anotherAtWork(operator)}; nothing is said of the rows of its tables`,
    hint: `Run it again ${WHEN_ALONE}`,
  };
}

/** What is to be known of keys that came back before the load was done. */
export function keysNotValid({ runId, keys }: RunUnproven): Issue {
  return {
    code: 'KEYS_NOT_VALID',
    level: 'warning',
    subject: runId,
    message: `foreign keys are back NOT VALID because the rows of this run, of which some may not be loaded yet, break them: ${keys.join(', ')}`,
    hint: `They bind new rows. "cutover migrate --resume --run ${runId}" settles the orphans and validates them; so does "cutover reset --run ${runId}".`,
  };
}

function notInPlace(held: RunAside): Issue {
  const { runId, state, tables } = held;
  const names = tables.map(({ name }) => name).join(', ');
  const count = objectsAside([held], runId);
  const resume = state === 'complete' || state === 'reset' ? '' : `"cutover migrate --resume --run ${runId}", or `;
  return {
    code: 'OBJECTS_ASIDE',
    level: 'error',
    subject: runId,
    message: `${asideText(held)} of ${names} ${are(count)} set aside by this run (${stateNow(state, { operator: null })}), and nobody is at work on it`,
    hint: `Bring them back with ${resume}"cutover reset --run ${runId}", which also removes what that run has loaded.`,
  };
}

function left(schema: string): Issue {
  return {
    code: 'REHEARSAL_LEFT',
    level: 'warning',
    subject: schema,
    message: 'the schema was left behind by a rehearsal that was killed',
    hint: 'The next "cutover migrate", "cutover reset" or "cutover ledger drop" removes it.',
  };
}
