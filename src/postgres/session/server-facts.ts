import type { TargetFacts } from '../../core/ports/target';
import { whereOf, type Session } from './session';

const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '::1']);

/** Who and what the server is. The system identifier tells a restored copy behind the same address from the original. */
export async function readFacts(session: Session): Promise<TargetFacts> {
  interface Row {
    readonly version: string;
    readonly encoding: string;
    readonly loopback: boolean;
  }
  const { rows } = await session.query<Row>(
    `select current_setting('server_version') as version, pg_encoding_to_char(encoding) as encoding,
       inet_server_addr() is null or inet_server_addr() <<= inet '127.0.0.0/8' or inet_server_addr() = inet '::1' as loopback
     from pg_database where datname = current_database()`,
  );
  const { host } = session.client;
  const identifier = await systemIdentifier(session);
  return {
    identity: identifier === null ? whereOf(session.client) : `${whereOf(session.client)} (system ${identifier})`,
    version: rows[0]?.version ?? '',
    encoding: rows[0]?.encoding ?? '',
    // Both must agree: behind a tunnel the server, and behind a container's port the client, believes to be local.
    local: (host.startsWith('/') || LOCAL_HOSTS.has(host)) && (rows[0]?.loopback ?? false),
  };
}

/** By connection: it is asked once, for it never changes. */
const identifiers = new WeakMap<Session['client'], string | null>();

/** What tells a server from every other one; null where the user may not ask. */
export async function systemIdentifier(session: Session): Promise<string | null> {
  const known = identifiers.get(session.client);
  if (known !== undefined) return known;
  const identifier = await askIdentifier(session);
  identifiers.set(session.client, identifier);
  return identifier;
}

async function askIdentifier(session: Session): Promise<string | null> {
  const { rows: rights } = await session.query<{ may: boolean }>(
    `select has_function_privilege('pg_control_system()', 'execute') as may`,
  );
  if (rights[0]?.may !== true) return null;
  const { rows } = await session.query<{ identifier: string }>(
    'select system_identifier::text as identifier from pg_control_system()',
  );
  return rows[0]?.identifier ?? null;
}
