import { statement, type Statement } from './statement';

/** Formats in which DATE and TIMESTAMP values travel as text: signed year, 24 hours, nine fraction digits, offset. */
export const MOMENT_FORMATS = {
  date: 'SYYYY-MM-DD HH24:MI:SS',
  timestamp: 'SYYYY-MM-DD HH24:MI:SS.FF9',
  timestampWithZone: 'SYYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM',
} as const;

/** Makes text conversions and comparisons independent of the client machine and of the database's defaults. */
export const SESSION_SETUP: Statement = statement(
  `ALTER SESSION SET NLS_DATE_FORMAT='${MOMENT_FORMATS.date}' NLS_TIMESTAMP_FORMAT='${MOMENT_FORMATS.timestamp}'` +
    ` NLS_TIMESTAMP_TZ_FORMAT='${MOMENT_FORMATS.timestampWithZone}' NLS_NUMERIC_CHARACTERS='.,'` +
    ` NLS_SORT='BINARY' NLS_COMP='BINARY' TIME_ZONE='+00:00'`,
);

/** Session user, current schema, database and service. */
export const SESSION_FACTS: Statement = statement(
  `SELECT SYS_CONTEXT('USERENV', 'SESSION_USER'), SYS_CONTEXT('USERENV', 'CURRENT_SCHEMA'),` +
    ` SYS_CONTEXT('USERENV', 'DB_NAME'), SYS_CONTEXT('USERENV', 'SERVICE_NAME') FROM DUAL`,
);

/** Names and values of the two character sets. */
export const CHARACTER_SETS: Statement = statement(
  `SELECT PARAMETER, VALUE FROM NLS_DATABASE_PARAMETERS` +
    ` WHERE PARAMETER IN ('NLS_CHARACTERSET', 'NLS_NCHAR_CHARACTERSET')`,
);

/** The current SCN through the package that ordinary users can be granted. */
export const SCN_BY_PACKAGE: Statement = statement('SELECT TO_CHAR(DBMS_FLASHBACK.GET_SYSTEM_CHANGE_NUMBER) FROM DUAL');

/** The current SCN for users who may see V$DATABASE instead. */
export const SCN_BY_VIEW: Statement = statement('SELECT TO_CHAR(CURRENT_SCN) FROM V$DATABASE');

/**
 * How a session stands that is marked by its CLIENT_INFO, on whatever instance: `ACTIVE` while it works; what it waits for tells whether it
 * works or wants to send. The other one sees its own instance only.
 */
export const SESSIONS_ANYWHERE = 'GV$SESSION';
export const SESSIONS_HERE = 'V$SESSION';

export function sessionState(view: typeof SESSIONS_ANYWHERE | typeof SESSIONS_HERE, clientInfo: string): Statement {
  return statement(`SELECT STATUS, STATE, EVENT FROM ${view} WHERE CLIENT_INFO = :marked`, { marked: clientInfo });
}
