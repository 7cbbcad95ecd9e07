import { statement, type Statement } from './statement';
import { MOMENT_FORMATS } from './session-statements';

/** Answers one row where the dictionary view behind ROWID chunks may be read. */
export const EXTENTS_VISIBLE: Statement = statement('SELECT COUNT(*) FROM DBA_EXTENTS WHERE ROWNUM <= 1');

/** Seconds that undo is meant to be kept. */
export const UNDO_RETENTION: Statement = statement("SELECT VALUE FROM V$PARAMETER WHERE NAME = 'undo_retention'");

/** Seconds that undo is kept in fact, at its lowest in the recorded days. */
export const TUNED_UNDO_RETENTION: Statement = statement('SELECT MIN(TUNED_UNDORETENTION) FROM V$UNDOSTAT');

/** Those system privileges of the session that matter to a reader. */
export const READER_PRIVILEGES: Statement = statement(
  "SELECT PRIVILEGE FROM SESSION_PRIVS WHERE PRIVILEGE IN ('FLASHBACK ANY TABLE', 'EXEMPT ACCESS POLICY')",
);

/** Tables whose rows a policy filters silently for SELECT. */
export const ROW_POLICIES: Statement = statement(
  "SELECT OBJECT_OWNER, OBJECT_NAME FROM ALL_POLICIES WHERE SEL = 'YES' AND ENABLE = 'YES' ORDER BY OBJECT_OWNER, OBJECT_NAME",
);

/** One case of the type zoo: an Oracle expression and what the session must deliver for it. */
export interface ZooCase {
  readonly name: string;
  readonly expression: string;
  /** Plain decimal digits for numbers, upper-case hex for bytes. */
  readonly expected: string;
  readonly as: 'number' | 'text' | 'bytes';
}

const moment = (text: string): string => {
  const format = MOMENT_FORMATS.date;
  return `TO_CHAR(TO_DATE('${text}', '${format}'), '${format}')`;
};

const NINES = '9'.repeat(38);

/** Extreme values of each type that a query over DUAL can make; the driver, the session and the server all have a part in them. */
export const TYPE_ZOO: readonly ZooCase[] = [
  { name: 'NUMBER with 38 digits', expression: `TO_NUMBER('${NINES}')`, expected: NINES, as: 'number' },
  { name: 'NUMBER 1E-130', expression: "TO_NUMBER('1E-130')", expected: `0.${'0'.repeat(129)}1`, as: 'number' },
  { name: 'NUMBER 9.99E125', expression: "TO_NUMBER('9.99E125')", expected: `999${'0'.repeat(123)}`, as: 'number' },
  { name: 'NUMBER -0.5', expression: "TO_NUMBER('-0.5')", expected: '-0.5', as: 'number' },
  { name: 'DATE in 4712 BC', expression: moment('-4712-01-01 00:00:00'), expected: '-4712-01-01 00:00:00', as: 'text' },
  { name: 'DATE in year 1', expression: moment('0001-01-01 00:00:00'), expected: ' 0001-01-01 00:00:00', as: 'text' },
  {
    name: 'DATE in year 9999',
    expression: moment('9999-12-31 23:59:59'),
    expected: ' 9999-12-31 23:59:59',
    as: 'text',
  },
  { name: 'CHAR padding', expression: "CAST('ab' AS CHAR(5))", expected: 'ab   ', as: 'text' },
  { name: 'length of CHAR', expression: "TO_CHAR(LENGTH(CAST('ab' AS CHAR(5))))", expected: '5', as: 'text' },
  { name: 'empty text is NULL', expression: "NVL('', 'null')", expected: 'null', as: 'text' },
  { name: 'RAW bytes', expression: "HEXTORAW('00FF10')", expected: '00FF10', as: 'bytes' },
  { name: 'bytes of text', expression: "UTL_RAW.CAST_TO_RAW('aZ')", expected: '615A', as: 'bytes' },
];

/** All cases in one row. */
export const TYPE_ZOO_QUERY: Statement = statement(
  `SELECT ${TYPE_ZOO.map(({ expression }) => expression).join(', ')} FROM DUAL`,
);
