import type { Socket } from 'node:net';
import type oracledb from 'oracledb';
import { statementText } from '../../core/waits/wait-text';
import { watched, type Look, type Patience, type Question } from '../../core/waits/watch';
import type { OracleSession } from './driver';

export interface WatchedBy {
  readonly patience: Patience;
  /** What the database says of the session with this CLIENT_INFO. */
  readonly look: (clientInfo: string) => Promise<Look>;
  /** Hears that a session was cut off. */
  readonly givenUp: () => void;
}

/** The session of a connection: silence is told, and ended where it lasts. `clientInfo` marks it in V$SESSION. */
export function watchedSession(
  connection: oracledb.Connection,
  { doing, clientInfo }: { readonly doing: string; readonly clientInfo: string },
  { patience, look, givenUp }: WatchedBy,
): OracleSession {
  const question = (asked: string, due: Question['due']): Question => ({
    ...{ side: 'source', asked, due },
    progress: () => bytesOf(connection),
    look: () => look(clientInfo),
    giveUp: () => {
      cutOff(connection);
      givenUp();
    },
  });
  return {
    version: connection.oracleServerVersionString,
    execute: <Row>(sql: string, binds: oracledb.BindParameters = {}, options: oracledb.ExecuteOptions = {}) =>
      watched(
        patience,
        question(`${doing}: ${statementText(sql)}`, 'later'),
        connection.execute<Row>(sql, binds, options),
      ),
    answer: (asked, answer) => watched(patience, question(`${doing}: ${asked}`, 'soon'), answer),
  };
}

/** The driver's Thin mode keeps its socket there; a Thick session has none that could be seen. */
interface ThinConnection {
  readonly _impl?: { readonly nscon?: { readonly ntAdapter?: { readonly stream?: Partial<Socket> | null } | null } };
}

function socketOf(connection: oracledb.Connection): Partial<Socket> | null {
  return (connection as ThinConnection)._impl?.nscon?.ntAdapter?.stream ?? null;
}

function bytesOf(connection: oracledb.Connection): number {
  const { bytesRead = 0, bytesWritten = 0 } = socketOf(connection) ?? {};
  return bytesRead + bytesWritten;
}

/**
 * Without its socket the session is one that the network has broken: what waits for it fails, and the pool drops it. It ends by an error, for
 * the driver says goodbye to a session that it believes to be in order when the session is collected as garbage, and fails where nobody catches it.
 */
export function cutOff(connection: oracledb.Connection): void {
  socketOf(connection)?.destroy?.(new Error('given up: no answer came'));
}
