import { ON_DELETE, ON_INSERT, ON_UPDATE, readTreeTriggers } from '../set-aside/tree-triggers';
import type { Resetting, Subject } from './subjects';

/** Runs `work` while no trigger of the tables fires; each has its own state again afterwards. A failure is for the transaction to undo. */
export async function withStillTriggers(
  { session }: Pick<Resetting, 'session'>,
  subjects: readonly Pick<Subject, 'oid' | 'putBack'>[],
  work: () => Promise<void>,
): Promise<void> {
  const events = subjects.some(({ putBack }) => putBack > 0) ? ON_INSERT | ON_UPDATE | ON_DELETE : ON_DELETE;
  const triggers = await readTreeTriggers(
    session,
    subjects.map(({ oid }) => oid),
    events,
  );
  for (const { removal } of triggers) await session.query(removal);
  await work();
  for (const { restoration } of triggers) await session.query(restoration);
}
