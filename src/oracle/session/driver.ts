import type oracledb from 'oracledb';

/** What is used of the `oracledb` module; tests pass a recording twin. */
export type OracleDriver = Pick<typeof oracledb, 'thin' | 'initOracleClient' | 'getConnection' | 'createPool'>;

/** One Oracle session, every answer of which is watched. */
export interface OracleSession {
  /** `19.3.0.0.0` */
  readonly version: string;
  execute<Row>(
    sql: string,
    binds?: oracledb.BindParameters,
    options?: oracledb.ExecuteOptions,
  ): Promise<oracledb.Result<Row>>;
  /** Waits for what the driver has been asked for otherwise and takes no long work: a fetch, a piece of a LOB. */
  answer<T>(asked: string, answer: Promise<T>): Promise<T>;
}

/** Where and as whom the legacy database is reached. */
export interface OracleSettings {
  readonly user: string;
  readonly password: string;
  /** A net service name, an Easy Connect string or a descriptor; instead of host, port and service or SID. */
  readonly connectString?: string;
  readonly host?: string;
  /** 1521 unless told. */
  readonly port?: number;
  readonly service?: string;
  /** The SID of an instance, instead of a service: what databases older than services, and some of 11g, are reached by. */
  readonly sid?: string;
  /** Folder of Oracle Instant Client: asks for Thick mode, which 11.2 needs. */
  readonly clientLibDir?: string;
  /** Folder of the wallet (`ewallet.pem`; in Thick mode also `sqlnet.ora`). */
  readonly walletDir?: string;
  readonly walletPassword?: string;
  /** Folder of `tnsnames.ora`. */
  readonly configDir?: string;
  /** Most rows per fetch; 2,000 unless told. */
  readonly fetchRows?: number;
  /** About how many bytes a fetch may carry; 8 MiB unless told. */
  readonly fetchBytes?: number;
  /** 2 unless told. */
  readonly poolMin?: number;
  /** SOURCE_SESSIONS unless told. */
  readonly poolMax?: number;
  /** 4 unless told, so that a silent host is known within 5 s; 0 waits for ever. */
  readonly connectTimeoutSeconds?: number;
  /** See `Patience`; 10 minutes unless told. */
  readonly stallTimeoutMs?: number;
}

/** `host:port/service`, a descriptor for a SID, or the connect string as given. */
export function connectStringOf(settings: OracleSettings): string {
  const { connectString, sid, service, host = 'localhost', port = 1521 } = settings;
  if (connectString !== undefined) return connectString;
  if (sid === undefined) return `${hostAndPort(settings)}/${service ?? ''}`;
  // Easy Connect has no way to write a SID.
  return `(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=${host})(PORT=${port}))(CONNECT_DATA=(SID=${sid})))`;
}

export function hostAndPort({ host = 'localhost', port = 1521 }: OracleSettings): string {
  return `${host}:${port}`;
}

/** The same for messages and the ledger: without the passwords that people write into connect strings. */
export function shownAddress(settings: OracleSettings): string {
  const { connectString, sid } = settings;
  if (connectString === undefined && sid !== undefined) return `${hostAndPort(settings)} (SID ${sid})`;
  return connectStringOf(settings)
    .replace(/^[^@()]*\/[^()]*@/, '***@')
    .replace(/((?:wallet_)?password\s*=\s*)("[^"]*"|[^\s&)]*)/gi, '$1***');
}
