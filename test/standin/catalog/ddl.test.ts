import { testOracle, type TestOracle } from '../../support/oracle-dialect';

let oracle: TestOracle;

beforeEach(async () => {
  oracle = await testOracle();
});
afterEach(() => oracle.close());

const EVERY_TYPE = `CREATE TABLE every_type (
  c1 VARCHAR2(10), c2 VARCHAR2(10 CHAR), c3 NVARCHAR2(10), c4 CHAR(5), c5 NCHAR(5), c6 NUMBER, c7 NUMBER(10), c8 NUMBER(10,2), c9 NUMBER(5,-2),
  c10 NUMBER(*,0), c11 INTEGER, c12 FLOAT(63), c13 LONG, c14 DATE, c15 TIMESTAMP, c16 TIMESTAMP(9), c17 TIMESTAMP(3) WITH TIME ZONE,
  c18 TIMESTAMP WITH LOCAL TIME ZONE, c19 INTERVAL YEAR(4) TO MONTH, c20 INTERVAL DAY(3) TO SECOND(2), c21 RAW(16), c22 BINARY_FLOAT,
  c23 BINARY_DOUBLE, c24 CLOB, c25 NCLOB, c26 BLOB, c27 ROWID) TABLESPACE users PCTFREE 5 STORAGE (INITIAL 64K) NOLOGGING`;

test('columns of every type are shown as Oracle shows them', async () => {
  await oracle.run(EVERY_TYPE);
  const rows = await oracle.run(
    `select data_type, data_length, data_precision, data_scale, char_length, char_used from user_tab_cols where table_name = 'EVERY_TYPE' order by column_id`,
  );
  expect(rows.slice(0, 12)).toEqual([
    ['VARCHAR2', '10', null, null, '10', 'B'],
    ['VARCHAR2', '10', null, null, '10', 'C'],
    ['NVARCHAR2', '20', null, null, '10', 'C'],
    ['CHAR', '5', null, null, '5', 'B'],
    ['NCHAR', '10', null, null, '5', 'C'],
    ['NUMBER', '22', null, null, '0', null],
    ['NUMBER', '22', '10', '0', '0', null],
    ['NUMBER', '22', '10', '2', '0', null],
    ['NUMBER', '22', '5', '-2', '0', null],
    ['NUMBER', '22', null, '0', '0', null],
    ['NUMBER', '22', null, '0', '0', null],
    ['FLOAT', '22', '63', null, '0', null],
  ]);
  expect(rows.map((row) => row[0])).toEqual(
    expect.arrayContaining([
      'TIMESTAMP(6)',
      'TIMESTAMP(3) WITH TIME ZONE',
      'TIMESTAMP(6) WITH LOCAL TIME ZONE',
      'INTERVAL DAY(3) TO SECOND(2)',
      'LONG',
    ]),
  );
});

test('the type of a result column is found by table oid and column number', async () => {
  await oracle.run('CREATE TABLE t (id NUMBER(9) NOT NULL, note VARCHAR2(20 CHAR))');
  const { rows } = await oracle.client.query<{ oid: number }>(
    `SELECT '"ABIS"."T"'::regclass::oid::int8::float8 AS oid`,
  );
  const oid = rows[0]!.oid;
  expect(oracle.dialect.columnOf(oid, 1)).toMatchObject({
    name: 'ID',
    type: 'NUMBER',
    precision: 9,
    scale: 0,
    nullable: false,
  });
  expect(oracle.dialect.columnOf(oid, 2)).toMatchObject({
    name: 'NOTE',
    type: 'VARCHAR2',
    length: 20,
    charUsed: 'C',
    nullable: true,
  });
  expect(oracle.dialect.columnOf(oid, 3)).toBeUndefined();
});

