import type { LegacyRow } from '../../../../src/core/mapping/wire';
import type { LegacySource, ReadPlan, SnapshotRead } from '../../../../src/core/ports/legacy-source';
import type { OracleSettings } from '../../../../src/oracle/session/driver';
import { openOracleSource } from '../../../../src/oracle/source/oracle-source';
import { TYPE_ZOO } from '../../../../src/oracle/sql/check-statements';
import type { FakeTable } from '../../../support/oracle-dictionary';
import { sourceOver as sourceOverAnswers } from '../../../support/oracle-source-over';
import { refusedBy11g } from '../../../support/oracle-11g-lint';
import { recordingDriver, type Answer, type RecordingDriver } from '../../../support/recording-oracle-driver';

const settings: OracleSettings = { user: 'legacy', password: 'tiger', host: 'db', service: 'ABIS' };
const COIL: FakeTable = {
  owner: 'LEGACY',
  name: 'AB_COIL',
  columns: [
    ['COIL_ID', 'NUMBER', 'N'],
    ['MILL', 'VARCHAR2', 'N'],
    ['CAST_ON', 'DATE', 'Y'],
    ['NOTE', 'CLOB', 'Y'],
  ],
  primaryKey: ['COIL_ID'],
};
const PLAN: ReadPlan = {
  entity: 'coil',
  source: { owner: null, name: 'AB_COIL' },
  columns: [{ name: 'COIL_ID', as: 'text' }],
  key: ['COIL_ID'],
  where: null,
};
const READ: SnapshotRead = { plan: PLAN, scn: '4711' };

const drivers: RecordingDriver[] = [];

async function sourceOver(
  tables: readonly FakeTable[],
  rest?: Answer,
): Promise<LegacySource & { driver: RecordingDriver }> {
  const source = await sourceOverAnswers(tables, rest);
  drivers.push(source.driver);
  return source;
}

const countsAre =
  (count: string, rest: Answer = () => []): Answer =>
  (sql, binds) =>
    sql.startsWith('SELECT COUNT(*) FROM "') ? [[count]] : rest(sql, binds);

async function all(rows: AsyncIterable<readonly LegacyRow[]>): Promise<LegacyRow[]> {
  const read: LegacyRow[] = [];
  for await (const batch of rows) read.push(...batch);
  return read;
}

const lastSql = ({ driver }: { driver: RecordingDriver }): string => driver.sent.at(-1)?.sql ?? '';

afterAll(() => {
  const statements = drivers.flatMap(({ sent }) => sent.map(({ sql }) => sql));
  expect(statements.length).toBeGreaterThan(50);
  // Every statement that any test of this file made the source send is legal on 11.2.
  expect(statements.flatMap(refusedBy11g)).toEqual([]);
  // And those that read tables read all of them at the SCN, unless the test asked for what is current.
  const reads = statements.filter((sql) => sql.includes(' AS OF SCN '));
  expect(reads.length).toBeGreaterThan(20);
  for (const sql of reads) expect(sql.match(/ AS OF SCN /g)).toHaveLength(sql.match(/"\."/g)?.length ?? 0);
});

describe('facts', () => {
  it('says who and where the source is, without a password', async () => {
    const source = await sourceOver([]);
    expect(await source.facts()).toEqual({
      identity: 'LEGACY@ABIS on db:1521, database ABISDB',
      version: '19.3.0.0.0',
      mode: 'thin',
      characterSet: 'WE8MSWIN1252',
      nationalCharacterSet: 'AL16UTF16',
    });
  });

  it('closes the pool again when the session cannot be described', async () => {
    const { driver, calls } = recordingDriver(() => {
      throw new Error('ORA-03113: end-of-file on communication channel');
    });
    await expect(openOracleSource(settings, { driver })).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    expect(calls.at(-1)?.name).toBe('pool.close');
  });
});

