import type { TableName } from '../../core/ports/target';
import type { Session } from '../session/session';
import type { Sessions } from '../session/sessions';
import { ident, qualified } from '../session/sql';
import { mayBeDataFault } from '../session/sqlstate';

/** Answers that one column remembers: its values often repeat. */
const REMEMBERED = 10_000;

/** Finds the form in which the server writes values of a column once they are stored; what it refuses stays as it is. */
export type StoredForms = (values: readonly string[]) => Promise<readonly string[]>;

export function storedForms(
  sessions: Pick<Sessions, 'use'>,
  at: { readonly table: TableName; readonly column: string },
): StoredForms {
  const known = new Map<string, string>();
  let type: string | null = null;
  return async (values) => {
    const open = [...new Set(values)].filter((value) => !known.has(value));
    if (known.size + open.length > REMEMBERED) known.clear();
    const asked = [...new Set(values)].filter((value) => !known.has(value));
    if (asked.length > 0) {
      await sessions.use(async (session) => {
        type ??= await declaredType(session, at);
        for (const [value, form] of await converted(session, type, asked)) known.set(value, form);
      });
    }
    return values.map((value) => known.get(value) ?? value);
  };
}

/** With its modifiers, which may round what a value has. */
async function declaredType(
  session: Session,
  { table, column }: { readonly table: TableName; readonly column: string },
): Promise<string> {
  const { rows } = await session.query<{ type: string }>(
    `select format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = to_regclass($1) and attname = $2`,
    [qualified(table), column],
  );
  return rows[0]?.type ?? ident('unknown');
}

/** One statement for all; where one of them is refused, each half by itself. */
async function converted(
  session: Session,
  type: string,
  values: readonly string[],
): Promise<(readonly [string, string])[]> {
  try {
    const { rows } = await session.query<{ form: string }>(
      `select format('%s', v::${type}) as form from unnest($1::text[]) with ordinality u(v, nth) order by nth`,
      [values],
    );
    return rows.map(({ form }, index) => [values[index] ?? '', form]);
  } catch (error) {
    // Types of extensions (hstore, ltree) refuse a value as a syntax error.
    if (!mayBeDataFault(error)) throw error;
    if (values.length === 1) return values.map((value) => [value, value]);
    const half = values.length >> 1;
    return [
      ...(await converted(session, type, values.slice(0, half))),
      ...(await converted(session, type, values.slice(half))),
    ];
  }
}
