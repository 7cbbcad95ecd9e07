import type { Session } from '../session';
import { ident } from '../sql';
import type { TableShape } from './table-shape';

/** The staging table of a redo; it lives as long as the transaction. */
export const STAGING = 'pg_temp.cutover_staging';
/** Its first column: the index of the row in the chunk. No column of a user's is likely to have the name. */
export const ORDINAL = 'cutover_ordinal';
/** Its last column: whether the row overwrites the one that has its key. */
export const UPDATES = 'cutover_updates';

/** Creates it empty, with the loaded columns and no constraint but the ordinal's. */
export async function createStaging(session: Session, { columns }: TableShape): Promise<void> {
  const definitions = columns.map(({ name, stagedAs }) => `${ident(name)} ${stagedAs}`);
  const all = [`${ORDINAL} int4 primary key`, ...definitions, `${UPDATES} boolean not null default false`];
  await session.query(`create temp table cutover_staging (${all.join(', ')}) on commit drop`);
  await storeUncompressed(session);
}

/** What comes compressed out of it would be stored and measured so, whatever the storage of the real column is. */
async function storeUncompressed(session: Session): Promise<void> {
  const { rows } = await session.query<{ name: string }>(
    `select attname::text as name from pg_attribute
     where attrelid = to_regclass('${STAGING}') and attnum > 0 and attlen = -1 and attstorage in ('x', 'm')`,
  );
  const changes = rows.map(({ name }) => `alter column ${ident(name)} set storage external`);
  if (changes.length > 0) await session.query(`alter table ${STAGING} ${changes.join(', ')}`);
}

/** SQL: the staged rows with the target's types and collations. Errors where a value is none of its type. */
export function stagedRows({ columns }: TableShape, condition = 'true'): string {
  const casts = columns.map(({ name, stagedAs, castTo, collation }) => {
    const cast = stagedAs === castTo ? '' : `::${castTo}`;
    return `${ident(name)}${cast}${collation === null ? '' : ` collate ${collation}`} as ${ident(name)}`;
  });
  return `select ${[ORDINAL, ...casts].join(', ')} from ${STAGING} where ${condition}`;
}

/** Takes rows out of the staging table. */
export async function unstage(session: Session, ordinals: Iterable<number>): Promise<void> {
  const out = [...ordinals];
  if (out.length > 0) await session.query(`delete from ${STAGING} where ${ORDINAL} = any($1::int4[])`, [out]);
}

/** Runs `work` under a savepoint. Its error undoes only what it did, and is returned. */
export async function attempting<T>(
  session: Session,
  work: () => Promise<T>,
): Promise<T | { readonly error: unknown }> {
  await session.query('savepoint attempt');
  try {
    const result = await work();
    await session.query('release savepoint attempt');
    return result;
  } catch (error) {
    if (session.isLost()) throw error;
    await session.query('rollback to savepoint attempt; release savepoint attempt');
    return { error };
  }
}
