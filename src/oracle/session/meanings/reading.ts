import { each, THICK, type Meaning, type Meanings } from './meaning';

/** The session is gone: a new one reads on at the same SCN. */
const LOST: Meaning = {
  code: 'SOURCE_UNREACHABLE',
  message: 'the connection to the legacy database was lost',
  hint: 'Check that the legacy database answers (`cutover check --connections`). If this was the first connection: a port that speaks TLS needs tcps://host:port/service in ORACLE_CONNECT_STRING.',
};
const failed = (message: string, hint: string): Meaning => ({ code: 'SOURCE_READ_FAILED', message, hint });
const quoting = (message: string, hint: string): Meaning => ({ ...failed(message, hint), quote: true });
const snapshotLost = (message: string, hint: string): Meaning => ({ code: 'SNAPSHOT_LOST', message, hint });

const GRANT = 'Ask for SELECT (and FLASHBACK) on it, and write the owner before the name: OWNER.TABLE.';
const PRIVILEGE =
  'Ask for SELECT and FLASHBACK on the mapped tables: `cutover check` names those that lack them, with the statements that grant them.';
const NEW_SNAPSHOT = '"cutover migrate --resume --new-snapshot" reads what is left at a new SCN.';
const UNDO = `Ask for a longer UNDO_RETENTION and a quieter hour. Rows of one moment need a new run ("cutover migrate --restart"); if two moments will do, ${NEW_SNAPSHOT}`;
const WHERE = 'Check the `where` of the mapping and --where against the table, and whether the table was altered.';
const DAMAGED_DATE = `Find the rows by \`select rowid, dump(COLUMN) from TABLE\`: stored bytes that are no date were written past the database's checks. Leave them out by \`where\` and start anew ("cutover migrate --restart"); or correct them: ${NEW_SNAPSHOT}`;
const REBUILT = `Let no DDL run during a migration. If the mapping still fits the table (\`cutover check\`): ${NEW_SNAPSHOT}`;
const MEMORY =
  'Go on with "cutover migrate --resume --lanes 1" at a quieter hour, or ask a DBA for more memory (PGA_AGGREGATE_LIMIT, SHARED_POOL_SIZE).';

/** Numbers of a session that was open. Those of a lost connection are as the driver itself sorts them, and its failover's. */
export const READING: Meanings = {
  ...each(
    LOST,
    ...['NJS-500', 'NJS-501', 'NJS-521', 'NJS-003', 'NJS-509', 'NJS-513', 'DPI-1010', 'DPI-1080'],
    ...['ORA-00022', 'ORA-00028', 'ORA-00603', 'ORA-00609', 'ORA-01012', 'ORA-01041', 'ORA-02396', 'ORA-02399'],
    ...['ORA-03113', 'ORA-03114', 'ORA-03122', 'ORA-03135', 'ORA-12153', 'ORA-12537', 'ORA-12547', 'ORA-12569'],
    ...['ORA-12570', 'ORA-12571', 'ORA-12583', 'ORA-12592'],
    ...['ORA-25401', 'ORA-25402', 'ORA-25403', 'ORA-25405', 'ORA-25408', 'ORA-25409'],
  ),

  'ORA-00942': quoting('a table or view is missing, or not granted', GRANT),
  'ORA-04043': quoting('an object is missing, or not granted', GRANT),
  'ORA-01031': failed('a privilege is missing', PRIVILEGE),
  'ORA-00904': quoting('a column or function is not known', WHERE),
  'ORA-00936': quoting('an expression is missing in a condition', WHERE),
  'ORA-00933': quoting('a condition ends in the wrong place', WHERE),
  'ORA-00907': quoting('a parenthesis is missing in a condition', WHERE),
  'ORA-00920': quoting('a condition has no comparison', WHERE),
  'ORA-03001': quoting('the database does not support the statement', WHERE),
  'ORA-00911': quoting('a condition holds a character that has no meaning there', WHERE),
  'ORA-01722': failed('text that is no number was compared with a number', WHERE),
  'ORA-06502': failed(
    'text is longer than 2000 bytes and cannot be fetched as bytes',
    'Read the column as text, or widen it by a view that yields BLOB.',
  ),
  'NJS-119': quoting(
    'a column has a type that cannot be read as text',
    'Leave it out of the mapping, or read it through a view.',
  ),
  'NJS-100': failed(
    'the driver does not read national text in the character set of this database in Thin mode',
    `Leave the NCHAR, NVARCHAR2 and NCLOB columns out of the mapping. Or: ${THICK}`,
  ),
  'NJS-123': {
    code: 'SOURCE_UNREACHABLE',
    message: 'a call to the database timed out',
    hint: 'Check that the legacy database answers (`cutover check --connections`), then run it again.',
  },
  ...each(failed('a date or time of a row cannot be written as text', DAMAGED_DATE), 'ORA-01877', 'ORA-01801'),
  'ORA-01652': quoting(
    'the temporary tablespace of the database is full',
    'Have a DBA enlarge the tablespace that the message names, or end the statements that fill it (V$TEMPSEG_USAGE).',
  ),
  ...each(failed('the database is out of memory', MEMORY), 'ORA-04030', 'ORA-04031', 'ORA-04036'),
  'ORA-01000': failed(
    'the session has as many open cursors as the database allows',
    'Ask a DBA for a higher OPEN_CURSORS (300 or more).',
  ),
  ...each(
    failed(
      'the profile of the user allows the session no more work',
      'Ask a DBA for a profile without limits on calls, CPU and idle time (ALTER USER … PROFILE …).',
    ),
    ...['ORA-02392', 'ORA-02393', 'ORA-02394', 'ORA-02395'],
  ),
  'ORA-01013': failed(
    'the statement was cancelled in the database',
    'Ask who cancelled it (a DBA or a resource plan).',
  ),
  ...each(
    quoting(
      'a part of the table cannot be read from its file',
      'Have a DBA recover the block or bring the file online: no retry helps.',
    ),
    ...['ORA-01578', 'ORA-00376', 'ORA-01110'],
  ),

  'ORA-01555': { ...snapshotLost('undo of the snapshot is overwritten', UNDO), remedy: 'smaller-pieces' },
  'ORA-22924': {
    ...snapshotLost(
      'undo of a LOB is overwritten',
      `${UNDO} LOBs keep undo of their own: RETENTION or PCTVERSION of the column.`,
    ),
    remedy: 'smaller-pieces',
  },
  // A new select gives a new locator; smaller pieces hold theirs for a shorter time.
  'ORA-22922': {
    ...failed(
      'a LOB is not there any more when it is read',
      'A resume ("cutover migrate --resume") selects its row anew. If the same chunk fails again, have a DBA check the LOBs of the table, or leave the row out by `where` and start anew ("cutover migrate --restart").',
    ),
    remedy: 'smaller-pieces',
  },
  'ORA-08180': snapshotLost('there is no snapshot for the SCN', UNDO),
  'ORA-08181': snapshotLost(
    'the SCN is not one of this database',
    `Check that the source is the same database. If it is, start anew with "cutover migrate --restart"; or ${NEW_SNAPSHOT}`,
  ),
  'ORA-08187': snapshotLost(
    'a flashback query is not possible here',
    'Read the base tables instead of views over V$ or remote tables.',
  ),
  'ORA-01466': failed('the table was altered after the SCN of the run was taken', REBUILT),
  ...each(failed('the table was dropped, truncated or moved while it was read', REBUILT), 'ORA-08103', 'ORA-01410'),
};
