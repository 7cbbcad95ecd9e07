import { viewColumns, type ViewDefinition } from './view-definition';

/** Texts that differ by release; the views read them through the setting table's name for the release of the session. */
const NEW = `coalesce(current_setting('standin.release', true), (SELECT value FROM "SYS".setting WHERE name = 'RELEASE')) = '19c'`;
const OLD_BANNER = 'Oracle Database 11g Enterprise Edition Release 11.2.0.4.0 - 64bit Production';
const NEW_BANNER = 'Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production';

function byRelease(modern: string, old: string): string {
  return `CASE WHEN ${NEW} THEN '${modern}' ELSE '${old}' END`;
}

const VERSION = byRelease('19.0.0.0.0', '11.2.0.4.0');

const NLS = `PARAMETER | VARCHAR2(30) | p.name
VALUE | VARCHAR2(40) | p.value`;

function pairs(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `('${name}', ${value})`)
    .join(', ');
}

/** What the session has told PostgreSQL; a rolled-back setting is left behind as ''. */
function sessionValue(name: string, fallback: string): string {
  return `coalesce(nullif(current_setting('standin.${name}', true), ''), '${fallback}')`;
}

const SESSION_NLS = {
  NLS_LANGUAGE: `'AMERICAN'`,
  NLS_TERRITORY: `'AMERICA'`,
  NLS_CURRENCY: `'$'`,
  NLS_ISO_CURRENCY: `'AMERICA'`,
  NLS_NUMERIC_CHARACTERS: `'.,'`,
  NLS_CALENDAR: `'GREGORIAN'`,
  NLS_DATE_FORMAT: sessionValue('nls_date_format', 'DD-MON-RR'),
  NLS_DATE_LANGUAGE: `'AMERICAN'`,
  NLS_SORT: `'BINARY'`,
  NLS_TIME_FORMAT: `'HH.MI.SSXFF AM'`,
  NLS_TIMESTAMP_FORMAT: sessionValue('nls_timestamp_format', 'DD-MON-RR HH.MI.SSXFF AM'),
  NLS_TIME_TZ_FORMAT: `'HH.MI.SSXFF AM TZR'`,
  NLS_TIMESTAMP_TZ_FORMAT: sessionValue('nls_timestamp_tz_format', 'DD-MON-RR HH.MI.SSXFF AM TZR'),
  NLS_DUAL_CURRENCY: `'$'`,
  NLS_COMP: `'BINARY'`,
  NLS_LENGTH_SEMANTICS: `'BYTE'`,
  NLS_NCHAR_CONV_EXCP: `'FALSE'`,
};
const DATABASE_NLS = {
  ...SESSION_NLS,
  NLS_DATE_FORMAT: `'DD-MON-RR'`,
  NLS_TIMESTAMP_FORMAT: `'DD-MON-RR HH.MI.SSXFF AM'`,
  NLS_TIMESTAMP_TZ_FORMAT: `'DD-MON-RR HH.MI.SSXFF AM TZR'`,
  NLS_CHARACTERSET: `(SELECT value FROM "SYS".setting WHERE name = 'NLS_CHARACTERSET')`,
  NLS_NCHAR_CHARACTERSET: `'AL16UTF16'`,
  NLS_RDBMS_VERSION: VERSION,
};

const PARAMETERS = {
  undo_retention: `'900'`,
  undo_management: `'AUTO'`,
  processes: `'300'`,
  sessions: `'472'`,
  compatible: byRelease('19.0.0', '11.2.0.4.0'),
  db_block_size: `'8192'`,
  db_name: `'STANDIN'`,
  cpu_count: `'2'`,
  nls_length_semantics: `'BYTE'`,
  recyclebin: `'on'`,
  resource_limit: `'FALSE'`,
};

function view(name: string, columns: string, from = ''): ViewDefinition {
  return { name, restricted: name.startsWith('V$') && name !== 'V$VERSION', columns: viewColumns(columns), from };
}

const PARAMETER_COLUMNS = `
NUM | NUMBER | row_number() over ()
NAME | VARCHAR2(80) | p.name
TYPE | NUMBER | CASE WHEN p.value ~ '^\\d+$' THEN 3 ELSE 2 END
VALUE | VARCHAR2(4000) | p.value
DISPLAY_VALUE | VARCHAR2(4000) | p.value
ISDEFAULT | VARCHAR2(9) | 'TRUE'
DESCRIPTION | VARCHAR2(255) | NULL`;

