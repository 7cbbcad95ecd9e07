import { statement, type ResolvedName, type Statement } from './statement';

const named = ({ owner, name }: ResolvedName): Statement['binds'] => ({ owner, name });

/** OBJECT_TYPE and DATA_OBJECT_ID of the table or view with exactly this name. */
export function findObject(name: ResolvedName): Statement {
  return statement(
    `SELECT OBJECT_TYPE, DATA_OBJECT_ID FROM ALL_OBJECTS WHERE OWNER = :owner AND OBJECT_NAME = :name` +
      ` AND OBJECT_TYPE IN ('TABLE', 'VIEW')`,
    named(name),
  );
}

/** What a synonym stands for; `owner` PUBLIC for public ones. */
export function findSynonym(name: ResolvedName): Statement {
  return statement(
    'SELECT TABLE_OWNER, TABLE_NAME, DB_LINK FROM ALL_SYNONYMS WHERE OWNER = :owner AND SYNONYM_NAME = :name',
    named(name),
  );
}

/** The visible columns in order. */
export function listColumns(name: ResolvedName): Statement {
  return statement(
    `SELECT COLUMN_NAME, DATA_TYPE, DATA_LENGTH, CHAR_LENGTH, DATA_PRECISION, DATA_SCALE, NULLABLE FROM ALL_TAB_COLS` +
      ` WHERE OWNER = :owner AND TABLE_NAME = :name AND HIDDEN_COLUMN = 'NO' ORDER BY COLUMN_ID`,
    named(name),
  );
}

/** Columns of the primary key in order. */
export function listPrimaryKey(name: ResolvedName): Statement {
  return statement(
    `SELECT CC.COLUMN_NAME FROM ALL_CONSTRAINTS C JOIN ALL_CONS_COLUMNS CC` +
      ` ON CC.OWNER = C.OWNER AND CC.CONSTRAINT_NAME = C.CONSTRAINT_NAME` +
      ` WHERE C.OWNER = :owner AND C.TABLE_NAME = :name AND C.CONSTRAINT_TYPE = 'P' ORDER BY CC.POSITION`,
    named(name),
  );
}

/** Estimates, and what decides whether a table can be cut by ROWID. */
export function findStorage(name: ResolvedName): Statement {
  return statement(
    `SELECT NUM_ROWS, AVG_ROW_LEN, IOT_TYPE, CLUSTER_NAME, PARTITIONED FROM ALL_TABLES` +
      ` WHERE OWNER = :owner AND TABLE_NAME = :name`,
    named(name),
  );
}

/** Where a heap table lies. ALL_EXTENTS does not exist, and USER_EXTENTS has no block addresses: it needs dictionary rights. */
export function listExtents(name: ResolvedName): Statement {
  return statement(
    `SELECT RELATIVE_FNO, BLOCK_ID, BLOCKS FROM DBA_EXTENTS WHERE OWNER = :owner AND SEGMENT_NAME = :name` +
      ` AND SEGMENT_TYPE = 'TABLE' ORDER BY RELATIVE_FNO, BLOCK_ID`,
    named(name),
  );
}
