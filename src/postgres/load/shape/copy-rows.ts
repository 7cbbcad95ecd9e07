import { pipeline } from 'node:stream/promises';
import { from } from 'pg-copy-streams';
import type { EncodedRows } from '../../encode/encode-rows';
import { statementText } from '../../../core/waits/wait-text';
import type { Session } from '../../session/session';
import { columnList } from '../../session/sql';

/** Where a COPY leads. */
export interface CopyInto {
  /** Quoted. */
  readonly table: string;
  readonly columns: readonly string[];
}

/** Sends the rows and returns once the server has accepted the last one. How many it stored. */
export async function copyRows(session: Session, into: CopyInto, rows: EncodedRows): Promise<number> {
  const text = `copy ${into.table} (${columnList(into.columns)}) from stdin (format binary)`;
  const stream = session.client.query(from(text));
  // Never a bare loop of write(): after a server error it throws inside the driver, while a pipeline rejects cleanly.
  await session.answer(statementText(text), 'soon', pipeline(rows.buffers, stream));
  return stream.rowCount;
}
