import { viewFamily, type ViewDefinition } from './view-definition';

const RELATION = `JOIN pg_namespace n ON n.nspname = o.owner JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = o.name`;
const BYTES = 'pg_relation_size(c.oid)';

const DATA_TYPE = `CASE WHEN k.type LIKE 'TIMESTAMP%' THEN 'TIMESTAMP(' || k.scale || ')' || substr(k.type, 10)
  WHEN k.type = 'INTERVAL YEAR TO MONTH' THEN 'INTERVAL YEAR(' || k.precision || ') TO MONTH'
  WHEN k.type = 'INTERVAL DAY TO SECOND' THEN 'INTERVAL DAY(' || k.precision || ') TO SECOND(' || k.scale || ')' ELSE k.type END`.replaceAll(
  '\n',
  ' ',
);

const DATA_LENGTH = `CASE WHEN k.type IN ('NCHAR', 'NVARCHAR2') THEN k.length * 2
  WHEN k.type IN ('CHAR', 'VARCHAR2') THEN CASE WHEN k.char_used = 'C' AND (SELECT value FROM "SYS".setting WHERE name = 'NLS_CHARACTERSET') = 'AL32UTF8'
  THEN least(k.length * 4, 4000) ELSE k.length END
  WHEN k.type = 'RAW' THEN k.length WHEN k.type IN ('NUMBER', 'FLOAT') THEN 22 WHEN k.type = 'DATE' THEN 7
  WHEN k.type LIKE '%TIME ZONE' AND k.type NOT LIKE '%LOCAL%' THEN 13 WHEN k.type LIKE 'TIMESTAMP%' OR k.type LIKE 'INTERVAL DAY%' THEN 11
  WHEN k.type LIKE 'INTERVAL YEAR%' THEN 5 WHEN k.type = 'BINARY_FLOAT' THEN 4 WHEN k.type = 'BINARY_DOUBLE' THEN 8
  WHEN k.type LIKE 'LONG%' THEN 0 ELSE 4000 END`.replaceAll('\n', ' ');

const COLUMNS_HEAD = `
OWNER | NAME | k.owner
TABLE_NAME | NAME | k.table_name
COLUMN_NAME | NAME | k.name
DATA_TYPE | VARCHAR2(106) | ${DATA_TYPE}
DATA_TYPE_MOD | VARCHAR2(3) | NULL
DATA_TYPE_OWNER | VARCHAR2(30) | NULL
DATA_LENGTH | NUMBER | ${DATA_LENGTH}
DATA_PRECISION | NUMBER | k.precision
DATA_SCALE | NUMBER | k.scale
NULLABLE | VARCHAR2(1) | CASE WHEN k.nullable THEN 'Y' ELSE 'N' END
COLUMN_ID | NUMBER | k.id
DEFAULT_LENGTH | NUMBER | length(k.data_default)
DATA_DEFAULT | LONG | k.data_default
NUM_DISTINCT | NUMBER | NULL
DENSITY | NUMBER | NULL
NUM_NULLS | NUMBER | NULL
NUM_BUCKETS | NUMBER | NULL
LAST_ANALYZED | DATE | o.last_analyzed
SAMPLE_SIZE | NUMBER | NULL
CHARACTER_SET_NAME | VARCHAR2(44) | CASE WHEN k.type IN ('NCHAR', 'NVARCHAR2', 'NCLOB') THEN 'NCHAR_CS' WHEN k.type IN ('CHAR', 'VARCHAR2', 'CLOB') THEN 'CHAR_CS' END
CHAR_COL_DECL_LENGTH | NUMBER | CASE WHEN k.type ~ 'CHAR' THEN k.length END
GLOBAL_STATS | VARCHAR2(3) | 'NO'
USER_STATS | VARCHAR2(3) | 'NO'
AVG_COL_LEN | NUMBER | NULL
CHAR_LENGTH | NUMBER | CASE WHEN k.type ~ 'CHAR' THEN k.length ELSE 0 END
CHAR_USED | VARCHAR2(1) | CASE WHEN k.type ~ 'CHAR' THEN k.char_used END
V80_FMT_IMAGE | VARCHAR2(3) | 'NO'
DATA_UPGRADED | VARCHAR2(3) | 'YES'`;

const HIDDEN = `
HIDDEN_COLUMN | VARCHAR2(3) | 'NO'
VIRTUAL_COLUMN | VARCHAR2(3) | 'NO'
SEGMENT_COLUMN_ID | NUMBER | k.id
INTERNAL_COLUMN_ID | NUMBER | k.id`;

const COLUMNS_TAIL = `
HISTOGRAM | VARCHAR2(15) | 'NONE'
DEFAULT_ON_NULL | 12+ VARCHAR2(3) | 'NO'
IDENTITY_COLUMN | 12+ VARCHAR2(3) | 'NO'`;

