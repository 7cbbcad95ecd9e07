import { notImplemented, OraError } from '../contract/ora-error';
import { writeLobAnswer } from '../ttc/lob-request';
import type { Piggyback } from '../ttc/piggybacks';
import type { Request } from '../ttc/requests';
import { writeStatus } from '../ttc/responses';
import type { Answer, SessionContext } from './context';
import { execute, fetch, reexecute } from './execute';
import { alterSession } from './run-other';
import { commit } from './run-write';

/** Does what came in front of a call. */
export async function applyPiggyback(session: SessionContext, piggyback: Piggyback): Promise<void> {
  switch (piggyback.kind) {
    case 'close-cursors':
      for (const id of piggyback.cursorIds) session.closeCursor(id);
      break;
    case 'set-schema':
      // the driver repeats it with every request
      if (piggyback.schema !== session.settings.dialect.currentSchema) {
        await alterSession(session, { CURRENT_SCHEMA: piggyback.schema });
      }
      break;
    case 'free-lobs':
      session.lobs.free(piggyback.locators);
      break;
    case 'end-to-end':
    case 'application-context':
      break;
  }
}

/** Does a call of a session that is logged in, and writes its answer. Throws OraError where that is all there is to say. */
export async function answerCall(session: SessionContext, request: Request, answer: Answer): Promise<void> {
  switch (request.kind) {
    case 'execute':
      return execute(session, request, answer);
    case 'reexecute':
      return reexecute(session, request, answer);
    case 'fetch':
      return fetch(session, request, answer);
    case 'lob':
      writeLobAnswer(answer.out, request, session.lobs.answer(request));
      break;
    default:
      await withoutResult(session, request);
  }
  writeStatus(answer.out, { inTransaction: session.inTransaction });
}

type QuietRequest = Exclude<Request, { readonly kind: 'execute' | 'reexecute' | 'fetch' | 'lob' }>;

async function withoutResult(session: SessionContext, request: QuietRequest): Promise<void> {
  switch (request.kind) {
    case 'commit':
      return commit(session);
    case 'rollback':
      return session.pg.rollback();
    case 'ping':
    case 'logoff':
      return;
    case 'unknown':
      throw notImplemented(`call ${request.functionCode} of the driver`);
    case 'protocol':
    case 'data-types':
    case 'auth':
      throw new OraError(3106, 'fatal two-task communication protocol error: already logged on');
  }
}
