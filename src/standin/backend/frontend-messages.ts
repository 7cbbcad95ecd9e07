/** Messages to PostgreSQL, as bytes ready to be joined and sent. Protocol 3.0; one function per message. */

export const FORMAT = { text: 0, binary: 1 } as const;

function message(type: string, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size + 5);
  bytes.write(type, 0, 'latin1');
  bytes.writeUInt32BE(size + 4, 1);
  return bytes;
}

const terminated = (text: string): Buffer => Buffer.from(`${text}\0`, 'utf8');

/** Q: one or more statements, without parameters. */
export function queryMessage(sql: string): Buffer {
  const text = terminated(sql);
  const bytes = message('Q', text.length);
  text.copy(bytes, 5);
  return bytes;
}

/** P: a parameter type of 0 is left for PostgreSQL to find out. */
export function parseMessage(name: string, sql: string, parameterTypes: readonly number[]): Buffer {
  const head = Buffer.concat([terminated(name), terminated(sql)]);
  const bytes = message('P', head.length + 2 + 4 * parameterTypes.length);
  let at = 5 + head.copy(bytes, 5);
  at = bytes.writeUInt16BE(parameterTypes.length, at);
  for (const type of parameterTypes) at = bytes.writeUInt32BE(type, at);
  return bytes;
}

export interface Binding {
  readonly portal: string;
  readonly statement: string;
  readonly parameters: readonly Parameter[];
  readonly resultFormats: readonly number[];
}

/** A parameter's bytes in text form, or in binary form for bytea; null for NULL. */
export interface Parameter {
  readonly bytes: Buffer | null;
  readonly format: number;
}

/** B */
export function bindMessage({ portal, statement, parameters, resultFormats }: Binding): Buffer {
  const names = Buffer.concat([terminated(portal), terminated(statement)]);
  const values = parameters.reduce((sum, { bytes }) => sum + 4 + (bytes?.length ?? 0), 0);
  const bytes = message('B', names.length + 2 + 2 * parameters.length + 2 + values + 2 + 2 * resultFormats.length);
  let at = 5 + names.copy(bytes, 5);
  at = bytes.writeUInt16BE(parameters.length, at);
  for (const { format } of parameters) at = bytes.writeUInt16BE(format, at);
  at = bytes.writeUInt16BE(parameters.length, at);
  for (const { bytes: value } of parameters) {
    at = bytes.writeInt32BE(value?.length ?? -1, at);
    if (value) at += value.copy(bytes, at);
  }
  at = bytes.writeUInt16BE(resultFormats.length, at);
  for (const format of resultFormats) at = bytes.writeUInt16BE(format, at);
  return bytes;
}

/** E: at most `maxRows` rows; 0 for all. */
export function executeMessage(portal: string, maxRows: number): Buffer {
  const name = terminated(portal);
  const bytes = message('E', name.length + 4);
  bytes.writeUInt32BE(maxRows, 5 + name.copy(bytes, 5));
  return bytes;
}

function named(type: 'C' | 'D', object: 'portal' | 'statement', name: string): Buffer {
  const text = terminated(`${object === 'portal' ? 'P' : 'S'}${name}`);
  const bytes = message(type, text.length);
  text.copy(bytes, 5);
  return bytes;
}

/** D of a prepared statement: its parameters and its columns. */
export function describeStatementMessage(name: string): Buffer {
  return named('D', 'statement', name);
}

/** C; closing what does not exist is no error. */
export function closeMessage(object: 'portal' | 'statement', name: string): Buffer {
  return named('C', object, name);
}

/** S */
export const SYNC = Buffer.from([0x53, 0, 0, 0, 4]);
/** X */
export const TERMINATE = Buffer.from([0x58, 0, 0, 0, 4]);

const CANCEL_CODE = 80877102;

/** The whole content of the connection that asks PostgreSQL to stop what another one is doing. */
export function cancelRequest(processId: number, secretKey: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(16, 0);
  bytes.writeUInt32BE(CANCEL_CODE, 4);
  bytes.writeInt32BE(processId, 8);
  bytes.writeInt32BE(secretKey, 12);
  return bytes;
}
