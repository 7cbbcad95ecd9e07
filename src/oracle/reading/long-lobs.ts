import type { LegacyValue } from '../../core/mapping/wire';
import type { LobLimits, LongLob, SnapshotRead, SourceTable } from '../../core/ports/legacy-source';
import type { RowSample } from '../../core/run/readiness';
import { ROWID } from '../../core/rows/read-plan';
import { columnReader } from '../sql/column-text';
import { needColumn } from '../dictionary/dictionary';
import { queryRows, type Sessions } from '../session/sessions';
import { lobExtremes, rowsWithLongLob, type LobLimit } from '../sql/lob-statements';
import { SAMPLES } from '../../core/run/sample-size';

/** The LOB columns of a plan that have values beyond the limits; by their locators, without reading the values. */
export async function findLongLobs(
  sessions: Sessions,
  table: SourceTable,
  { read, limits }: { readonly read: SnapshotRead; readonly limits: LobLimits },
): Promise<LongLob[]> {
  const lobs = lobColumns(table, read, limits);
  if (lobs.length === 0) return [];
  const { plan, scn } = read;
  const at = { table: table.name, scn, where: plan.where };
  return sessions.use(`measuring LOBs of ${plan.entity}`, async (session) => {
    const [row = []] = await queryRows(session, lobExtremes(at, lobs));
    const found: LongLob[] = [];
    for (const [index, lob] of lobs.entries()) {
      const count = Number(row[index * 2 + 1] ?? 0);
      if (count === 0) continue;
      const names = plan.key.filter((name) => name !== ROWID);
      const key = names.map((name) => columnReader(needColumn(table, name), 'text'));
      const rows = await queryRows(
        session,
        rowsWithLongLob({ ...at, withRowid: table.kind === 'table', key }, lob, SAMPLES),
      );
      const samples = rows.map(([rowid = null, ...values]) => sampleOf(rowid, plan.key.length === 0 ? [] : values));
      found.push({ column: lob.name, longest: Number(row[index * 2] ?? 0), count, samples });
    }
    return found;
  });
}

function lobColumns(table: SourceTable, { plan }: SnapshotRead, limits: LobLimits): LobLimit[] {
  const names = new Set(plan.columns.map(({ name }) => needColumn(table, name).name));
  return [...names].flatMap((name) => {
    const { lob } = columnReader(needColumn(table, name), typeIsBlob(table, name) ? 'bytes' : 'text');
    return lob === null ? [] : [{ name, most: lob === 'text' ? limits.characters : limits.bytes }];
  });
}

function typeIsBlob(table: SourceTable, name: string): boolean {
  return needColumn(table, name).dataType === 'BLOB';
}

function sampleOf(rowid: LegacyValue, key: readonly LegacyValue[]): RowSample {
  const address = typeof rowid === 'string' ? rowid : null;
  const values = key.length === 0 ? [address] : key;
  return {
    key: JSON.stringify(values.map((value) => (Buffer.isBuffer(value) ? value.toString('hex') : value))),
    rowid: address,
  };
}
