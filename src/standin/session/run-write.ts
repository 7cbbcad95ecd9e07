import { OraError } from '../contract/ora-error';
import { PgFailure } from '../backend/pg-failure';
import type { Parameter } from '../backend/frontend-messages';
import type { BackendError } from '../contract/translation';
import type { BindValue } from '../ttc/bind-values';
import { writeRowCounts, type BatchError, type CallError } from '../ttc/responses';
import { bindParameters } from './bind-parameters';
import { callErrorOf } from './call-error';
import type { Answer, SessionContext } from './context';
import type { Cursor } from './cursor';
import { prepare } from './prepare';

/** What a DML call asks for besides the statement. */
export interface WriteRun {
  readonly rows: readonly (readonly BindValue[])[];
  readonly commit: boolean;
  /** Go on behind a row that fails, and report it. */
  readonly batchErrors: boolean;
  readonly wantsRowCounts: boolean;
  readonly answer: Answer;
}

const ARRAY_DML_ERRORS: CallError = { ora: 24381, message: 'ORA-24381: error(s) in array DML', position: -1 };

/** Runs a DML statement once per row of binds. Without batch errors the first failure ends it, earlier rows stay applied. */
export async function runWrite(session: SessionContext, cursor: Cursor, run: WriteRun): Promise<void> {
  const { translation } = cursor;
  if (translation.asOfScn !== undefined) throw new OraError(8187, 'snapshot expression not allowed here');
  const prepared = await prepare(session, cursor, session.pg);
  const rows: Parameter[][] = [];
  for (const values of run.rows) rows.push(await bindParameters(session, { translation, prepared }, values));
  const { counts, failures } = await writeAll(session, { statement: prepared.name, rows, run });
  const [failure] = failures;
  const rowCount = counts.reduce((sum, count) => sum + count, 0);
  if (failure && !run.batchErrors) {
    const error = callErrorOf(session, new PgFailure(failure.error), translation);
    session.end(run.answer, { cursorId: cursor.id, rowCount, error });
    return;
  }
  if (run.commit && failures.length === 0) await commit(session);
  if (run.wantsRowCounts) writeRowCounts(run.answer.out, counts);
  const batchErrors: BatchError[] = failures.map(({ row, error }) => ({
    row,
    error: callErrorOf(session, new PgFailure(error), translation),
  }));
  session.end(run.answer, {
    cursorId: cursor.id,
    rowCount,
    batchErrors,
    ...(failure ? { error: ARRAY_DML_ERRORS } : {}),
  });
}

interface Writing {
  readonly statement: string;
  readonly rows: readonly (readonly Parameter[])[];
  readonly run: WriteRun;
}

interface Failure {
  readonly row: number;
  readonly error: BackendError;
}

async function writeAll(
  session: SessionContext,
  { statement, rows, run }: Writing,
): Promise<{ counts: number[]; failures: Failure[] }> {
  const counts: number[] = [];
  const failures: Failure[] = [];
  while (counts.length < rows.length) {
    const outcome = await session.pg.write(statement, rows.slice(counts.length));
    counts.push(...outcome.counts);
    if (!outcome.error) break;
    failures.push({ row: counts.length, error: outcome.error });
    if (!run.batchErrors) break;
    counts.push(0);
  }
  return { counts, failures };
}

/** Commits what the session changed; each commit that did something moves the SCN on. */
export async function commit(session: SessionContext): Promise<void> {
  if (session.inTransaction) session.database.scns.advance();
  await session.pg.commit();
}