const COLUMNS_FROM = `FROM "SYS".stored_column k JOIN "SYS".object o ON o.owner = k.owner AND o.name = k.table_name AND o.type IN ('TABLE', 'VIEW') WHERE true`;
const COLUMN_KEY = { owner: 'k.owner', object: 'k.table_name', from: COLUMNS_FROM };

/** What a table is made as that no DDL of the stand-in makes: nested, dropped, a segment of an index-organised table, of a domain index. */
const is = (trait: string): string =>
  `EXISTS (SELECT FROM "SYS".table_trait t WHERE t.owner = o.owner AND t.name = o.name AND t.trait = '${trait}')`;

const TABLES = viewFamily({
  name: 'TABLES',
  owner: 'o.owner',
  object: 'o.name',
  from: `FROM "SYS".object o ${RELATION} WHERE o.type = 'TABLE'`,
  columns: `
OWNER | NAME | o.owner
TABLE_NAME | NAME | o.name
TABLESPACE_NAME | VARCHAR2(30) | CASE WHEN NOT o.temporary AND NOT o.index_organised THEN 'USERS' END
CLUSTER_NAME | NAME | NULL
IOT_NAME | NAME | NULL
STATUS | VARCHAR2(8) | 'VALID'
PCT_FREE | NUMBER | 10
LOGGING | VARCHAR2(3) | 'YES'
BACKED_UP | VARCHAR2(1) | 'N'
NUM_ROWS | NUMBER | o.num_rows
BLOCKS | NUMBER | o.blocks
EMPTY_BLOCKS | NUMBER | CASE WHEN o.blocks IS NOT NULL THEN 0 END
AVG_SPACE | NUMBER | CASE WHEN o.blocks IS NOT NULL THEN 0 END
CHAIN_CNT | NUMBER | CASE WHEN o.blocks IS NOT NULL THEN 0 END
AVG_ROW_LEN | NUMBER | o.avg_row_len
DEGREE | VARCHAR2(40) | '         1'
INSTANCES | VARCHAR2(40) | '         1'
CACHE | VARCHAR2(20) | '    N'
TABLE_LOCK | VARCHAR2(8) | 'ENABLED'
SAMPLE_SIZE | NUMBER | o.num_rows
LAST_ANALYZED | DATE | o.last_analyzed
PARTITIONED | VARCHAR2(3) | 'NO'
IOT_TYPE | VARCHAR2(12) | CASE WHEN ${is('overflow')} THEN 'IOT_OVERFLOW' WHEN ${is('mapping')} THEN 'IOT_MAPPING' WHEN o.index_organised THEN 'IOT' END
TEMPORARY | VARCHAR2(1) | CASE WHEN o.temporary THEN 'Y' ELSE 'N' END
SECONDARY | VARCHAR2(1) | CASE WHEN ${is('secondary')} THEN 'Y' ELSE 'N' END
NESTED | VARCHAR2(3) | CASE WHEN ${is('nested')} THEN 'YES' ELSE 'NO' END
BUFFER_POOL | VARCHAR2(7) | 'DEFAULT'
ROW_MOVEMENT | VARCHAR2(8) | 'DISABLED'
GLOBAL_STATS | VARCHAR2(3) | CASE WHEN o.num_rows IS NULL THEN 'NO' ELSE 'YES' END
USER_STATS | VARCHAR2(3) | 'NO'
DURATION | VARCHAR2(15) | NULL
MONITORING | VARCHAR2(3) | 'YES'
DEPENDENCIES | VARCHAR2(8) | 'DISABLED'
COMPRESSION | VARCHAR2(8) | 'DISABLED'
COMPRESS_FOR | VARCHAR2(12) | NULL
DROPPED | VARCHAR2(3) | CASE WHEN ${is('dropped')} THEN 'YES' ELSE 'NO' END
READ_ONLY | VARCHAR2(3) | 'NO'
SEGMENT_CREATED | VARCHAR2(3) | CASE WHEN ${BYTES} > 0 THEN 'YES' ELSE 'NO' END
RESULT_CACHE | VARCHAR2(7) | 'DEFAULT'
EXTERNAL | 12+ VARCHAR2(3) | CASE WHEN ${is('external')} THEN 'YES' ELSE 'NO' END
HAS_IDENTITY | 12+ VARCHAR2(3) | 'NO'`,
});