describe('table', () => {
  it('describes a table with its columns, key and estimates', async () => {
    const source = await sourceOver([COIL]);
    const table = await source.table({ owner: null, name: 'AB_COIL' });
    expect(table).toMatchObject({ name: { owner: 'LEGACY', name: 'AB_COIL' }, kind: 'table', primaryKey: ['COIL_ID'] });
    expect(table).toMatchObject({ estimatedRows: 1000, averageRowBytes: 100 });
    expect(table?.columns.map(({ name, nullable, length }) => [name, nullable, length])).toEqual([
      ['COIL_ID', false, null],
      ['MILL', false, 10],
      ['CAST_ON', true, null],
      ['NOTE', true, null],
    ]);
  });

  it('takes a mixed-case name as written, and finds an unquoted one in upper case', async () => {
    const mixed = { ...COIL, name: 'Coil Notes' };
    const source = await sourceOver([COIL, mixed]);
    expect((await source.table({ owner: null, name: 'Coil Notes' }))?.name.name).toBe('Coil Notes');
    expect((await source.table({ owner: 'legacy', name: 'ab_coil' }))?.name).toEqual({
      owner: 'LEGACY',
      name: 'AB_COIL',
    });
  });

  it('follows private and public synonyms to the table', async () => {
    const synonyms: Answer = (sql, { owner, name }) => {
      if (!sql.includes('ALL_SYNONYMS')) return [];
      if (owner === 'LEGACY' && name === 'MY_COIL') return [['PLANT', 'COIL_SYN', null]];
      if (owner === 'PLANT' && name === 'COIL_SYN') return [['LEGACY', 'AB_COIL', null]];
      return owner === 'PUBLIC' && name === 'COILS' ? [['LEGACY', 'AB_COIL', null]] : [];
    };
    const source = await sourceOver([COIL], synonyms);
    expect((await source.table({ owner: null, name: 'MY_COIL' }))?.name.name).toBe('AB_COIL');
    expect((await source.table({ owner: null, name: 'COILS' }))?.name.name).toBe('AB_COIL');
    expect(await source.table({ owner: 'LEGACY', name: 'COILS' })).toBeNull();
  });

  it('gives up on synonyms that lead in a circle', async () => {
    const circle: Answer = (sql) => (sql.includes('ALL_SYNONYMS') ? [['LEGACY', 'A', null]] : []);
    expect(await (await sourceOver([], circle)).table({ owner: null, name: 'A' })).toBeNull();
  });

  it('refuses a synonym over a database link', async () => {
    const remote: Answer = (sql) => (sql.includes('ALL_SYNONYMS') ? [['X', 'Y', 'FAR']] : []);
    const source = await sourceOver([], remote);
    await expect(source.table({ owner: null, name: 'A' })).rejects.toThrow('database link');
  });

  it('answers null for what is not visible', async () => {
    expect(await (await sourceOver([])).table({ owner: null, name: 'NO_SUCH' })).toBeNull();
  });
});

describe('takeScn', () => {
  it('asks the package, then the view', async () => {
    const byView: Answer = (sql) => {
      if (sql.includes('DBMS_FLASHBACK')) throw new Error('ORA-00904: "DBMS_FLASHBACK": invalid identifier');
      return sql.includes('V$DATABASE') ? [['815']] : [];
    };
    expect(await (await sourceOver([], byView)).takeScn()).toBe('815');
  });

  it('names the grant and --no-snapshot when neither is allowed', async () => {
    const denied: Answer = (sql) => {
      if (sql.includes('DBMS_FLASHBACK')) throw new Error('ORA-06550: line 1');
      if (sql.includes('V$DATABASE')) throw new Error('ORA-00942: table or view does not exist');
      return [];
    };
    const source = await sourceOver([], denied);
    await expect(source.takeScn()).rejects.toMatchObject({
      code: 'SOURCE_READ_FAILED',
      hint: expect.stringContaining('--no-snapshot') as string,
    });
  });
});

