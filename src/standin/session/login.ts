import { notImplemented, OraError } from '../contract/ora-error';
import type { AuthRequest } from '../ttc/requests';
import { writePairs, writeStatus } from '../ttc/responses';
import { challenge, verify, type Challenge } from '../ttc/verifier';
import { openSession, SessionContext, type Answer } from './context';
import { WIRE_IDENTITIES, type Database } from './database';
import { SessionSettings, timeZoneOf } from './session-settings';

function loginDenied(): OraError {
  return new OraError(1017, 'invalid username/password; logon denied');
}

/** As Oracle reads a user name: upper case, unless it is quoted. */
function canonicalUser(name: string): string {
  return name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1) : name.toUpperCase();
}

/** The two phases of a login on one connection. */
export class Login {
  #challenge: Challenge | undefined;

  constructor(private readonly database: Database) {}

  /** First phase: the challenge, for an unknown user as well. */
  async ask(request: AuthRequest, answer: Answer): Promise<void> {
    const password = Object.entries(this.database.users).find(([user]) => user === canonicalUser(request.user))?.[1];
    this.#challenge = await challenge(password, this.database.verifierRounds);
    writePairs(answer.out, this.#challenge.pairs);
    writeStatus(answer.out, { inTransaction: false });
  }

  /** Second phase: the session, or ORA-01017. */
  async admit(
    request: AuthRequest,
    { answer, fieldVersion }: { answer: Answer; fieldVersion: number },
  ): Promise<SessionContext> {
    const asked = this.#challenge;
    this.#challenge = undefined;
    const proof = asked && (await verify(asked, request.pairs));
    if (proof === undefined) throw loginDenied();
    if (request.pairs.has('PROXY_CLIENT_NAME')) throw notImplemented('proxy authentication');
    const session = await this.#open(request, fieldVersion);
    writePairs(answer.out, this.#identity(proof));
    writeStatus(answer.out, { inTransaction: false });
    return session;
  }

  async #open(request: AuthRequest, fieldVersion: number): Promise<SessionContext> {
    const settings = new SessionSettings(canonicalUser(request.user), this.database.release);
    const timeZone = timeZoneOf(request.pairs.get('AUTH_ALTER_SESSION') ?? '');
    if (timeZone !== undefined) settings.change({ TIME_ZONE: timeZone });
    const pg = await openSession(this.database.pgUrl, settings);
    return new SessionContext({ database: this.database, settings, pg, fieldVersion });
  }

  #identity(proof: string): [string, string][] {
    const { serviceName, release } = this.database;
    const name = serviceName.toUpperCase();
    return [
      ['AUTH_SVR_RESPONSE', proof],
      ['AUTH_VERSION_NO', String(WIRE_IDENTITIES[release].versionNumber)],
      ['AUTH_DBNAME', name],
      ['AUTH_SC_DBUNIQUE_NAME', name],
      ['AUTH_SC_REAL_DBUNIQUE_NAME', name],
      ['AUTH_SC_SERVICE_NAME', serviceName],
      ['AUTH_INSTANCENAME', name],
      ['AUTH_MAX_OPEN_CURSORS', '1000'],
      ['AUTH_MAX_IDEN_LENGTH', release === '19c' ? '128' : '30'],
    ];
  }
}
