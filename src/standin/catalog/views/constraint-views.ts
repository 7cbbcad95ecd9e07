import { viewFamily, type ViewDefinition } from './view-definition';

const CONSTRAINTS = viewFamily({
  name: 'CONSTRAINTS',
  owner: 's.owner',
  object: 's.table_name',
  from: `FROM "SYS".stored_constraint s WHERE true`,
  columns: `
OWNER | NAME | s.owner
CONSTRAINT_NAME | NAME | s.name
CONSTRAINT_TYPE | VARCHAR2(1) | s.type
TABLE_NAME | NAME | s.table_name
SEARCH_CONDITION | LONG | s.condition
R_OWNER | NAME | s.r_owner
R_CONSTRAINT_NAME | NAME | s.r_name
DELETE_RULE | VARCHAR2(9) | s.delete_rule
STATUS | VARCHAR2(8) | CASE WHEN s.enabled THEN 'ENABLED' ELSE 'DISABLED' END
DEFERRABLE | VARCHAR2(14) | CASE WHEN s.deferrable THEN 'DEFERRABLE' ELSE 'NOT DEFERRABLE' END
DEFERRED | VARCHAR2(9) | CASE WHEN s.deferred THEN 'DEFERRED' ELSE 'IMMEDIATE' END
VALIDATED | VARCHAR2(13) | CASE WHEN s.validated THEN 'VALIDATED' ELSE 'NOT VALIDATED' END
GENERATED | VARCHAR2(14) | CASE WHEN s.generated THEN 'GENERATED NAME' ELSE 'USER NAME' END
BAD | VARCHAR2(3) | NULL
RELY | VARCHAR2(4) | CASE WHEN s.rely THEN 'RELY' END
LAST_CHANGE | DATE | (SELECT o.last_ddl_time FROM "SYS".object o WHERE o.owner = s.owner AND o.name = s.table_name AND o.type = 'TABLE')
INDEX_OWNER | NAME | CASE WHEN s.type IN ('P', 'U') AND s.enabled THEN s.owner END
INDEX_NAME | NAME | CASE WHEN s.type IN ('P', 'U') AND s.enabled THEN s.name END
INVALID | VARCHAR2(7) | NULL
VIEW_RELATED | VARCHAR2(14) | NULL
SEARCH_CONDITION_VC | 12+ VARCHAR2(4000) | s.condition`,
});

const CONS_COLUMNS = viewFamily({
  name: 'CONS_COLUMNS',
  owner: 'k.owner',
  object: 'k.table_name',
  from: `FROM "SYS".constraint_column k WHERE true`,
  columns: `
OWNER | NAME | k.owner
CONSTRAINT_NAME | NAME | k.constraint_name
TABLE_NAME | NAME | k.table_name
COLUMN_NAME | VARCHAR2(4000) | k.name
POSITION | NUMBER | k.position`,
});

const INDEXES = viewFamily({
  name: 'INDEXES',
  owner: 'i.table_owner',
  object: 'i.table_name',
  from: `FROM "SYS".stored_index i WHERE true`,
  columns: `
OWNER | NAME | i.owner
INDEX_NAME | NAME | i.name
INDEX_TYPE | VARCHAR2(27) | CASE WHEN EXISTS (SELECT FROM "SYS".index_column k WHERE k.owner = i.owner AND k.index_name = i.name AND k.descending) THEN 'FUNCTION-BASED NORMAL' ELSE 'NORMAL' END
TABLE_OWNER | NAME | i.table_owner
TABLE_NAME | NAME | i.table_name
TABLE_TYPE | CHAR(5) | 'TABLE'
UNIQUENESS | VARCHAR2(9) | CASE WHEN i.is_unique THEN 'UNIQUE' ELSE 'NONUNIQUE' END
COMPRESSION | VARCHAR2(8) | 'DISABLED'
PREFIX_LENGTH | NUMBER | NULL
TABLESPACE_NAME | VARCHAR2(30) | 'USERS'
LOGGING | VARCHAR2(3) | 'YES'
BLEVEL | NUMBER | NULL
LEAF_BLOCKS | NUMBER | NULL
DISTINCT_KEYS | NUMBER | NULL
CLUSTERING_FACTOR | NUMBER | NULL
STATUS | VARCHAR2(8) | 'VALID'
NUM_ROWS | NUMBER | NULL
SAMPLE_SIZE | NUMBER | NULL
LAST_ANALYZED | DATE | NULL
DEGREE | VARCHAR2(40) | '1'
PARTITIONED | VARCHAR2(3) | 'NO'
TEMPORARY | VARCHAR2(1) | 'N'
GENERATED | VARCHAR2(1) | CASE WHEN i.generated THEN 'Y' ELSE 'N' END
SECONDARY | VARCHAR2(1) | 'N'
FUNCIDX_STATUS | VARCHAR2(8) | NULL
JOIN_INDEX | VARCHAR2(3) | 'NO'
DROPPED | VARCHAR2(3) | 'NO'
VISIBILITY | VARCHAR2(9) | 'VISIBLE'`,
});