describe('planChunks', () => {
  const extents: Answer = (sql) =>
    sql.includes('DBA_EXTENTS')
      ? [
          ['4', '128', '8'],
          ['5', '8', '8'],
        ]
      : [];

  it('does not ask for extents when one chunk is enough', async () => {
    const source = await sourceOver([COIL], countsAre('0', extents));
    expect(await source.planChunks(READ, 20_000)).toEqual({ strategy: 'all', chunks: [{ kind: 'all' }] });
    expect(source.driver.sent.some(({ sql }) => sql.includes('DBA_EXTENTS'))).toBe(false);
  });

  it('cuts a heap table by the blocks of its extents', async () => {
    const source = await sourceOver([COIL], countsAre('40000', extents));
    const plan = await source.planChunks(READ, 20_000);
    expect(plan.strategy).toBe('rowid');
    const cut = 'AAAR0oAAFAAAAAIAAA';
    expect(plan.chunks).toEqual([
      { kind: 'rowid', from: null, before: cut },
      { kind: 'rowid', from: cut, before: null },
    ]);
  });

  const stepping: Answer = (sql, binds) => {
    if (sql.includes('DBA_EXTENTS')) throw new Error('ORA-00942: table or view does not exist');
    if (!sql.includes('ROWNUM')) return [];
    const next = Number(binds['after0'] ?? 0) + Number(binds['step']);
    return next > 50_000 ? [] : [[String(next)]];
  };

  it('steps through the key where extents are hidden', async () => {
    const source = await sourceOver([COIL], countsAre('50000', stepping));
    const plan = await source.planChunks(READ, 20_000);
    expect(plan.strategy).toBe('key');
    expect(plan.chunks).toEqual([
      { kind: 'key', after: null, upTo: ['16667'] },
      { kind: 'key', after: ['16667'], upTo: ['33334'] },
      { kind: 'key', after: ['33334'], upTo: null },
    ]);
    expect(lastSql(source)).toBe(
      'SELECT "COIL_ID" FROM (SELECT "COIL_ID", ROWNUM AS RN FROM (SELECT "COIL_ID" FROM "LEGACY"."AB_COIL"' +
        ' AS OF SCN 4711 WHERE "COIL_ID" > TO_NUMBER(:after0) ORDER BY "COIL_ID") WHERE ROWNUM <= :step) WHERE RN = :step',
    );
  });

  it.each([
    ['an index-organised table', { ...COIL, iotType: 'IOT' }],
    ['a partitioned table', { ...COIL, partitioned: 'YES' as const }],
    ['a view', { ...COIL, kind: 'VIEW' as const }],
  ])('cuts %s by key', async (_, table) => {
    const source = await sourceOver([table], countsAre('50000', stepping));
    expect((await source.planChunks(READ, 20_000)).strategy).toBe('key');
    expect(source.driver.sent.some(({ sql }) => sql.includes('DBA_EXTENTS'))).toBe(false);
  });

  it('leaves a table whole when its key has no order', async () => {
    const source = await sourceOver([COIL], countsAre('50000', stepping));
    const plan = await source.planChunks({ ...READ, plan: { ...PLAN, key: ['NOTE'] } }, 20_000);
    expect(plan.strategy).toBe('all');
  });

  it('puts rows whose key is NULL into the first chunk, and into no other', async () => {
    const source = await sourceOver([COIL], countsAre('50000', stepping));
    const plan = { ...PLAN, key: ['CAST_ON'] };
    expect((await source.planChunks({ ...READ, plan }, 20_000)).strategy).toBe('key');
    expect(lastSql(source)).toContain('AND "CAST_ON" IS NOT NULL ORDER BY "CAST_ON"');
    await all(source.read({ ...READ, plan }, { kind: 'key', after: null, upTo: ['x'] }));
    expect(lastSql(source)).toMatch(/WHERE \("CAST_ON" <= TO_DATE\(:upto0, .*\) OR "CAST_ON" IS NULL\)$/);
    await all(source.read({ ...READ, plan }, { kind: 'key', after: ['x'], upTo: null }));
    expect(lastSql(source)).toMatch(/WHERE "CAST_ON" > TO_DATE\(:after0, .*\) AND "CAST_ON" IS NOT NULL$/);
  });

  it('does not ask for keys that are no values of their column, which would end the statement (ORA-01722)', async () => {
    const source = await sourceOver([COIL]);
    const binds = async (key: string, ...keys: readonly string[]): Promise<unknown[]> => {
      const before = source.driver.sent.length;
      await source.lookUp({ table: PLAN.source, key: [key], value: 'MILL', keys: keys.map((value) => [value]) }, '17');
      const asked = source.driver.sent.slice(before).filter(({ sql }) => sql.includes(' AS OF SCN '));
      return asked.flatMap(({ binds: bound }) => [...new Set(Object.values(bound))]);
    };
    expect(await binds('COIL_ID', 'abc', '7', '', '1E130', '-.5', '1 2')).toEqual(['7', '-.5']);
    expect(await binds('COIL_ID', 'abc')).toEqual([]);
    const moments = [' 1999-05-01 00:00:00', ' 2000-02-29 23:59:59', ' 1500-02-29 00:00:00'];
    const none = [' 1999-02-30 00:00:00', ' 1900-02-29 00:00:00', ' 1999-13-01 00:00:00', '1999-05-01', 'May'];
    expect(await binds('CAST_ON', ...none, ...moments)).toEqual(moments);
    expect(await binds('MILL', 'abc')).toEqual(['abc']);
  });

  it('looks keys up by lists of few lengths, those of several columns by conditions', async () => {
    const source = await sourceOver([COIL]);
    const keys = Array.from({ length: 11 }, (_, index) => [String(index)]);
    await source.lookUp({ table: PLAN.source, key: ['COIL_ID'], value: 'MILL', keys }, '17');
    const listed = /^SELECT "COIL_ID", "MILL" FROM "LEGACY"\."AB_COIL" AS OF SCN 17 WHERE "COIL_ID" IN \((.*)\)$/;
    expect(listed.exec(lastSql(source))?.[1]?.split(', ')).toHaveLength(50);
    await source.lookUp({ table: PLAN.source, key: ['COIL_ID', 'MILL'], value: 'MILL', keys: [['1', 'a']] }, null);
    expect(lastSql(source)).toContain('WHERE ("COIL_ID" = TO_NUMBER(:k0_0) AND "MILL" = :k0_1)');
    const byNote = source.lookUp({ table: PLAN.source, key: ['NOTE'], value: 'MILL', keys: [['x']] }, null);
    await expect(byNote).rejects.toMatchObject({ code: 'SOURCE_READ_FAILED' });
  });

  it('does not follow blocks whose numbers do not fit a ROWID', async () => {
    const bigfile: Answer = (sql, binds) =>
      sql.includes('DBA_EXTENTS') ? [['1024', String(2 ** 22), '128']] : stepping(sql, binds);
    const source = await sourceOver([COIL], countsAre('50000', bigfile));
    expect((await source.planChunks(READ, 20_000)).strategy).toBe('key');
  });

  it('cuts by the primary key where extents are hidden and the mapping is keyed by ROWID', async () => {
    const source = await sourceOver([COIL], countsAre('50000', stepping));
    const plan = await source.planChunks({ ...READ, plan: { ...PLAN, key: ['ROWID'] } }, 20_000);
    expect(plan).toMatchObject({ strategy: 'key', chunks: { length: 3 } });
    const bare = await sourceOver([{ ...COIL, primaryKey: [] }], countsAre('50000', stepping));
    expect((await bare.planChunks({ ...READ, plan: { ...PLAN, key: ['ROWID'] } }, 20_000)).strategy).toBe('all');
  });

  it('makes more chunks of rows with large LOBs, which the row length of the dictionary leaves out', async () => {
    const lobs: Answer = (sql, binds) => (sql.startsWith('SELECT AVG(') ? [['1048576.5']] : stepping(sql, binds));
    const source = await sourceOver([COIL], countsAre('1000', lobs));
    const plan = { ...PLAN, columns: [...PLAN.columns, { name: 'NOTE', as: 'text' as const }] };
    expect((await source.planChunks({ plan, scn: '4711' }, 20_000)).chunks).toHaveLength(16);
    const asked = source.driver.sent.filter(({ sql }) => sql.startsWith('SELECT AVG('));
    expect(asked.map(({ sql }) => sql)).toEqual([
      'SELECT AVG(NVL(DBMS_LOB.GETLENGTH("NOTE"), 0)), MAX(DBMS_LOB.GETLENGTH("NOTE")) FROM "LEGACY"."AB_COIL" AS OF SCN 4711',
    ]);
  });

  it('makes more chunks of wide rows', async () => {
    const source = await sourceOver([{ ...COIL, averageRowBytes: '8192' }], countsAre('40000', extents));
    expect((await source.planChunks(READ, 20_000)).chunks).toHaveLength(5);
  });
});