async function parentAndChild(): Promise<void> {
  await oracle.run(
    `CREATE TABLE parent (id NUMBER(4) CONSTRAINT pk_parent PRIMARY KEY, name VARCHAR2(5) NOT NULL, a NUMBER, b NUMBER, CONSTRAINT uq_parent UNIQUE (a, b), CONSTRAINT ck_parent CHECK (a > 0))`,
  );
  await oracle.run(
    'CREATE TABLE child (id NUMBER, parent_id NUMBER(4) CONSTRAINT fk_child REFERENCES parent ON DELETE CASCADE)',
  );
  await oracle.run(`insert into parent values (1, 'one', 1, null)`);
}

test.each([
  [`insert into parent values (1, 'x', 2, 2)`, 'ORA-00001: unique constraint (ABIS.PK_PARENT) violated'],
  [`insert into parent values (2, 'x', 1, null)`, 'ORA-00001: unique constraint (ABIS.UQ_PARENT) violated'],
  [`insert into parent (id) values (2)`, 'ORA-01400: cannot insert NULL into ("ABIS"."PARENT"."NAME")'],
  [`update parent set name = ''`, 'ORA-01407: cannot update ("ABIS"."PARENT"."NAME") to NULL'],
  [
    `insert into parent values (2, 'too long', 1, 1)`,
    'ORA-12899: value too large for column "ABIS"."PARENT"."NAME" (actual: 8, maximum: 5)',
  ],
  [
    `insert into parent values (12345, 'x', 1, 1)`,
    'ORA-01438: value larger than specified precision allowed for this column',
  ],
  [`insert into parent values (2, 'x', -1, 1)`, 'ORA-02290: check constraint (ABIS.CK_PARENT) violated'],
  [`insert into parent values ('x', 'x', 1, 1)`, 'ORA-01722: invalid number'],
  [
    `insert into child values (1, 77)`,
    'ORA-02291: integrity constraint (ABIS.FK_CHILD) violated - parent key not found',
  ],
  [`create table parent (id number)`, 'ORA-00955: name is already used by an existing object'],
])('%s raises %s', async (sql, message) => {
  await parentAndChild();
  await expect(oracle.run(sql)).rejects.toThrow(message);
});

test('rows of all-NULL unique keys are no duplicates', async () => {
  await parentAndChild();
  await oracle.run(`insert into parent values (2, 'x', null, null)`);
  await oracle.run(`insert into parent values (3, 'x', null, null)`);
  expect(await oracle.run('select count(*) from parent')).toEqual([['3']]);
});

test('a disabled foreign key is in the dictionary and lets orphans in', async () => {
  await parentAndChild();
  await oracle.run('ALTER TABLE child ADD CONSTRAINT fk_two FOREIGN KEY (id) REFERENCES parent (id) DISABLE');
  await oracle.run('insert into child values (99, 1)');
  const rows = await oracle.run(
    `select constraint_name, status, validated, delete_rule, r_constraint_name from user_constraints where table_name = 'CHILD' order by 1`,
  );
  expect(rows).toEqual([
    ['FK_CHILD', 'ENABLED', 'VALIDATED', 'CASCADE', 'PK_PARENT'],
    ['FK_TWO', 'DISABLED', 'NOT VALIDATED', 'NO ACTION', 'PK_PARENT'],
  ]);
});

test('NOT NULL is also a check constraint with a generated name', async () => {
  await parentAndChild();
  const rows = await oracle.run(
    `select constraint_name, generated, search_condition from user_constraints where constraint_type = 'C' and table_name = 'PARENT' order by 1 desc`,
  );
  expect(rows).toEqual([
    [expect.stringMatching(/^SYS_C00\d{5}$/), 'GENERATED NAME', '"NAME" IS NOT NULL'],
    ['CK_PARENT', 'USER NAME', 'a > 0'],
  ]);
});

