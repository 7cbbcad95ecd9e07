import type { BindValue } from '../ttc/bind-values';
import { WIRE_TYPE } from '../ttc/format/constants';
import { writeDescribe } from '../ttc/describe';
import type { WireType } from '../ttc/execute-request';
import type { WireColumn } from '../ttc/oracle-types';
import { END_OF_DATA, writeRowHeader } from '../ttc/responses';
import { columnEncoder, type ColumnEncoder } from '../ttc/row-encoder';
import { asOfScn, bindParameters } from './bind-parameters';
import type { Answer, SessionContext } from './context';
import type { Cursor, Prepared } from './cursor';
import { prepare } from './prepare';
import { RowSource } from './row-source';

/** How far a client that fetches for the first time is read ahead of, at least. */
const FIRST_READ_AHEAD = 100;

const isLob = ({ type }: { readonly type: number }): boolean => type === WIRE_TYPE.clob || type === WIRE_TYPE.blob;

/** What a query needs besides its cursor. */
export interface QueryRun {
  readonly values: readonly BindValue[];
  /** Rows wanted in the same answer; 0 for none. */
  readonly rows: number;
  /** `describe` stops before anything is executed. */
  readonly goal: 'describe' | 'execute';
  readonly answer: Answer;
}

/** Executes a query: describes it if the client does not know its columns, and sends the rows asked for. */
export async function runQuery(session: SessionContext, cursor: Cursor, run: QueryRun): Promise<void> {
  const { translation } = cursor;
  const scn = asOfScn(translation, run.values);
  const pg = scn === undefined ? session.pg : await session.snapshotSession(scn, translation.tables);
  const prepared = await prepare(session, cursor, pg);
  describeChanges(session, { cursor, prepared, answer: run.answer });
  if (run.goal === 'describe') {
    session.end(run.answer, { cursorId: cursor.id });
    return;
  }
  const parameters = await bindParameters(session, { translation, prepared }, run.values);
  cursor.rows?.close();
  session.lobs.forgetCursor(cursor.id);
  cursor.rowsFetched = 0;
  if (translation.locks) await pg.beginWriting();
  const columns = columnEncoders(session, cursor, prepared);
  // the client has yet to say how it wants the LOBs: rows now would be in the wrong form
  const undefinedLobs = cursor.defines.length === 0 && prepared.columns.some(isLob);
  const rows = undefinedLobs ? 0 : run.rows;
  const bound = { statement: prepared.name, parameters };
  cursor.rows = await RowSource.open({ pg, bound, columns }, rows);
  if (translation.locks) await cursor.rows.readAll();
  if (rows > 0) await sendRows(session, { cursor, rows, answer: run.answer });
  else session.end(run.answer, { cursorId: cursor.id });
}

function describeChanges(session: SessionContext, { cursor, prepared, answer }: Describing): void {
  if (cursor.described && sameColumns(cursor.described, prepared.columns)) return;
  if (cursor.described) cursor.defines = [];
  cursor.described = prepared.columns;
  writeDescribe(answer.out, prepared.columns, session.fieldVersion);
}

interface Describing {
  readonly cursor: Cursor;
  readonly prepared: Prepared;
  readonly answer: Answer;
}

function sameColumns(known: readonly WireColumn[], now: readonly WireColumn[]): boolean {
  return known === now || JSON.stringify(known) === JSON.stringify(now);
}

function columnEncoders(session: SessionContext, cursor: Cursor, prepared: Prepared): ColumnEncoder[] {
  return prepared.columns.map((column, index) => {
    const field = prepared.fields[index];
    return columnEncoder(asDefined(column, cursor.defines[index]), {
      typeOid: field?.typeOid ?? 0,
      tableOid: field?.tableOid ?? 0,
      locatorFor: (content, type) => session.lobs.keep(content, { type, owner: cursor.id }),
    });
  });
}

/** The type of a define counts for LOBs only: everything else is decoded as described. */
function asDefined(column: WireColumn, define: WireType | undefined): WireColumn {
  return define && isLob(column) ? { ...column, type: define.type, charsetForm: define.charsetForm } : column;
}

/** The client says in which types it wants the columns of a query of which it has no row yet. */
export function define(session: SessionContext, cursor: Cursor, run: Defining): void {
  cursor.defines = run.types;
  if (cursor.prepared) cursor.rows?.encodeAs(columnEncoders(session, cursor, cursor.prepared));
  session.end(run.answer, { cursorId: cursor.id });
}

interface Defining {
  readonly types: readonly WireType[];
  readonly answer: Answer;
}

/** The next rows of a query that was executed. Throws ORA-01555 when the fault plan says so. */
export async function sendRows(
  session: SessionContext,
  { cursor, rows, answer }: { cursor: Cursor; rows: number; answer: Answer },
): Promise<void> {
  const { faults } = session.database;
  faults.beforeFetch();
  const source = cursor.rows;
  writeRowHeader(answer.out);
  const batch = source ? await source.take(rows) : { bytes: Buffer.alloc(0), count: 0, last: true };
  answer.rows = { bytes: batch.bytes, at: answer.out.length };
  if (faults.dropsAfter(batch.count)) answer.drop = true;
  cursor.rowsFetched += batch.count;
  session.end(answer, {
    cursorId: cursor.id,
    rowCount: cursor.rowsFetched,
    ...(batch.last ? { error: END_OF_DATA } : {}),
  });
  if (!batch.last) {
    answer.afterwards = () => {
      source?.readAhead(Math.max(rows, FIRST_READ_AHEAD));
    };
  }
}
