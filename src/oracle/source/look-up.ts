import { MigrationError } from '../../core/errors';
import type { LegacyRow } from '../../core/mapping/wire';
import type { LegacyLookup, SourceColumn, SourceTable } from '../../core/ports/legacy-source';
import { columnReader } from '../sql/column-text';
import { needColumn, type Dictionary } from '../dictionary/dictionary';
import { keyColumn, padded, type KeyColumn } from '../sql/key-text';
import { queryRows, type Sessions } from '../session/sessions';
import { rowsWithKeys, type LookupList } from '../sql/lookup-statements';

/** Answers which rows have the keys; one that is no value of its column's type leads nowhere. Throws SOURCE_READ_FAILED for columns that cannot be compared or read as text. */
export async function lookUp(
  { sessions, dictionary }: { readonly sessions: Sessions; readonly dictionary: Dictionary },
  question: LegacyLookup,
  scn: string | null,
): Promise<readonly LegacyRow[]> {
  const { table } = await dictionary.need(question.table);
  const columns = question.key.map((name) => needColumn(table, name));
  const compared = columns.map((column) => ({ ...comparable(table, column), read: columnReader(column, 'text').sql }));
  const possible = question.keys.filter((key) => compared.every(({ holds }, index) => holds(key[index] ?? '')));
  const list: LookupList = {
    columns: compared,
    keys: possible.map((key) => key.map((value, index) => padded(value, columns[index]))),
  };
  const value = columnReader(needColumn(table, question.value), 'text');
  if (value.lob !== null) throw notComparable(table, question.value);
  if (possible.length === 0) return [];
  const query = rowsWithKeys({ table: table.name, scn }, list, value.sql);
  return sessions.use(`looking up ${table.name.name}`, (session) => queryRows(session, query));
}

function comparable(table: SourceTable, column: SourceColumn): KeyColumn {
  const key = keyColumn(column);
  if (key === null) throw notComparable(table, column.name);
  return key;
}

function notComparable({ name }: SourceTable, column: string): MigrationError {
  return new MigrationError('SOURCE_READ_FAILED', `${name.name}.${column} has a type that cannot be looked up`, {
    hint: 'Look up texts, numbers, dates or RAWs, or go through a view that makes such a column.',
    facts: { table: name.name, column },
  });
}
