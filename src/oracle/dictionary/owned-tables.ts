import type { OwnedTable } from '../../core/ports/legacy-source';
import type { OracleSession } from '../session/driver';
import { queryRows } from '../session/sessions';
import { listOwnedTables } from '../sql/taken-statements';

/** The tables of these owners, as far as the user may see them. */
export async function ownedTables(session: OracleSession, owners: readonly string[]): Promise<OwnedTable[]> {
  if (owners.length === 0) return [];
  const rows = await queryRows(session, listOwnedTables(owners));
  return rows.map(([owner, name, estimatedRows, temporary, external]) => ({
    owner: String(owner),
    name: String(name),
    estimatedRows: typeof estimatedRows === 'string' ? Number(estimatedRows) : null,
    mark: temporary === 'Y' ? 'temporary' : typeof external === 'string' ? 'external' : null,
  }));
}