describe('count', () => {
  it('counts anew at every call, and lets a plan use the last count of its SCN', async () => {
    const source = await sourceOver([COIL], countsAre('7'));
    const where = { ...PLAN, where: "MILL = 'K1' -- only the north mill" };
    expect(await source.count({ plan: where, scn: '1' })).toEqual({ matching: 7, total: 7 });
    const sent = source.driver.sent.length;
    await source.count({ plan: where, scn: '1' });
    expect(source.driver.sent).toHaveLength(sent + 2);
    await source.planChunks({ plan: where, scn: '1' }, 100);
    expect(source.driver.sent.slice(sent + 2).filter(({ sql }) => sql.startsWith('SELECT COUNT(*)'))).toEqual([]);
    expect(source.driver.sent[sent - 1]?.sql).toBe(
      'SELECT COUNT(*) FROM "LEGACY"."AB_COIL" AS OF SCN 1 WHERE (\nMILL = \'K1\' -- only the north mill\n)',
    );
  });

  it('counts rows whose reference leads nowhere, on both sides at the SCN', async () => {
    const source = await sourceOver([COIL, { ...COIL, name: 'AB_JOB' }], countsAre('3'));
    const relation = {
      child: { owner: null, name: 'AB_JOB' },
      columns: ['COIL_ID'],
      parent: PLAN.source,
      parentColumns: ['COIL_ID'],
    };
    expect(await source.countOrphans(relation, '9')).toBe(3);
    expect(lastSql(source)).toBe(
      'SELECT COUNT(*) FROM "LEGACY"."AB_JOB" AS OF SCN 9 C WHERE C."COIL_ID" IS NOT NULL AND NOT EXISTS' +
        ' (SELECT 1 FROM "LEGACY"."AB_COIL" AS OF SCN 9 P WHERE P."COIL_ID" = C."COIL_ID")',
    );
  });
});

