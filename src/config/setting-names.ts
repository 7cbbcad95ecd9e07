/** Every variable that is read, and what it is for; `.env.example` lists the same names. */
export const SETTING_NAMES = {
  ORACLE_USER: 'user of the legacy database',
  ORACLE_PASSWORD: 'its password; asked for on a terminal when absent',
  ORACLE_HOST: 'host of the legacy database',
  ORACLE_PORT: 'port of its listener, 1521 when absent',
  ORACLE_SERVICE: 'service name of the legacy database',
  ORACLE_SERVICE_NAME: 'another name of ORACLE_SERVICE',
  ORACLE_SID: 'SID of the instance, instead of a service',
  ORACLE_CONNECT_STRING:
    'instead of host, port and service: host:port/service, tcps://host:port/service for TLS, or a name of tnsnames.ora',
  ORACLE_CLIENT_LIB_DIR: 'folder of Oracle Instant Client 19, needed for servers older than 12.1',
  ORACLE_WALLET_DIR: 'folder of the wallet, for TLS',
  ORACLE_WALLET_PASSWORD: 'password of the wallet',
  DATABASE_URL: 'target database, postgres://user:password@host:5432/database',
} as const;

export type SettingName = keyof typeof SETTING_NAMES;

/** What says where the legacy database is, in place of ORACLE_CONNECT_STRING. */
export const PARTS_OF_ADDRESS = [
  'ORACLE_HOST',
  'ORACLE_PORT',
  'ORACLE_SERVICE',
  'ORACLE_SERVICE_NAME',
  'ORACLE_SID',
] as const satisfies readonly SettingName[];

/** Of the listener. */
export const DEFAULT_PORT = 1521;

/** The settings as text, before they are judged. Absent and empty are the same. */
export type GivenSettings = Readonly<Partial<Record<SettingName, string>>>;
