import type { TableName, TargetLookup } from '../../core/ports/target';
import { readColumns } from '../catalogue/columns';
import type { Place } from '../session/place';
import { rowsOf } from '../catalogue/rows-of';
import type { Session } from '../session/session';
import { ident } from '../session/sql';
import { isDataFault } from '../session/sqlstate';

type Found = readonly (readonly (string | null)[])[];

/**
 * Answers which rows of a table have the keys, each key compared in its column's own type and given back as it was asked for: `1` finds
 * the row of 1.00.
 */
export function lookUp(place: Place, question: TargetLookup): Promise<Found> {
  const table = place.actual(question.table);
  return place.sessions.use(async (session) => {
    const columns = await readColumns(session, table);
    const typeOf = (name: string): string => columns.find((column) => column.name === name)?.castType ?? 'text';
    const typed = { ...question, types: question.key.map(typeOf) };
    const found = await find(session, { ...typed, table });
    const beside = place.beside(table);
    if (beside === null) return found;
    // In a rehearsal the copy's row stands for the one of the real table, which the load would overwrite.
    const known = new Set(found.map((row) => keyId(row.slice(0, question.key.length))));
    const keys = question.keys.filter((key) => !known.has(keyId(key)));
    return keys.length === 0 ? found : [...found, ...(await find(session, { ...typed, table: beside, keys }))];
  });
}

function keyId(key: readonly (string | null)[]): string {
  return key.join('\0');
}

interface Typed extends TargetLookup {
  readonly table: TableName;
  /** Of the key's columns. */
  readonly types: readonly string[];
}

/** A key that is no value of its column's type leads nowhere. Only halving tells which one the server has refused. */
async function find(session: Session, question: Typed): Promise<Found> {
  const { keys } = question;
  try {
    return await ask(session, question);
  } catch (error) {
    if (!isDataFault(error)) throw error;
    if (keys.length === 1) return [];
    const middle = Math.ceil(keys.length / 2);
    const first = await find(session, { ...question, keys: keys.slice(0, middle) });
    return [...first, ...(await find(session, { ...question, keys: keys.slice(middle) }))];
  }
}

async function ask(session: Session, { table, key, value, keys, types }: Typed): Promise<Found> {
  const asked = key.map((_, at) => `k${at}`);
  const lists = key.map((_, at) => `$${at + 1}::text[]`);
  const typed = types.map((type, at) => `k${at}::${type} as v${at}`);
  const joined = key.map((name, at) => `t.${ident(name)} = w.v${at}`).join(' and ');
  const { rows } = await session.query<Record<string, string | null>>(
    `select ${asked.map((name) => `w.${name}`).join(', ')}, t.${ident(value)}::text as found
     from (select ${[...asked, ...typed].join(', ')} from unnest(${lists.join(', ')}) u(${asked.join(', ')})) w
     join ${await rowsOf(session, table)} t on ${joined}`,
    key.map((_, at) => keys.map((parts) => parts[at] ?? null)),
  );
  return rows.map((row) => [...asked, 'found'].map((name) => row[name] ?? null));
}
