import { counted } from '../../core/counted';
import { MigrationError } from '../../core/errors';
import { plainName } from '../../core/mapping/table-name';
import type { TableName } from '../../core/ports/target';
import type { Place } from '../session/place';
import { parentRowsOf, rowsOf } from '../catalogue/rows-of';
import type { Session } from '../session/session';
import type { JournalKey } from './journal';
import { isTemporal, orphanCondition } from '../catalogue/live-keys';

/** What does not fit which key: rows counted now, those of others included. */
export async function brokenKeys(
  session: Session,
  place: Place,
  ends: readonly { readonly name: string; readonly key: JournalKey | null }[],
): Promise<BrokenKey[]> {
  const broken: BrokenKey[] = [];
  for (const { name, key } of ends) {
    if (key === null) broken.push({ name, text: name });
    else {
      const { table, parent, columns, parentColumns } = key;
      const text = `${name} of ${nameOf(place, table)} (${columns.join(', ')}) to ${nameOf(place, parent)} (${parentColumns.join(', ')})`;
      broken.push({ name, text: `${text}: ${await orphansText(session, place, key)}` });
    }
  }
  return broken;
}

interface BrokenKey {
  readonly name: string;
  readonly text: string;
}

function nameOf(place: Place, table: TableName): string {
  return plainName(place.known(table));
}

async function orphansText(session: Session, place: Place, key: JournalKey): Promise<string> {
  if (isTemporal(key)) return 'rows whose period no parent covers';
  const orphan = orphanCondition({ ...key, parents: await parentRowsOf(session, place, key.parent) });
  const { rows } = await session.query<{ orphans: string }>(
    `select count(*) as orphans from ${await rowsOf(session, key.table)} c where ${orphan}`,
  );
  return `${counted(Number(rows[0]?.orphans), 'row')} without a parent`;
}

export function notRestored(broken: readonly BrokenKey[]): MigrationError {
  const list = broken.map(({ text }) => text).join('; ');
  return new MigrationError('LOAD_FAILED', `foreign keys are not valid: ${list}`, {
    hint: 'They are in place NOT VALID: rows that the run did not load refer to none. Stop other writers and give those rows a parent.',
    facts: { foreignKeys: broken.map(({ name }) => name).join(', ') },
  });
}
