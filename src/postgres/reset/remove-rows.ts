import { MigrationError } from '../../core/errors';
import { formerOwners } from '../ledger/former-owners';
import { writingFor } from '../ledger/writing-for';
import { rowsOf } from '../catalogue/rows-of';
import { columnList, qualified } from '../session/sql';
import { sqlStateOf } from '../session/sqlstate';
import { ownRow, writerColumn } from './own-rows';
import { putBackSql, type Resetting, type Subject } from './subjects';
import { FOREIGN_KEY_VIOLATION } from '../session/row-states';

/**
 * Removes the rows of the run and brings back those that it had overwritten. All go before any comes: a former value of a unique
 * column may be that of another row now. No trigger may fire, and no foreign key may refer to the tables.
 */
export async function removeRows(resetting: Resetting, subjects: readonly Subject[]): Promise<void> {
  const images = new Map<Subject, string>();
  for (const [index, subject] of subjects.entries()) {
    if (subject.putBack > 0) images.set(subject, await keepImages(resetting, subject, index));
  }
  for (const subject of subjects) await deleteOwn(resetting, subject);
  for (const [subject, kept] of images) await insertImages(resetting, subject, kept);
}

async function keepImages({ session, schema, runId }: Resetting, subject: Subject, index: number): Promise<string> {
  const kept = `pg_temp.cutover_reset_${index}`;
  await session.query(
    `create temporary table cutover_reset_${index} (like ${qualified(subject.table)}, ${writerColumn(subject.columns)} bigint) on commit drop`,
  );
  // Generated columns of the copy are ordinary ones, which take what they are given.
  await session.query(`insert into ${kept} ${putBackSql({ schema, ...subject })}`, [runId, [subject.entity]]);
  return kept;
}

async function deleteOwn({ session, schema, runId }: Resetting, { entity, table, own }: Subject): Promise<void> {
  const deleted = await session.query(`delete from ${await rowsOf(session, table)} t where ${ownRow('t', schema)}`, [
    runId,
    [entity],
  ]);
  if (deleted.rowCount !== own) throw notRemoved(qualified(table), own, deleted.rowCount ?? 0);
}

/** Each row is then again of the run that had written it, which could not be taken back otherwise. */
async function insertImages(resetting: Resetting, { table, columns }: Subject, kept: string): Promise<void> {
  const { session, schema, runId } = resetting;
  const list = columnList(columns.settable);
  const writer = writerColumn(columns);
  const insertion = `insert into ${qualified(table)} (${list}) overriding system value
    select ${list} from ${kept} where ${writer} = any ($1::bigint[])`;
  const { rows } = await session.query<{ writer: string }>(`select distinct ${writer}::text as writer from ${kept}`);
  const owners = await formerOwners(session, schema, { table, writers: rows.map((row) => row.writer) });
  try {
    for (const { owner, writers } of owners) {
      await writingFor(session, schema, { owner, work: () => session.query(insertion, [writers]) });
    }
  } catch (error) {
    if (sqlStateOf(error) !== FOREIGN_KEY_VIOLATION) throw error;
    throw parentGone(qualified(table), runId);
  }
}

function notRemoved(table: string, wanted: number, removed: number): MigrationError {
  return new MigrationError('RESET_BLOCKED', `${removed} of ${wanted} rows of ${table} could be removed`, {
    hint: 'A rule or trigger on DELETE that this user may not disable keeps them: connect as the owner of the table. Nothing was changed.',
    facts: { table, wanted, removed },
  });
}

function parentGone(table: string, runId: string): MigrationError {
  return new MigrationError(
    'RESET_BLOCKED',
    `rows of ${table} that run ${runId} has overwritten refer to rows that are gone`,
    {
      hint: 'Bring back the rows that they referred to before the run, then run it again. Nothing was changed.',
      facts: { table, runId },
    },
  );
}
