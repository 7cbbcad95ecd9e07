import type { Socket } from 'node:net';
import { Client } from 'pg';
import { OraError } from '../contract/ora-error';
import { PgWire } from './wire';

/** The inner parts of pg's Client that are taken over; they are the same since its version 8.0. */
interface ClientParts {
  readonly connection: { readonly stream: Socket };
  readonly processID: number;
  readonly secretKey: number;
}

function connectionLost(): OraError {
  return new OraError(3113, 'end-of-file on communication channel');
}

/** Session settings that the encoders rely on: what dates, intervals and times look like. */
const SETTINGS = [
  '-c DateStyle=ISO,YMD',
  '-c IntervalStyle=sql_standard',
  '-c TimeZone=UTC',
  '-c client_encoding=UTF8',
  '-c jit=off',
].join(' ');

/** Logs in with pg (which knows all ways to authenticate), then keeps its socket and speaks the protocol itself. */
export async function openWire(pgUrl: string): Promise<PgWire> {
  const client = new Client({ connectionString: pgUrl, options: SETTINGS });
  await client.connect();
  const { connection, processID, secretKey } = client as unknown as ClientParts;
  const { stream } = connection;
  stream.removeAllListeners();
  const address = client.host.startsWith('/')
    ? { path: `${client.host}/.s.PGSQL.${client.port}` }
    : { host: client.host, port: client.port };
  return new PgWire(stream, { address, processId: processID, secretKey }, connectionLost);
}
