import type { TargetLookup } from '../core/ports/target';
import { readColumns } from './columns';
import type { Place } from './place';
import { ident, qualified } from './sql';

/** Answers which rows of a table have the keys, each key compared in its column's own type. */
export function lookUp(place: Place, question: TargetLookup): Promise<readonly (readonly (string | null)[])[]> {
  const table = place.actual(question.table);
  return place.sessions.use(async (session) => {
    const columns = await readColumns(session, table);
    const typeOf = (name: string): string => columns.find((column) => column.name === name)?.castType ?? 'text';
    const wanted = question.key.map((_, at) => question.keys.map((key) => key[at] ?? null));
    const lists = question.key.map((name, at) => `unnest($${at + 1}::text[]::${typeOf(name)}[]) as k${at}`);
    const joined = question.key.map((name, at) => `t.${ident(name)} = w.k${at}`).join(' and ');
    const items = [...question.key, question.value].map((name, at) => `t.${ident(name)}::text as c${at}`);
    const { rows } = await session.query<Record<string, string | null>>(
      `select ${items.join(', ')} from (select ${lists.join(', ')}) w join ${qualified(table)} t on ${joined}`,
      wanted,
    );
    return rows.map((row) => items.map((_, at) => row[`c${at}`] ?? null));
  });
}