test('ALTER TABLE adds, changes and drops columns and the dictionary follows', async () => {
  await oracle.run('CREATE TABLE t (id NUMBER, code CHAR(2), gone DATE)');
  await oracle.run(`ALTER TABLE t ADD (note VARCHAR2(10) DEFAULT 'n' NOT NULL, amount NUMBER(5,1))`);
  await oracle.run('ALTER TABLE t MODIFY (code CHAR(4))');
  await oracle.run('ALTER TABLE t DROP COLUMN gone');
  await oracle.run(`insert into t (id, code) values (1, 'AB')`);
  expect(await oracle.run('select * from t')).toEqual([['1', 'AB  ', 'n', null]]);
  const columns = await oracle.run(
    `select column_name, column_id, nullable, data_default from user_tab_columns where table_name = 'T' order by 2`,
  );
  expect(columns).toEqual([
    ['ID', '1', 'Y', null],
    ['CODE', '2', 'Y', null],
    ['NOTE', '3', 'N', `'n'`],
    ['AMOUNT', '4', 'Y', null],
  ]);
});

test('ALTER TABLE drops constraints, also NOT NULL by its generated name', async () => {
  await parentAndChild();
  const rows = await oracle.run(
    `select constraint_name from user_constraints where table_name = 'PARENT' and generated = 'GENERATED NAME'`,
  );
  await oracle.run(`ALTER TABLE parent DROP CONSTRAINT ${rows[0]![0]!}`);
  await oracle.run('ALTER TABLE parent DROP CONSTRAINT uq_parent');
  await oracle.run('insert into parent values (2, null, 1, null)');
  expect(
    await oracle.run(`select nullable from user_tab_cols where table_name = 'PARENT' and column_name = 'NAME'`),
  ).toEqual([['Y']]);
});

async function constraintsOfParent(): Promise<unknown> {
  return oracle.run(
    `select constraint_name, status, validated from user_constraints where generated = 'USER NAME' order by 1`,
  );
}

test('ALTER TABLE disables and enables constraints of every kind, and says which rows are in the way', async () => {
  await parentAndChild();
  const [notNull] = await oracle.run(`select constraint_name from user_constraints where generated = 'GENERATED NAME'`);
  await expect(oracle.run('ALTER TABLE parent DISABLE CONSTRAINT pk_parent')).rejects.toThrow('ORA-02297');
  await expect(oracle.run('ALTER TABLE parent DROP PRIMARY KEY')).rejects.toThrow('ORA-02273');
  await oracle.run('ALTER TABLE parent DISABLE PRIMARY KEY CASCADE');
  for (const name of ['ck_parent', 'uq_parent', notNull![0]!])
    await oracle.run(`ALTER TABLE parent DISABLE CONSTRAINT ${name}`);
  expect(await constraintsOfParent()).toEqual([
    ['CK_PARENT', 'DISABLED', 'NOT VALIDATED'],
    ['FK_CHILD', 'DISABLED', 'NOT VALIDATED'],
    ['PK_PARENT', 'DISABLED', 'NOT VALIDATED'],
    ['UQ_PARENT', 'DISABLED', 'NOT VALIDATED'],
  ]);
  await oracle.run('insert into child values (7, 77)');
  await oracle.run('insert into parent values (1, null, 1, 2)');
  await oracle.run('insert into parent values (8, null, 1, 2)');
  await oracle.run('insert into parent values (9, null, -1, 3)');
  const failures = [
    ['CONSTRAINT pk_parent', 'ORA-02437: cannot validate (ABIS.PK_PARENT) - primary key violated'],
    ['CONSTRAINT uq_parent', 'ORA-02299: cannot validate (ABIS.UQ_PARENT) - duplicate keys found'],
    ['CONSTRAINT ck_parent', 'ORA-02293: cannot validate (ABIS.CK_PARENT) - check constraint violated'],
    [`CONSTRAINT ${notNull![0]!}`, 'ORA-02296: cannot enable (ABIS.) - null values found'],
    ['CONSTRAINT nowhere', 'ORA-02430'],
  ];
  for (const [what, message] of failures)
    await expect(oracle.run(`ALTER TABLE parent ENABLE ${what}`)).rejects.toThrow(message);
  await oracle.run('ALTER TABLE parent ENABLE NOVALIDATE CONSTRAINT ck_parent');
  await expect(oracle.run(`insert into parent values (10, 'x', -5, 1)`)).rejects.toThrow('ORA-02290');
  await oracle.run('delete from parent where name is null');
  for (const what of [
    'PRIMARY KEY',
    'CONSTRAINT uq_parent',
    'VALIDATE CONSTRAINT ck_parent',
    `CONSTRAINT ${notNull![0]!}`,
  ])
    await oracle.run(`ALTER TABLE parent ENABLE ${what}`);
  await expect(oracle.run('ALTER TABLE child ENABLE CONSTRAINT fk_child')).rejects.toThrow(
    'ORA-02298: cannot validate (ABIS.FK_CHILD) - parent keys not found',
  );
  await oracle.run('ALTER TABLE child ENABLE NOVALIDATE CONSTRAINT fk_child');
  expect(await constraintsOfParent()).toEqual([
    ['CK_PARENT', 'ENABLED', 'NOT VALIDATED'],
    ['FK_CHILD', 'ENABLED', 'NOT VALIDATED'],
    ['PK_PARENT', 'ENABLED', 'VALIDATED'],
    ['UQ_PARENT', 'ENABLED', 'VALIDATED'],
  ]);
  await expect(oracle.run(`insert into parent values (11, null, 1, 1)`)).rejects.toThrow('ORA-01400');
  await expect(oracle.run('insert into child values (12, 999)')).rejects.toThrow('ORA-02291');
});