const SEGMENTS = viewFamily({
  name: 'SEGMENTS',
  owner: 'o.owner',
  kinds: ['USER', 'DBA'],
  onlyDba: ['HEADER_FILE', 'HEADER_BLOCK', 'RELATIVE_FNO'],
  from: `FROM "SYS".object o ${RELATION} WHERE o.type IN ('TABLE', 'INDEX') AND NOT o.temporary AND ${BYTES} > 0`,
  columns: `
OWNER | NAME | o.owner
SEGMENT_NAME | VARCHAR2(81) | o.name
PARTITION_NAME | NAME | NULL
SEGMENT_TYPE | VARCHAR2(18) | o.type
SEGMENT_SUBTYPE | VARCHAR2(10) | 'ASSM'
TABLESPACE_NAME | VARCHAR2(30) | 'USERS'
HEADER_FILE | NUMBER | 1
HEADER_BLOCK | NUMBER | 0
BYTES | NUMBER | ceil(${BYTES} / 1048576.0) * 1048576
BLOCKS | NUMBER | ceil(${BYTES} / 1048576.0) * 128
EXTENTS | NUMBER | ceil(${BYTES} / 1048576.0)
INITIAL_EXTENT | NUMBER | 1048576
NEXT_EXTENT | NUMBER | 1048576
RELATIVE_FNO | NUMBER | 1`,
});

const EXTENTS = viewFamily({
  name: 'EXTENTS',
  owner: 'o.owner',
  kinds: ['USER', 'DBA'],
  onlyDba: ['FILE_ID', 'BLOCK_ID', 'RELATIVE_FNO'],
  from: `FROM "SYS".object o ${RELATION} CROSS JOIN LATERAL generate_series(0, ceil(${BYTES} / 1048576.0)::int - 1) e(id)
 WHERE o.type IN ('TABLE', 'INDEX') AND NOT o.temporary`,
  columns: `
OWNER | NAME | o.owner
SEGMENT_NAME | VARCHAR2(81) | o.name
PARTITION_NAME | NAME | NULL
SEGMENT_TYPE | VARCHAR2(18) | o.type
TABLESPACE_NAME | VARCHAR2(30) | 'USERS'
EXTENT_ID | NUMBER | e.id
FILE_ID | NUMBER | 1
BLOCK_ID | NUMBER | e.id * 128
BYTES | NUMBER | 1048576
BLOCKS | NUMBER | 128
RELATIVE_FNO | NUMBER | 1`,
});

const LOBS = viewFamily({
  name: 'LOBS',
  ...COLUMN_KEY,
  from: `${COLUMNS_FROM} AND o.type = 'TABLE' AND k.type IN ('CLOB', 'NCLOB', 'BLOB')`,
  columns: `
OWNER | NAME | k.owner
TABLE_NAME | NAME | k.table_name
COLUMN_NAME | VARCHAR2(4000) | k.name
SEGMENT_NAME | NAME | 'SYS_LOB_' || k.table_name || '_' || k.id
TABLESPACE_NAME | VARCHAR2(30) | 'USERS'
INDEX_NAME | NAME | 'SYS_IL_' || k.table_name || '_' || k.id
CHUNK | NUMBER | 8192
PCTVERSION | NUMBER | NULL
RETENTION | NUMBER | 900
IN_ROW | VARCHAR2(3) | 'YES'
PARTITIONED | VARCHAR2(3) | 'NO'
SECUREFILE | VARCHAR2(3) | 'NO'`,
});

const COMMENTS = `LEFT JOIN "SYS".stored_comment m ON m.owner = o.owner AND m.table_name = o.name`;

const TAB_COMMENTS = viewFamily({
  name: 'TAB_COMMENTS',
  owner: 'o.owner',
  object: 'o.name',
  from: `FROM "SYS".object o ${COMMENTS} AND m.column_name = '' WHERE o.type IN ('TABLE', 'VIEW')`,
  columns: `
OWNER | NAME | o.owner
TABLE_NAME | NAME | o.name
TABLE_TYPE | VARCHAR2(11) | o.type
COMMENTS | VARCHAR2(4000) | m.comments`,
});

const COL_COMMENTS = viewFamily({
  name: 'COL_COMMENTS',
  ...COLUMN_KEY,
  from: COLUMNS_FROM.replace('WHERE', `${COMMENTS} AND m.column_name = k.name WHERE`),
  columns: `
OWNER | NAME | k.owner
TABLE_NAME | NAME | k.table_name
COLUMN_NAME | NAME | k.name
COMMENTS | VARCHAR2(4000) | m.comments`,
});

/** Tables, their columns, what they occupy, their comments. ALL_SEGMENTS and ALL_EXTENTS do not exist in Oracle either. */
export const TABLE_VIEWS: readonly ViewDefinition[] = [
  ...TABLES,
  ...viewFamily({ name: 'TAB_COLUMNS', ...COLUMN_KEY, columns: COLUMNS_HEAD + COLUMNS_TAIL }),
  ...viewFamily({
    name: 'TAB_COLS',
    ...COLUMN_KEY,
    columns: `${COLUMNS_HEAD}${HIDDEN}${COLUMNS_TAIL}\nUSER_GENERATED | 12+ VARCHAR2(3) | 'YES'`,
  }),
  ...SEGMENTS,
  ...EXTENTS,
  ...LOBS,
  ...TAB_COMMENTS,
  ...COL_COMMENTS,
];
