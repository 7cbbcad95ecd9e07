import { adoptKeys } from '../foreign-keys/journal';
import { noteKeysAside } from '../foreign-keys/note-aside';
import { dropKey } from '../foreign-keys/key-statements';
import { readForeignKeys } from '../catalogue/live-keys';
import { refuseEditedJournals } from '../ledger/seal/edited-journal';
import type { Place } from '../session/place';
import { inTransaction, type Session } from '../session/session';
import { noteLivingKeys, type Tables } from './living';

/**
 * Drops the foreign keys of the tables and notes in the journal how to restore them, in one transaction. What an unfinished run
 * has set aside of the same tables becomes this run's to restore.
 */
export function setKeysAside(
  session: Session,
  place: Place,
  { runId, ...named }: Tables & { readonly runId: string },
): Promise<void> {
  const schema = place.ledgerSchema;
  const [tables, living] = [named.tables.map(place.written), named.living.map(place.written)];
  return inTransaction(session, async () => {
    await refuseEditedJournals(session, schema, runId);
    for (const table of tables) {
      await adoptKeys(session, schema, { runId, table });
      const live = await readForeignKeys(session, table);
      await noteKeysAside(session, schema, { runId, table, live });
      for (const { name } of live) await session.query(dropKey({ table, name }));
    }
    await noteLivingKeys(session, schema, { runId, tables, living });
  });
}