const DATABASE = `
DBID | NUMBER | 1518518112
NAME | VARCHAR2(9) | 'STANDIN'
CREATED | DATE | (SELECT min(created) FROM "SYS".account)
RESETLOGS_CHANGE# | NUMBER | 1
LOG_MODE | VARCHAR2(12) | 'ARCHIVELOG'
CHECKPOINT_CHANGE# | NUMBER | 1
CONTROLFILE_TYPE | VARCHAR2(7) | 'CURRENT'
OPEN_MODE | VARCHAR2(20) | 'READ WRITE'
PROTECTION_MODE | VARCHAR2(20) | 'MAXIMUM PERFORMANCE'
DATABASE_ROLE | VARCHAR2(16) | 'PRIMARY'
SUPPLEMENTAL_LOG_DATA_MIN | VARCHAR2(8) | 'NO'
FORCE_LOGGING | VARCHAR2(3) | 'NO'
PLATFORM_NAME | VARCHAR2(101) | 'Linux x86 64-bit'
CURRENT_SCN | NUMBER | NEW SCN
FLASHBACK_ON | VARCHAR2(18) | 'NO'
DB_UNIQUE_NAME | VARCHAR2(30) | 'STANDIN'
CDB | 12+ VARCHAR2(3) | 'NO'`;

const SESSION = `
SADDR | RAW(8) | NULL
SID | NUMBER | pg_backend_pid()
SERIAL# | NUMBER | 1
AUDSID | NUMBER | 1
USERNAME | NAME | "SYS".me()
STATUS | VARCHAR2(8) | 'ACTIVE'
SCHEMANAME | NAME | current_setting('standin.schema', true)
OSUSER | NAME | NULL
PROCESS | VARCHAR2(24) | NULL
MACHINE | VARCHAR2(64) | NULL
PROGRAM | VARCHAR2(48) | NULL
TYPE | VARCHAR2(10) | 'USER'
MODULE | VARCHAR2(64) | NULL
ACTION | VARCHAR2(64) | NULL
LOGON_TIME | DATE | now()`;

/** The database as a whole: versions, parameters, character sets. */
export const INSTANCE_VIEWS: readonly ViewDefinition[] = [
  view('NLS_SESSION_PARAMETERS', NLS, `FROM (VALUES ${pairs(SESSION_NLS)}) p(name, value)`),
  view(
    'NLS_INSTANCE_PARAMETERS',
    NLS,
    `FROM (VALUES ${pairs({ NLS_LANGUAGE: `'AMERICAN'`, NLS_TERRITORY: `'AMERICA'`, NLS_LENGTH_SEMANTICS: `'BYTE'`, NLS_COMP: `'BINARY'` })}) p(name, value)`,
  ),
  view('NLS_DATABASE_PARAMETERS', NLS, `FROM (VALUES ${pairs(DATABASE_NLS)}) p(name, value)`),
  view(
    'V$NLS_PARAMETERS',
    NLS,
    `FROM (VALUES ${pairs({ ...SESSION_NLS, NLS_CHARACTERSET: DATABASE_NLS.NLS_CHARACTERSET })}) p(name, value)`,
  ),
  view(
    'V$VERSION',
    `BANNER | VARCHAR2(80) | ${byRelease(NEW_BANNER, OLD_BANNER)}\nBANNER_FULL | 12+ VARCHAR2(160) | '${NEW_BANNER}'\nCON_ID | 12+ NUMBER | 0`,
  ),
  view(
    'PRODUCT_COMPONENT_VERSION',
    `PRODUCT | VARCHAR2(80) | ${byRelease('Oracle Database 19c Enterprise Edition ', 'Oracle Database 11g Enterprise Edition ')}\nVERSION | VARCHAR2(80) | ${VERSION}\nSTATUS | VARCHAR2(80) | ${byRelease('Production', '64bit Production')}`,
  ),
  view(
    'V$INSTANCE',
    `INSTANCE_NUMBER | NUMBER | 1\nINSTANCE_NAME | VARCHAR2(16) | 'standin'\nHOST_NAME | VARCHAR2(64) | 'standin'\nVERSION | VARCHAR2(17) | ${VERSION}\nSTARTUP_TIME | DATE | pg_postmaster_start_time()\nSTATUS | VARCHAR2(12) | 'OPEN'\nPARALLEL | VARCHAR2(3) | 'NO'\nDATABASE_STATUS | VARCHAR2(17) | 'ACTIVE'`,
  ),
  view('V$DATABASE', DATABASE),
  view('V$PARAMETER', PARAMETER_COLUMNS, `FROM (VALUES ${pairs(PARAMETERS)}) p(name, value)`),
  view(
    'V$UNDOSTAT',
    `BEGIN_TIME | DATE | now() - interval '10 minutes'\nEND_TIME | DATE | now()\nUNDOBLKS | NUMBER | 0\nTXNCOUNT | NUMBER | 0\nMAXQUERYLEN | NUMBER | 0\nSSOLDERRCNT | NUMBER | 0\nTUNED_UNDORETENTION | NUMBER | 900`,
  ),
  view('V$SESSION', SESSION),
  view('V$OPTION', `PARAMETER | VARCHAR2(64) | 'Partitioning'\nVALUE | VARCHAR2(64) | 'FALSE'`),
  { ...view('GLOBAL_NAME', `GLOBAL_NAME | VARCHAR2(4000) | 'STANDIN'`), restricted: false },
];
