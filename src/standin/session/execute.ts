import { notImplemented, OraError } from '../contract/ora-error';
import { assertBindable, readBindRows } from '../ttc/bind-values';
import { EXECUTE_OPTION } from '../ttc/format/constants';
import type { ExecuteRequest, FetchRequest, ReexecuteRequest } from '../ttc/execute-request';
import type { Answer, SessionContext } from './context';
import type { Cursor } from './cursor';
import { callErrorOf } from './call-error';
import { generationOf, refreshTranslation } from './prepare';
import { runOther } from './run-other';
import { define, runQuery, sendRows } from './run-query';
import { runWrite } from './run-write';

/** What an execution wants, whichever function asked for it. */
interface Execution {
  readonly rows: number;
  readonly goal: 'describe' | 'execute' | 'parse';
  readonly commit: boolean;
  readonly batchErrors: boolean;
  readonly wantsRowCounts: boolean;
  readonly values: ExecuteRequest['values'];
}

/** Function 94: parse, define, bind, execute and fetch in any combination that the driver sends. */
export async function execute(session: SessionContext, request: ExecuteRequest, answer: Answer): Promise<void> {
  const isNew = request.cursorId === 0 || !session.cursors.has(request.cursorId);
  if (isNew && request.sql === undefined) throw new OraError(1001, 'invalid cursor');
  const cursor = isNew ? newCursor(session, request) : session.cursor(request.cursorId);
  try {
    await executeCursor(session, { cursor, request, isNew }, answer);
  } catch (error) {
    if (isNew) session.closeCursor(cursor.id);
    cursor.described = undefined;
    const cursorId = isNew ? 0 : cursor.id;
    endWithError(session, { cursorId, error, translation: cursor.translation }, answer);
  }
}

async function executeCursor(
  session: SessionContext,
  { cursor, request, isNew }: { cursor: Cursor; request: ExecuteRequest; isNew: boolean },
  answer: Answer,
): Promise<void> {
  if (!isNew && request.sql !== undefined) reparse(session, cursor, request.sql);
  if (request.defines.length > 0) {
    define(session, cursor, { types: request.defines, answer });
    return;
  }
  if (request.bindTypes) cursor.bindTypes = request.bindTypes;
  const has = (option: number): boolean => (request.options & option) !== 0;
  await run(session, cursor, {
    execution: {
      rows: request.rows,
      goal: has(EXECUTE_OPTION.describeOnly) ? 'describe' : has(EXECUTE_OPTION.execute) ? 'execute' : 'parse',
      commit: has(EXECUTE_OPTION.commit),
      batchErrors: has(EXECUTE_OPTION.batchErrors),
      wantsRowCounts: request.wantsRowCounts,
      values: request.values,
    },
    answer,
  });
}

/** Functions 4 and 78: an open cursor once more, with binds of the same types. */
export async function reexecute(session: SessionContext, request: ReexecuteRequest, answer: Answer): Promise<void> {
  const cursor = session.cursor(request.cursorId);
  const { rows, commit, values } = request;
  const execution = { rows, goal: 'execute', commit, batchErrors: false, wantsRowCounts: false, values } as const;
  try {
    await run(session, cursor, { execution, answer });
  } catch (error) {
    cursor.described = undefined;
    endWithError(session, { cursorId: cursor.id, error, translation: cursor.translation }, answer);
  }
}

/** Function 5. */
export async function fetch(session: SessionContext, request: FetchRequest, answer: Answer): Promise<void> {
  const cursor = session.cursor(request.cursorId);
  try {
    await sendRows(session, { cursor, rows: request.rows, answer });
  } catch (error) {
    cursor.rows?.close();
    cursor.rows = undefined;
    endWithError(session, { cursorId: cursor.id, error, translation: cursor.translation }, answer);
  }
}

function newCursor(session: SessionContext, request: ExecuteRequest): Cursor {
  const sql = request.sql ?? '';
  const cursor: Cursor = {
    id: session.nextCursorId(),
    sql,
    translation: session.database.dialect.translate(sql, session.settings.dialect),
    generation: generationOf(session),
    bindTypes: [],
    defines: [],
    prepared: undefined,
    described: undefined,
    rows: undefined,
    rowsFetched: 0,
  };
  session.cursors.set(cursor.id, cursor);
  return cursor;
}

function reparse(session: SessionContext, cursor: Cursor, sql: string): void {
  cursor.sql = sql;
  cursor.generation = '';
  cursor.described = undefined;
  cursor.defines = [];
  refreshTranslation(session, cursor);
}

const RETURNING = /\breturn(?:ing)?\b[^;]*\binto\b\s*:/i;

async function run(
  session: SessionContext,
  cursor: Cursor,
  { execution, answer }: { execution: Execution; answer: Answer },
): Promise<void> {
  refreshTranslation(session, cursor);
  const { kind } = cursor.translation;
  if (kind === 'dml' && RETURNING.test(cursor.sql)) throw notImplemented('RETURNING … INTO');
  assertBindable(cursor.bindTypes);
  const binds = readBindRows(execution.values, cursor.bindTypes);
  if (kind === 'query') {
    const goal = execution.goal === 'execute' ? 'execute' : 'describe';
    await runQuery(session, cursor, { values: binds[0] ?? [], rows: execution.rows, goal, answer });
  } else if (execution.goal !== 'execute') session.end(answer, { cursorId: cursor.id });
  else if (kind === 'dml') await runWrite(session, cursor, { ...execution, rows: binds, answer });
  else await runOther(session, cursor, { kind, answer });
}

/** A call that failed says nothing but the error: what was written before is taken back. */
function endWithError(
  session: SessionContext,
  failed: { cursorId: number; error: unknown; translation: Cursor['translation'] },
  answer: Answer,
): void {
  answer.out.length = 0;
  delete answer.rows;
  delete answer.afterwards;
  session.end(answer, { cursorId: failed.cursorId, error: callErrorOf(session, failed.error, failed.translation) });
}
