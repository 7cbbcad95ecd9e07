import { viewColumns, viewFamily, type ViewDefinition } from './view-definition';

const withTrait = (trait: string): string =>
  `FROM "SYS".table_trait t WHERE t.trait = '${trait}' AND "SYS".visible(t.owner, t.name)`;

const OBJECT_OID = `coalesce((SELECT c.oid::int8::numeric FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = o.owner AND c.relname = o.name), 0)`;

const OBJECTS = viewFamily({
  name: 'OBJECTS',
  owner: 'o.owner',
  object: `CASE WHEN o.type = 'INDEX' THEN (SELECT i.table_name FROM "SYS".stored_index i WHERE i.owner = o.owner AND i.name = o.name) ELSE o.name END`,
  from: `FROM "SYS".object o WHERE true`,
  columns: `
OWNER | NAME | o.owner
OBJECT_NAME | VARCHAR2(128) | o.name
SUBOBJECT_NAME | NAME | NULL
OBJECT_ID | NUMBER | ${OBJECT_OID}
DATA_OBJECT_ID | NUMBER | CASE WHEN o.type IN ('TABLE', 'INDEX') THEN ${OBJECT_OID} END
OBJECT_TYPE | VARCHAR2(19) | o.type
CREATED | DATE | o.created
LAST_DDL_TIME | DATE | o.last_ddl_time
TIMESTAMP | VARCHAR2(19) | to_char(o.last_ddl_time, 'YYYY-MM-DD:HH24:MI:SS')
STATUS | VARCHAR2(7) | 'VALID'
TEMPORARY | VARCHAR2(1) | CASE WHEN o.temporary THEN 'Y' ELSE 'N' END
GENERATED | VARCHAR2(1) | CASE WHEN o.name LIKE 'SYS\\_C%' THEN 'Y' ELSE 'N' END
SECONDARY | VARCHAR2(1) | 'N'
NAMESPACE | NUMBER | CASE WHEN o.type = 'INDEX' THEN 4 ELSE 1 END
EDITION_NAME | NAME | NULL
ORACLE_MAINTAINED | 12+ VARCHAR2(1) | 'N'`,
});

const VIEWS = viewFamily({
  name: 'VIEWS',
  owner: 'v.owner',
  object: 'v.name',
  from: `FROM "SYS".view_text v WHERE true`,
  columns: `
OWNER | NAME | v.owner
VIEW_NAME | NAME | v.name
TEXT_LENGTH | NUMBER | length(v.text)
TEXT | LONG | v.text
TEXT_VC | 12+ VARCHAR2(4000) | v.text
READ_ONLY | VARCHAR2(1) | 'N'`,
});

const SYNONYMS = viewFamily({
  name: 'SYNONYMS',
  owner: 's.owner',
  object: `CASE WHEN s.owner = 'PUBLIC' OR "SYS".visible(s.table_owner, s.table_name) THEN s.table_name END`,
  from: `FROM "SYS".synonym s WHERE true`,
  columns: `
OWNER | NAME | s.owner
SYNONYM_NAME | NAME | s.name
TABLE_OWNER | NAME | s.table_owner
TABLE_NAME | NAME | s.table_name
DB_LINK | VARCHAR2(128) | NULL`,
}).map((view) =>
  view.name === 'ALL_SYNONYMS'
    ? {
        ...view,
        from: `FROM "SYS".synonym s WHERE s.owner IN ("SYS".me(), 'PUBLIC') OR "SYS".visible(s.table_owner, s.table_name)`,
      }
    : view,
);

const SEQUENCES = viewFamily({
  name: 'SEQUENCES',
  owner: 's.owner',
  object: 's.name',
  from: `FROM "SYS".stored_sequence s JOIN pg_sequences p ON p.schemaname = s.owner AND p.sequencename = s.name WHERE true`,
  columns: `
SEQUENCE_OWNER | NAME | s.owner
SEQUENCE_NAME | NAME | s.name
MIN_VALUE | NUMBER | p.min_value
MAX_VALUE | NUMBER | p.max_value
INCREMENT_BY | NUMBER | p.increment_by
CYCLE_FLAG | VARCHAR2(1) | CASE WHEN p.cycle THEN 'Y' ELSE 'N' END
ORDER_FLAG | VARCHAR2(1) | CASE WHEN s.is_ordered THEN 'Y' ELSE 'N' END
CACHE_SIZE | NUMBER | CASE WHEN p.cache_size = 1 THEN 0 ELSE p.cache_size END
LAST_NUMBER | NUMBER | coalesce(p.last_value + p.increment_by, p.start_value)`,
}).map((view) => (view.name === 'USER_SEQUENCES' ? { ...view, columns: view.columns.slice(1) } : view));

const TAB_PRIVS = `
GRANTOR | NAME | g.grantor
GRANTEE | NAME | g.grantee
TABLE_SCHEMA | NAME | g.owner
TABLE_NAME | NAME | g.name
PRIVILEGE | VARCHAR2(40) | g.privilege
GRANTABLE | VARCHAR2(3) | CASE WHEN g.grantable THEN 'YES' ELSE 'NO' END
HIERARCHY | VARCHAR2(3) | 'NO'`;
const USER_TAB_PRIVS = TAB_PRIVS.replace('TABLE_SCHEMA', 'OWNER');

