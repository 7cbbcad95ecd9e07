import type { WithoutStatement } from '../../core/run/missing';
import { addKey, replaceKey, validateKey } from '../foreign-keys/key-statements';
import { stateGivenBy, type EnabledState } from '../catalogue/tree-triggers';
import { qualified } from '../session/sql';
import { dropTrigger } from '../objects/definitions';
import type { NotedIndex, NotedKey, NotedObject, NotedTrigger } from './missing-facts';

/** How an object that is not as it was stands: not there, not in force, in force otherwise than before, or as another one. */
export type Fault = 'gone' | 'off' | 'otherwise' | 'changed';

/** How an object comes back: by these statements, all of them in one go, or by none. `holder`: what has its name now. */
export type Way =
  | { readonly statements: string; readonly holder?: string }
  | { readonly without: WithoutStatement; readonly holder?: string };

const WITHOUT_GROUND: Way = { without: 'ground' };
const OF_A_WHOLE: Way = { without: 'whole' };

/** Null of an object that is as it was before it was set aside. */
export function faultOf(noted: NotedObject): Fault | null {
  if (noted.live === null) return 'gone';
  if (noted.kind === 'foreign-key') return faultOfKey(noted, noted.live);
  if (noted.kind === 'index') return faultOfIndex(noted, noted.live);
  return faultOfTrigger(noted, noted.live);
}

/** As it was noted; null where it was not. */
export function formerDefinition(noted: NotedObject): string | null {
  if (noted.kind === 'foreign-key') return noted.restoration.replace(/ NOT VALID$/, '');
  if (noted.kind !== 'index') return noted.details.definition ?? null;
  const { restoration, live } = noted;
  // The statement that gives it its comment follows.
  return live !== null && restoration.startsWith(`${live.definition}; comment on index `)
    ? live.definition
    : restoration;
}

/** When what it says has run, nothing is left to say of the object. */
export function wayBack(noted: NotedObject, fault: Fault): Way {
  if (noted.kind === 'foreign-key') return wayOfKey(noted, fault);
  if (noted.kind === 'index') return wayOfIndex(noted);
  return wayOfTrigger(noted, fault);
}

function isChanged(noted: NotedObject, live: { readonly definition: string }): boolean {
  return !noted.superseded && (formerDefinition(noted) ?? live.definition) !== live.definition;
}

function mustBeValid({ state, details }: NotedKey): boolean {
  return state !== 'not-valid' && details.validated !== false;
}

function faultOfKey(noted: NotedKey, live: NonNullable<NotedKey['live']>): Fault | null {
  if (isChanged(noted, live)) return 'changed';
  return live.enforced && live.enabling === null && (live.validated || !mustBeValid(noted)) ? null : 'off';
}

function faultOfIndex(noted: NotedIndex, live: NonNullable<NotedIndex['live']>): Fault | null {
  if (isChanged(noted, live)) return 'changed';
  return live.valid ? null : 'off';
}

function faultOfTrigger(noted: NotedTrigger, live: NonNullable<NotedTrigger['live']>): Fault | null {
  // The very same one names its function as that is called now.
  const isRenamed = !noted.grounded && noted.details.oid === live.oid;
  if (isChanged(noted, live) && !isRenamed) return 'changed';
  if (live.enabled === 'D') return 'off';
  const before = formerState(noted);
  return noted.superseded || before === null || before === live.enabled ? null : 'otherwise';
}

export function formerState({ kind, table, name, restoration }: NotedTrigger): EnabledState | null {
  return stateGivenBy(restoration, { kind, table, name });
}

function wayOfKey(noted: NotedKey, fault: Fault): Way {
  const { table, name, restoration: definition, details, live, grounded } = noted;
  const key = { table, name, definition, comment: details.comment ?? null };
  const rows = noted.state === 'not-valid' ? 'not-valid' : 'as-defined';
  if (live !== null && fault === 'off' && live.enforced) return enforced(noted, live);
  if (live?.isPart === true) return OF_A_WHOLE;
  if (!grounded) return WITHOUT_GROUND;
  return live === null ? underItsName(noted, `${addKey(key, rows)};`) : { statements: `${replaceKey(key, rows)};` };
}

/** Its triggers may be off and its rows unproven at the same time. */
function enforced(noted: NotedKey, live: NonNullable<NotedKey['live']>): Way {
  const enabling = live.enabling === null ? [] : [live.enabling];
  const proving = live.validated || !mustBeValid(noted) ? [] : [`${validateKey(noted)};`];
  return { statements: [...enabling, ...proving].join(' ') };
}

/** The statements that make an object, after what makes its name free. */
function underItsName({ holder }: NotedObject, making: string): Way {
  if (holder === null) return { statements: making };
  if (holder.renaming === null) return { without: 'name', holder: holder.is };
  return { statements: `${holder.renaming} ${making}`, holder: holder.is };
}

function wayOfIndex(noted: NotedIndex): Way {
  const { table, name, restoration, live, grounded } = noted;
  if (!grounded) return WITHOUT_GROUND;
  // One that a constraint, another table or a partitioned index needs is not dropped for it.
  if (live?.isPlain !== true) return underItsName(noted, `${restoration};`);
  return { statements: `drop index ${qualified({ schema: table.schema, name })}; ${restoration};` };
}

function wayOfTrigger(noted: NotedTrigger, fault: Fault): Way {
  const { kind, table, name, restoration, details, live, grounded } = noted;
  if (fault === 'off' || fault === 'otherwise') return { statements: `${restoration};` };
  const { definition } = details;
  if (live?.isPart === true) return OF_A_WHOLE;
  if (definition === undefined) return { without: 'definition' };
  if (!grounded) return WITHOUT_GROUND;
  const state = formerState(noted) === 'O' ? [] : [`${restoration};`];
  const making = [`${definition.replace(/;$/, '')};`, ...state].join(' ');
  return live === null
    ? underItsName(noted, making)
    : { statements: `${dropTrigger({ kind, table, name })}; ${making}` };
}