test('views, synonyms, sequences, indexes and comments are made, found and dropped', async () => {
  await oracle.run('CREATE TABLE t (id NUMBER(9), name VARCHAR2(10))');
  await oracle.run('CREATE OR REPLACE VIEW v (key_id, label) AS SELECT id, name FROM t WHERE id > 0');
  await oracle.run('CREATE OR REPLACE VIEW v AS SELECT id, UPPER(name) label FROM t');
  await oracle.run('CREATE SYNONYM s FOR t');
  await oracle.run('CREATE SEQUENCE q START WITH 10 INCREMENT BY 5 NOCACHE');
  await oracle.run('CREATE UNIQUE INDEX i ON t (id, name DESC)');
  await oracle.run(`COMMENT ON COLUMN t.name IS 'the name'`);
  await oracle.run(`insert into s values (q.nextval, 'x')`);
  expect(await oracle.run('select * from v')).toEqual([['10', 'X']]);
  expect(await oracle.run(`select object_name, object_type from user_objects order by 1`)).toEqual([
    ['I', 'INDEX'],
    ['Q', 'SEQUENCE'],
    ['S', 'SYNONYM'],
    ['T', 'TABLE'],
    ['V', 'VIEW'],
  ]);
  expect(await oracle.run('select column_name, descend from user_ind_columns order by column_position')).toEqual([
    ['ID', 'ASC'],
    ['NAME', 'DESC'],
  ]);
  expect(await oracle.run(`select comments from user_col_comments where comments is not null`)).toEqual([['the name']]);
  expect(await oracle.run('select sequence_name, last_number from user_sequences')).toEqual([['Q', '15']]);
  for (const sql of [
    'DROP VIEW v',
    'DROP SYNONYM s',
    'DROP SEQUENCE q',
    'DROP INDEX i',
    'TRUNCATE TABLE t',
    'DROP TABLE t CASCADE CONSTRAINTS PURGE',
  ])
    await oracle.run(sql);
  expect(await oracle.run('select object_name from user_objects')).toEqual([]);
});

test('CREATE TABLE AS SELECT copies types and rows', async () => {
  await parentAndChild();
  await oracle.run('CREATE TABLE copy AS SELECT p.id, p.name, SYSDATE made FROM parent p');
  expect(await oracle.run('select id, name from copy')).toEqual([['1', 'one']]);
  expect(
    await oracle.run(
      `select data_type, data_precision from user_tab_cols where table_name = 'COPY' order by column_id`,
    ),
  ).toEqual([
    ['NUMBER', '4'],
    ['VARCHAR2', null],
    ['DATE', null],
  ]);
});