describe('read', () => {
  it('selects ROWID and exact texts within the bounds, at the SCN', async () => {
    const source = await sourceOver([COIL], (sql) =>
      sql.startsWith('SELECT ROWID')
        ? [
            ['r1', '1'],
            ['r2', '2'],
          ]
        : [],
    );
    const bounds = { kind: 'rowid', from: 'AAA', before: 'AAB' } as const;
    const plan = {
      ...PLAN,
      where: "MILL <> 'X'",
      columns: [...PLAN.columns, { name: 'cast_on', as: 'text' as const }],
    };
    expect(await all(source.read({ plan, scn: '4711' }, bounds))).toHaveLength(2);
    expect(lastSql(source)).toBe(
      `SELECT ROWID, "COIL_ID", TO_CHAR("CAST_ON", 'SYYYY-MM-DD HH24:MI:SS') FROM "LEGACY"."AB_COIL" AS OF SCN 4711` +
        ` WHERE ROWID >= CHARTOROWID(:row_from) AND ROWID < CHARTOROWID(:row_before) AND (\nMILL <> 'X'\n)`,
    );
    expect(source.driver.sent.at(-1)?.binds).toEqual({ row_from: 'AAA', row_before: 'AAB' });
    expect(source.driver.open()).toBe(0);
  });

  it('compares a composite key column by column', async () => {
    const source = await sourceOver([COIL]);
    const plan = { ...PLAN, key: ['MILL', 'COIL_ID'] };
    await all(source.read({ plan, scn: null }, { kind: 'key', after: ['K1', '5'], upTo: ['K2', '9'] }));
    expect(lastSql(source)).toBe(
      'SELECT ROWID, "COIL_ID" FROM "LEGACY"."AB_COIL"' +
        ' WHERE (("MILL" > :after0) OR ("MILL" = :after0 AND "COIL_ID" > TO_NUMBER(:after1)))' +
        ' AND (("MILL" < :upto0) OR ("MILL" = :upto0 AND "COIL_ID" <= TO_NUMBER(:upto1)))',
    );
  });

  it('puts NULL in the place of the ROWID for a view', async () => {
    const source = await sourceOver([{ ...COIL, kind: 'VIEW' }]);
    await all(source.read(READ, { kind: 'all' }));
    expect(lastSql(source)).toMatch(/^SELECT CAST\(NULL AS VARCHAR2\(18\)\), "COIL_ID" FROM/);
  });

  it('tells an empty LOB from NULL, and refuses one that was cut', async () => {
    const lobs: LegacyRow[] = [
      ['r1', null, '0'],
      ['r2', null, null],
      ['r3', 'né🙂', '4'],
      ['r4', 'né🙂', '3'],
    ];
    const answer =
      (rows: LegacyRow[]): Answer =>
      (sql) =>
        sql.includes('DBMS_LOB') ? rows : [];
    const plan = { ...PLAN, columns: [{ name: 'NOTE', as: 'text' as const }] };
    const source = await sourceOver([COIL], answer(lobs));
    expect(await all(source.read({ plan, scn: '1' }, { kind: 'all' }))).toEqual([
      ['r1', ''],
      ['r2', null],
      ['r3', 'né🙂'],
      ['r4', 'né🙂'],
    ]);
    const cut = await sourceOver([COIL], answer([['r1', 'abc', '9']]));
    await expect(all(cut.read({ plan, scn: '1' }, { kind: 'all' }))).rejects.toThrow('LOB column NOTE');
  });

  it('fetches fewer rows at a time when they carry LOBs', async () => {
    const source = await sourceOver([COIL]);
    await all(source.read(READ, { kind: 'all' }));
    expect(source.driver.sent.at(-1)?.options.fetchArraySize).toBe(2_000);
    await all(source.read({ ...READ, plan: { ...PLAN, columns: [{ name: 'NOTE', as: 'text' }] } }, { kind: 'all' }));
    expect(source.driver.sent.at(-1)?.options.fetchArraySize).toBe(127);
  });

  it.each([
    ['small', '300', 508],
    ['large', '2000000', 1],
  ])('bounds a fetch by the bytes of %s LOBs', async (_, average, size) => {
    const source = await sourceOver([COIL], (sql) => (sql.startsWith('SELECT AVG(') ? [[average]] : []));
    await all(source.read({ ...READ, plan: { ...PLAN, columns: [{ name: 'NOTE', as: 'text' }] } }, { kind: 'all' }));
    expect(source.driver.sent.at(-1)?.options.fetchArraySize).toBe(size);
  });

  it.each([
    "MILL = 'A') OR (MILL = 'B'",
    "MILL = 'A",
    'COIL_ID = (1',
    'COIL_ID > 1 /* all of them',
    'COIL_ID > 1;',
    '(COIL_ID > 1 -- big) and (MILL = 1)',
    "MILL = q'[it's'",
  ])('refuses the condition %p, which would escape its parentheses', async (where) => {
    const source = await sourceOver([COIL]);
    const reading = all(source.read({ plan: { ...PLAN, where }, scn: '1' }, { kind: 'all' }));
    await expect(reading).rejects.toMatchObject({ code: 'SOURCE_READ_FAILED' });
  });

  it.each([
    "MILL = ')' OR NOTE LIKE 'it''s (%' -- both (north",
    `MILL = q'[it's ) here]' AND "COIL_ID" / 2 - 1 > 0 /* ) ; ' */`,
    "MILL = ';' OR (COIL_ID > 1 OR COIL_ID < 0)",
    "MILL = q'!)!' OR MILL = nq'{'}'",
  ])('takes the condition %p as it is', async (where) => {
    const source = await sourceOver([COIL]);
    await all(source.read({ plan: { ...PLAN, where }, scn: '1' }, { kind: 'all' }));
    expect(lastSql(source)).toContain(`WHERE (\n${where}\n)`);
  });

  it('gives the session back when the consumer stops early', async () => {
    const many = Array.from({ length: 10_000 }, (_, index): LegacyRow => [`r${index}`, String(index)]);
    const source = await sourceOver([COIL], (sql) => (sql.startsWith('SELECT ROWID') ? many : []));
    for await (const batch of source.read(READ, { kind: 'all' })) {
      expect(batch).toHaveLength(2_000);
      break;
    }
    expect(source.driver.open()).toBe(0);
  });

  it('can be started again after a lost connection', async () => {
    let failures = 1;
    const source = await sourceOver([COIL], (sql) => {
      if (!sql.startsWith('SELECT ROWID')) return [];
      failures -= 1;
      if (failures >= 0) throw new Error('ORA-03113: end-of-file on communication channel');
      return [['r1', '1']];
    });
    await expect(all(source.read(READ, { kind: 'all' }))).rejects.toMatchObject({ retryable: true });
    expect(await all(source.read(READ, { kind: 'all' }))).toEqual([['r1', '1']]);
    expect(source.driver.open()).toBe(0);
  });

  it.each([
    ['a missing table', { ...PLAN, source: { owner: null, name: 'NO_SUCH' } }, 'no table or view NO_SUCH is visible'],
    ['a missing column', { ...PLAN, columns: [{ name: 'X', as: 'text' as const }] }, 'LEGACY.AB_COIL has no column X'],
    [
      'an unreadable column',
      { ...PLAN, columns: [{ name: 'CAST_ON', as: 'bytes' as const }] },
      'cannot be read as bytes',
    ],
  ])('names %s', async (_, plan, message) => {
    const source = await sourceOver([COIL]);
    await expect(all(source.read({ plan, scn: '1' }, { kind: 'all' }))).rejects.toThrow(message);
  });

  it('takes no SCN that is not a number', async () => {
    const source = await sourceOver([COIL]);
    await expect(all(source.read({ plan: PLAN, scn: '1 OR 1=1' }, { kind: 'all' }))).rejects.toThrow('SCN');
  });
});