const IND_COLUMNS = viewFamily({
  name: 'IND_COLUMNS',
  owner: 'k.table_owner',
  object: 'k.table_name',
  from: `FROM "SYS".index_column k WHERE true`,
  columns: `
INDEX_OWNER | NAME | k.owner
INDEX_NAME | NAME | k.index_name
TABLE_OWNER | NAME | k.table_owner
TABLE_NAME | NAME | k.table_name
COLUMN_NAME | VARCHAR2(4000) | k.name
COLUMN_POSITION | NUMBER | k.position
COLUMN_LENGTH | NUMBER | (SELECT coalesce(s.length, 22) FROM "SYS".stored_column s WHERE s.owner = k.table_owner AND s.table_name = k.table_name AND s.name = k.name)
CHAR_LENGTH | NUMBER | (SELECT CASE WHEN s.type ~ 'CHAR' THEN s.length ELSE 0 END FROM "SYS".stored_column s WHERE s.owner = k.table_owner AND s.table_name = k.table_name AND s.name = k.name)
DESCEND | VARCHAR2(4) | CASE WHEN k.descending THEN 'DESC' ELSE 'ASC' END`,
});

const EMPTY = 'WHERE false';

const IND_EXPRESSIONS = viewFamily({
  name: 'IND_EXPRESSIONS',
  owner: `''`,
  from: EMPTY,
  columns: `
INDEX_OWNER | NAME | NULL
INDEX_NAME | NAME | NULL
TABLE_OWNER | NAME | NULL
TABLE_NAME | NAME | NULL
COLUMN_EXPRESSION | LONG | NULL
COLUMN_POSITION | NUMBER | NULL`,
});

const TRIGGERS = viewFamily({
  name: 'TRIGGERS',
  owner: `''`,
  from: EMPTY,
  columns: `
OWNER | NAME | NULL
TRIGGER_NAME | NAME | NULL
TRIGGER_TYPE | VARCHAR2(16) | NULL
TRIGGERING_EVENT | VARCHAR2(227) | NULL
TABLE_OWNER | NAME | NULL
BASE_OBJECT_TYPE | VARCHAR2(16) | NULL
TABLE_NAME | NAME | NULL
COLUMN_NAME | VARCHAR2(4000) | NULL
WHEN_CLAUSE | VARCHAR2(4000) | NULL
STATUS | VARCHAR2(8) | NULL
DESCRIPTION | VARCHAR2(4000) | NULL
TRIGGER_BODY | LONG | NULL`,
});

/** The owner column of an index view is not the table's, so USER_ views show it as Oracle does: not at all. */
function withoutOwner(views: readonly ViewDefinition[], name: string): readonly ViewDefinition[] {
  return views.map((view) =>
    view.name.startsWith('USER_')
      ? { ...view, columns: view.columns.filter((column) => column.name !== name && column.name !== 'TABLE_OWNER') }
      : view,
  );
}

/** Constraints and indexes. */
export const CONSTRAINT_VIEWS: readonly ViewDefinition[] = [
  ...CONSTRAINTS,
  ...CONS_COLUMNS,
  ...INDEXES,
  ...withoutOwner(IND_COLUMNS, 'INDEX_OWNER'),
  ...withoutOwner(IND_EXPRESSIONS, 'INDEX_OWNER'),
  ...TRIGGERS,
];
