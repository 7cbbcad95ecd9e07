import { keysCanBeNotValid } from '../catalogue/not-valid-keys';
import { cannotBeNotValid, keyStanding, nameTaken } from '../foreign-keys/key-standing';
import { addKey, validateKey } from '../foreign-keys/key-statements';
import { journalKeysOf, keysAside, type JournalKey } from '../foreign-keys/journal';
import { inRestoringOrder, objectsAside, type AsideObject } from '../objects/aside-object';
import { mayBeDataFault, sqlStateOf } from '../session/sqlstate';
import { asWanting, notRestored, withHolder } from '../objects/restore-objects';
import type { Resetting } from './subjects';
import { FOREIGN_KEY_VIOLATION } from '../session/row-states';

/** What a run still holds aside of its tables. */
export interface HeldAside {
  readonly keys: readonly JournalKey[];
  readonly objects: readonly AsideObject[];
  /** Keys that the run has left NOT VALID although they were valid before. */
  readonly unproven: readonly JournalKey[];
  /** Keys of any run by which rows refer though nothing enforces it; those that go on referring to rows loaded again do not count. */
  readonly referring: readonly JournalKey[];
}

/** Of a part of a run nothing comes back: the run goes on without it. */
export async function heldAside({ session, schema, runId, scope }: Resetting): Promise<HeldAside> {
  const referring = await keysAside(session, schema, scope === 'all' ? null : runId);
  if (scope !== 'all') return { keys: [], objects: [], unproven: [], referring };
  const keys = await journalKeysOf(session, schema, runId);
  return {
    keys: keys.filter(({ state }) => state === 'aside'),
    objects: await objectsAside(session, schema, runId),
    unproven: keys.filter(
      ({ state, validated, definition }) => state === 'not-valid' && validated && definition !== '',
    ),
    referring,
  };
}

/** Brings all of it back. Answers with the keys that rows of others break, which stay NOT VALID. */
export async function restoreAside(resetting: Resetting, { keys, objects, unproven }: HeldAside): Promise<string[]> {
  await restoreObjects(resetting, objects);
  const broken: string[] = [];
  for (const key of keys) {
    const standing = await keyStanding(resetting.session, key);
    if (standing === 'taken') throw await nameTaken(resetting.session, key);
    if (standing === 'wanting' && !(await addsAsDefined(resetting, key))) broken.push(key.name);
  }
  for (const key of unproven) {
    const standing = await keyStanding(resetting.session, key);
    if (standing === 'not-valid' && !(await validates(resetting, key))) broken.push(key.name);
  }
  return broken;
}

async function restoreObjects({ session }: Resetting, objects: readonly AsideObject[]): Promise<void> {
  for (const object of inRestoringOrder(objects)) {
    const wanting = await asWanting(session, object);
    if (wanting === null) continue;
    // Asked before: a transaction that has failed answers nothing.
    const held = await withHolder(session, wanting);
    try {
      await session.query(wanting.restoration);
    } catch (error) {
      throw mayBeDataFault(error) ? notRestored([{ object: held, state: sqlStateOf(error) ?? 'unknown' }]) : error;
    }
  }
}

/** Whether the rows hold to the key. */
async function addsAsDefined(resetting: Resetting, key: JournalKey): Promise<boolean> {
  if (await holds(resetting, addKey(key, 'as-defined'))) return true;
  if (!(await keysCanBeNotValid(resetting.session, key.table))) throw cannotBeNotValid(key);
  await resetting.session.query(addKey(key, 'not-valid'));
  return false;
}

/** Whether they hold to one that is in place, unproven. */
function validates(resetting: Resetting, key: JournalKey): Promise<boolean> {
  return holds(resetting, validateKey(key));
}

async function holds({ session }: Resetting, statement: string): Promise<boolean> {
  await session.query('savepoint proof');
  try {
    await session.query(statement);
    await session.query('release proof');
    return true;
  } catch (error) {
    if (sqlStateOf(error) !== FOREIGN_KEY_VIOLATION) throw error;
    await session.query('rollback to proof; release proof');
    return false;
  }
}
