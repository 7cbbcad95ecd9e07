import type { TableName } from '../../core/ports/target';
import { includingStorage } from '../catalogue/like-table';
import { rowsOf } from '../catalogue/rows-of';
import type { Session } from '../session/session';
import { columnList, ident, qualified } from '../session/sql';

/** Alias of the session's own schema of temporary tables. */
export const TEMPORARY = 'pg_temp';

/** A real table and the temporary one in its place. */
export interface Clone {
  readonly original: TableName;
  readonly clone: TableName;
}

export interface CloneRequest extends Clone {
  /** Columns that stay; the others go, with what is made of them. */
  readonly keep: ReadonlySet<string>;
  /** `refusing`: those that may turn a row away by what is in the table; `all`: also those that only speed up queries. */
  readonly indexes: 'refusing' | 'all';
}

const PLAIN_INDEXES = `
  select c.relname::text as name from pg_index i join pg_class c on c.oid = i.indexrelid
  where i.indrelid = to_regclass($1) and not (i.indisunique or i.indisexclusion) and i.indexprs is null and i.indpred is null`;

const EXCLUSIONS = `
  select conname::text as name from pg_constraint where conrelid = to_regclass($1) and contype = 'x' order by conindid`;

const COLUMNS = `
  select attname::text as name from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum`;

const WRITTEN_COLUMNS = `
  select attname::text as name from pg_attribute
  where attrelid = to_regclass($1) and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`;

/** Makes the temporary table: constraints and indexes of the original, none of its triggers, foreign keys and identities. */
export async function cloneTable(session: Session, request: CloneRequest): Promise<void> {
  const { original, clone, keep, indexes } = request;
  await session.query(
    `create temp table ${ident(clone.name)} (like ${qualified(original)}
     including constraints including defaults including generated including indexes ${await includingStorage(session)})`,
  );
  await nameExclusions(session, request);
  if (indexes === 'refusing') {
    for (const name of await namesOf(session, PLAIN_INDEXES, clone))
      await session.query(`drop index ${TEMPORARY}.${ident(name)}`);
  }
  const surplus = (await namesOf(session, COLUMNS, clone)).filter((name) => !keep.has(name));
  if (surplus.length === 0) return;
  const drops = surplus.map((name) => `drop column if exists ${ident(name)} cascade`);
  await session.query(`set client_min_messages = warning`);
  await session.query(`alter table ${qualified(clone)} ${drops.join(', ')}`);
}

/** What an exclusion constraint turns away is told by its name, and a copy gets another one. */
async function nameExclusions(session: Session, { original, clone }: Clone): Promise<void> {
  const real = await namesOf(session, EXCLUSIONS, original);
  const made = await namesOf(session, EXCLUSIONS, clone);
  for (const [index, name] of made.entries()) {
    const wanted = real[index] ?? name;
    if (wanted === name) continue;
    await session.query(`alter table ${qualified(clone)} rename constraint ${ident(name)} to ${ident(wanted)}`);
  }
}

/** Puts the rows that the real table has in front of those that are judged; what is generated makes itself. */
export async function copyRowsThere(session: Session, { original, clone }: Clone): Promise<void> {
  const columns = columnList(await namesOf(session, WRITTEN_COLUMNS, clone));
  await session.query(
    `insert into ${qualified(clone)} (${columns}) select ${columns} from ${await rowsOf(session, original)}`,
  );
}

async function namesOf(session: Session, text: string, table: TableName): Promise<string[]> {
  const { rows } = await session.query<{ name: string }>(text, [qualified(table)]);
  return rows.map(({ name }) => name);
}