describe('check', () => {
  const zoo = TYPE_ZOO.map(({ as, expected }) => (as === 'bytes' ? Buffer.from(expected, 'hex') : expected));
  const healthy: Answer = (sql) => {
    if (sql.includes('V$PARAMETER')) return [['172800']];
    if (sql.includes('V$UNDOSTAT')) return [['180000']];
    if (sql.includes('SESSION_PRIVS')) return [['FLASHBACK ANY TABLE']];
    if (sql.includes('ALL_POLICIES')) return [];
    if (sql.includes('HEXTORAW')) return [zoo];
    return [['1']];
  };
  const codes = async (answer: Answer): Promise<string[]> =>
    (await (await sourceOver([], answer)).check()).map(({ level, code }) => `${level} ${code}`);

  it('has only facts to tell about a healthy source', async () => {
    expect(await codes(healthy)).toEqual([
      'info SOURCE_VERSION',
      'info SOURCE_CHARACTER_SET',
      'info SOURCE_UNDO_RETENTION',
    ]);
  });

  it('goes on after a refusal and reports each', async () => {
    const denied: Answer = (sql) => {
      if (/DBA_EXTENTS|V\$|ALL_POLICIES/.test(sql)) throw new Error('ORA-00942: table or view does not exist');
      return healthy(sql, {});
    };
    expect(await codes(denied)).toEqual([
      'info SOURCE_VERSION',
      'info SOURCE_CHARACTER_SET',
      'info SOURCE_EXTENTS_HIDDEN',
      'info SOURCE_UNDO_RETENTION',
    ]);
  });

  it('warns of short undo and of row policies, and fails on a wrong value', async () => {
    const bad: Answer = (sql) => {
      if (sql.includes('V$PARAMETER')) return [['900']];
      if (sql.includes('ALL_POLICIES')) return [['LEGACY', 'AB_COIL']];
      if (sql.includes('HEXTORAW')) return [['1e+38', ...zoo.slice(1)]];
      return healthy(sql, {});
    };
    expect((await codes(bad)).slice(2)).toEqual([
      'warning SOURCE_UNDO_RETENTION',
      'warning SOURCE_ROW_POLICY',
      'error SOURCE_TYPE_ZOO',
    ]);
  });

  it('says when flashback has to be granted table by table, and trusts an exemption from policies', async () => {
    const policy: Answer = (sql) => (sql.includes('ALL_POLICIES') ? [['LEGACY', 'AB_COIL']] : healthy(sql, {}));
    const having =
      (privilege: string): Answer =>
      (sql) =>
        sql.includes('SESSION_PRIVS') ? [[privilege]] : policy(sql, {});
    expect(await codes(having('EXEMPT ACCESS POLICY'))).toContain('info SOURCE_FLASHBACK');
    expect(await codes(having('EXEMPT ACCESS POLICY'))).not.toContain('warning SOURCE_ROW_POLICY');
    expect(await codes(having('FLASHBACK ANY TABLE'))).toContain('warning SOURCE_ROW_POLICY');
  });

  it('throws when the connection is lost meanwhile', async () => {
    const lost: Answer = (sql) => {
      if (sql.includes('V$PARAMETER')) throw new Error('ORA-03113: end-of-file on communication channel');
      return healthy(sql, {});
    };
    await expect(codes(lost)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  });
});