const MY_ROLES = `SELECT role FROM "SYS".granted_role WHERE grantee = "SYS".me()`;
const IS_ROLE = `(role = 'DBA' OR role LIKE '%\\_ROLE' OR role IN ('CONNECT', 'RESOURCE'))`;

function open(name: string, columns: string, from: string): ViewDefinition {
  return { name, restricted: false, columns: viewColumns(columns), from };
}

const USERS = `
USERNAME | NAME | a.username
USER_ID | NUMBER | a.user_id
CREATED | DATE | a.created
ORACLE_MAINTAINED | 12+ VARCHAR2(1) | 'N'`;

const GRANTS = `FROM "SYS".object_grant g WHERE`;

/** Objects other than tables, and who may do what. */
export const OBJECT_VIEWS: readonly ViewDefinition[] = [
  ...OBJECTS,
  ...VIEWS,
  ...SYNONYMS,
  ...SEQUENCES,
  open(
    'ALL_TAB_PRIVS',
    TAB_PRIVS,
    `${GRANTS} g.grantee IN ("SYS".me(), 'PUBLIC') OR g.grantor = "SYS".me() OR g.owner = "SYS".me() OR g.grantee IN (${MY_ROLES})`,
  ),
  open(
    'USER_TAB_PRIVS',
    USER_TAB_PRIVS,
    `${GRANTS} g.grantee = "SYS".me() OR g.grantor = "SYS".me() OR g.owner = "SYS".me()`,
  ),
  { ...open('DBA_TAB_PRIVS', USER_TAB_PRIVS, `${GRANTS} true`), restricted: true },
  open(
    'SESSION_PRIVS',
    'PRIVILEGE | VARCHAR2(40) | p.privilege',
    `FROM (SELECT 'CREATE SESSION' AS privilege UNION SELECT role FROM "SYS".granted_role WHERE grantee = "SYS".me() AND NOT ${IS_ROLE}) p`,
  ),
  open(
    'SESSION_ROLES',
    'ROLE | VARCHAR2(30) | role',
    `FROM "SYS".granted_role WHERE grantee = "SYS".me() AND ${IS_ROLE}`,
  ),
  open(
    'USER_SYS_PRIVS',
    `USERNAME | NAME | grantee\nPRIVILEGE | VARCHAR2(40) | role\nADMIN_OPTION | VARCHAR2(3) | 'NO'`,
    `FROM "SYS".granted_role WHERE grantee = "SYS".me() AND NOT ${IS_ROLE}`,
  ),
  open(
    'USER_ROLE_PRIVS',
    `USERNAME | NAME | grantee\nGRANTED_ROLE | NAME | role\nADMIN_OPTION | VARCHAR2(3) | 'NO'\nDEFAULT_ROLE | VARCHAR2(3) | 'YES'`,
    `FROM "SYS".granted_role WHERE grantee = "SYS".me() AND ${IS_ROLE}`,
  ),
  open('ALL_USERS', USERS, 'FROM "SYS".account a'),
  open(
    'USER_USERS',
    `${USERS}\nACCOUNT_STATUS | VARCHAR2(32) | 'OPEN'\nDEFAULT_TABLESPACE | VARCHAR2(30) | 'USERS'`,
    'FROM "SYS".account a WHERE a.username = "SYS".me()',
  ),
  {
    ...open('DBA_USERS', `${USERS}\nACCOUNT_STATUS | VARCHAR2(32) | 'OPEN'`, 'FROM "SYS".account a'),
    restricted: true,
  },
  open(
    'ALL_POLICIES',
    `OBJECT_OWNER | NAME | NULL\nOBJECT_NAME | NAME | NULL\nPOLICY_GROUP | NAME | NULL\nPOLICY_NAME | NAME | NULL\nENABLE | VARCHAR2(3) | NULL\nSEL | VARCHAR2(3) | NULL`,
    'WHERE false',
  ),
  // The container of a materialized view has its name, unless it was built on a table that was there.
  open(
    'ALL_MVIEWS',
    `OWNER | NAME | t.owner\nMVIEW_NAME | NAME | t.name\nCONTAINER_NAME | NAME | t.name`,
    withTrait('materialized'),
  ),
  open('ALL_EXTERNAL_TABLES', `OWNER | NAME | t.owner\nTABLE_NAME | NAME | t.name`, withTrait('external')),
  open(
    'ALL_TAB_PARTITIONS',
    `TABLE_OWNER | NAME | NULL\nTABLE_NAME | NAME | NULL\nPARTITION_NAME | NAME | NULL\nPARTITION_POSITION | NUMBER | NULL\nHIGH_VALUE | LONG | NULL\nNUM_ROWS | NUMBER | NULL`,
    'WHERE false',
  ),
  open(
    'USER_RECYCLEBIN',
    `OBJECT_NAME | NAME | NULL\nORIGINAL_NAME | VARCHAR2(32) | NULL\nTYPE | VARCHAR2(25) | NULL`,
    'WHERE false',
  ),
];
