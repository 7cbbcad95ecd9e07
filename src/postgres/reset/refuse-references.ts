import { plainName, sameTable } from '../../core/mapping/table-name';
import { rowsOf } from '../catalogue/rows-of';
import { rowsReferTo, type FoundReference, type ReferencingKey } from '../foreign-keys/referencing-keys';
import { onlyRow } from '../session/session';
import { equalities, ident, pairsOf } from '../session/sql';
import { ownRow, readTableColumns } from './own-rows';
import { putBackSql, type Resetting, type Subject } from './subjects';
import { SAMPLES } from '../../core/run/sample-size';

/** Throws RESET_BLOCKED where rows that would stay refer by these keys to rows that would go. */
export async function refuseReferences(
  resetting: Resetting,
  subjects: readonly Subject[],
  keys: readonly Omit<ReferencingKey, 'definition' | 'comment'>[],
): Promise<void> {
  const found: FoundReference[] = [];
  for (const key of keys) {
    const { rows, samples } = await countReferences(resetting, subjects, key);
    const table = plainName(key.table);
    if (rows > 0) found.push({ table, text: `${table} by ${key.name} (${rows}${samples})` });
  }
  if (found.length > 0) throw rowsReferTo(resetting.runId, found);
}

async function countReferences(
  { session, schema, runId }: Resetting,
  subjects: readonly Subject[],
  { table, parent, columns, parentColumns }: Omit<ReferencingKey, 'definition' | 'comment'>,
): Promise<{ readonly rows: number; readonly samples: string }> {
  const entities = subjects.map(({ entity }) => entity);
  const staying = subjects
    .filter((subject) => subject.putBack > 0 && sameTable(subject.table, parent))
    .map((subject, index) => {
      const images = putBackSql({ schema, ...subject }, `$${index + 3}`);
      const { primaryKey } = subject.columns;
      return {
        entities: [subject.entity],
        sql: `and not exists (select from (${images}) b where ${equalities('b', 'p', pairsOf(primaryKey))})`,
      };
    });
  const condition = `from ${await rowsOf(session, table)} c
     where exists (select from ${await rowsOf(session, parent)} p where ${equalities('p', 'c', pairsOf(parentColumns, columns))}
       and ${ownRow('p', schema)} ${staying.map(({ sql }) => sql).join(' ')})
     and not ${ownRow('c', schema)}`;
  const parameters = [runId, entities, ...staying.map(({ entities: own }) => own)];
  const counted = await session.query<{ references: string }>(`select count(*) as references ${condition}`, parameters);
  const rows = Number(onlyRow(counted.rows).references);
  const { primaryKey } = rows > 0 ? await readTableColumns(session, table) : { primaryKey: [] };
  if (primaryKey.length === 0) return { rows, samples: '' };
  const key = primaryKey.map((name) => `c.${ident(name)}`);
  const sampled = await session.query<{ key: string }>(
    `select json_build_array(${key.map((value) => `${value}::text`).join(', ')})::text as key ${condition}
     order by ${key.join(', ')} limit ${SAMPLES}`,
    parameters,
  );
  const more = rows > SAMPLES ? ', …' : '';
  return { rows, samples: `: ${sampled.rows.map((row) => row.key).join(', ')}${more}` };
}
