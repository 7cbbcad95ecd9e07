import { MigrationError } from '../../../../src/core/errors';
import type { SourceTable } from '../../../../src/core/ports/legacy-source';
import type { TableName } from '../../../../src/core/ports/target';
import type { EntityJob } from '../../../../src/migrate/jobs/entity-job';
import { UNDECIDED } from '../../../../src/migrate/preflight/guards';
import { preflight } from '../../../../src/migrate/preflight/preflight';
import { memorySource } from '../../../support/memory/memory-source';
import { memoryTarget } from '../../../support/memory/memory-target';
import { aJob, aTargetColumn, aTargetTable } from '../../../support/a-run';

const sourceTable: SourceTable = {
  name: { owner: 'ABIS', name: 'COIL' },
  kind: 'table',
  columns: [],
  primaryKey: [],
  estimatedRows: null,
  averageRowBytes: null,
};
const ports = {
  source: memorySource([]),
  target: memoryTarget([aTargetTable('customer'), aTargetTable('coil')]),
  checkMapping: () => [],
  places: { schemas: {}, rivals: new Map() },
};

const KEY_COLUMN = aTargetColumn('code', 'varchar');

describe('preflight', () => {
  it('does not take a table of the same name in another schema for the parent', async () => {
    const coil = aJob({ entity: 'coil', rows: 1, parents: ['customer'] });
    const customer = aJob({ entity: 'customer', rows: 1 });
    const table = { schema: 'archive', name: 'customer' };
    const archived = { ...customer, contract: { ...customer.contract, table } };
    expect(await preflight([customer, coil], ports)).toEqual([]);
    expect(await preflight([archived, coil], ports)).toMatchObject([{ code: 'PARENT_EMPTY' }]);
  });

  it('says that two mappings fill one table', async () => {
    const active = aJob({ entity: 'customer', rows: 1 });
    const issues = await preflight([active, { ...active, entity: 'oldCustomer' }], ports);
    expect(issues).toMatchObject([{ code: 'TABLE_SHARED', level: 'info', subject: 'oldCustomer' }]);
  });

  it('names the triggers that will not fire during the load', async () => {
    const target = memoryTarget([{ ...aTargetTable('coil'), triggers: ['stamp', 'audit'] }]);
    const issues = await preflight([aJob({ entity: 'coil', rows: 1 })], { ...ports, target });
    expect(issues).toMatchObject([{ code: 'TRIGGERS_SET_ASIDE', level: 'warning', subject: 'coil' }]);
    expect(issues[0]?.message).toContain('stamp, audit');
  });

  it('asks which rows of other tables would follow only where the policy overwrites rows', async () => {
    const asked: string[] = [];
    const followingKeys = ({ name }: TableName) => {
      asked.push(name);
      return Promise.resolve([]);
    };
    const target = { ...ports.target, followingKeys };
    for (const overwrites of [false, true]) {
      await preflight([aJob({ entity: 'customer', rows: 1 })], { ...ports, target }, { ...UNDECIDED, overwrites });
      expect(asked).toEqual(overwrites ? ['customer'] : []);
    }
  });

  it('refuses a run of which row-level security hides parents, for their children would be taken for orphans', async () => {
    const coil = aJob({ entity: 'coil', rows: 1, parents: ['customer'] });
    const customer = aTargetTable('customer');
    const cures = [{ by: 'a superuser', statement: 'alter role app bypassrls' }];
    const target = memoryTarget([{ ...customer, empty: false }, aTargetTable('coil')]);
    const hazards = async (table: TableName) => ({
      ...(await target.hazards(table)),
      rowSecurity: table.name === 'customer' ? { exempt: null, cures } : null,
    });
    expect(await preflight([coil], { ...ports, target: { ...target, hazards } })).toMatchObject([
      {
        code: 'TARGET_ROW_SECURITY',
        level: 'error',
        subject: 'coil',
        hint: 'Run as a superuser: alter role app bypassrls;',
      },
    ]);
  });

  it.each([
    ['thin', 'UTF8', ['SOURCE_CHARACTER_SET']],
    ['thin', 'AL16UTF16', []],
    ['thick', 'UTF8', []],
  ] as const)('finds national text that the driver cannot read, in %s mode with %s', async (mode, set, expected) => {
    const job = aJob({ entity: 'coil', rows: 1 });
    const name = job.read.columns[0]?.name ?? '';
    const column = { name, dataType: 'NVARCHAR2(20)' } as SourceTable['columns'][number];
    const source = {
      ...ports.source,
      facts: async () => ({ ...(await ports.source.facts()), mode, nationalCharacterSet: set }),
      table: () => Promise.resolve({ ...sourceTable, columns: [column] }),
    };
    expect((await preflight([job], { ...ports, source })).map(({ code }) => code)).toEqual(expected);
  });

  it('finds national text in a legacy table that is looked up, as key or as value', async () => {
    const job = aJob({ entity: 'coil', rows: 1 });
    const field = {
      property: 'grade',
      columns: ['GRADE_CD'],
      lookup: { in: 'legacy', source: 'AB_GRADE', key: ['CD'], value: 'NAME' },
    } as unknown as EntityJob['mapping']['fields'][number];
    const mapping = { ...job.mapping, fields: [...job.mapping.fields, field] };
    const columns = [
      ['CD', 'NCHAR(2)'],
      ['NAME', 'NVARCHAR2(20)'],
      ['NOTE', 'NCLOB'],
    ].map(([name, dataType]) => ({ name, dataType }) as SourceTable['columns'][number]);
    const grades = { ...sourceTable, columns, primaryKey: ['CD'] };
    const source = {
      ...ports.source,
      facts: async () => ({ ...(await ports.source.facts()), mode: 'thin' as const, nationalCharacterSet: 'UTF8' }),
      table: ({ name }: { readonly name: string }) => Promise.resolve(name === 'AB_GRADE' ? grades : sourceTable),
    };
    expect(await preflight([{ ...job, mapping }], { ...ports, source })).toMatchObject([
      {
        code: 'SOURCE_CHARACTER_SET',
        level: 'error',
        subject: 'coil.grade',
        message: expect.stringMatching(/: CD \(NCHAR\(2\)\), NAME \(NVARCHAR2\(20\)\)$/) as string,
      },
    ]);
  });

  it('finds a condition that the database refuses, before there is a run', async () => {
    const refusal = new MigrationError('SOURCE_READ_FAILED', 'a column is not known (ORA-00904)', {
      hint: 'Check it.',
    });
    const source = {
      ...ports.source,
      table: () => Promise.resolve(sourceTable),
      tryCondition: () => Promise.reject(refusal),
    };
    const filtered = aJob({ entity: 'coil', rows: 1, where: () => true });
    expect(await preflight([filtered], { ...ports, source })).toEqual([
      { code: 'CONDITION_REFUSED', level: 'error', subject: 'coil', message: refusal.message, hint: 'Check it.' },
    ]);
    expect(await preflight([aJob({ entity: 'coil', rows: 1 })], { ...ports, source })).toEqual([]);
  });

  describe('of lookups in the target', () => {
    const looking = (entity: string, ...tables: readonly string[]): EntityJob => ({
      ...aJob({ entity, rows: 1 }),
      lookups: {
        inTarget: tables.map((name) => ({
          property: `${name}Id`,
          table: { schema: 'public', name },
          key: ['code'],
          value: 'id',
        })),
        find: () => Promise.resolve(new Map()),
      },
    });
    const found = async (...jobs: readonly EntityJob[]): Promise<string[]> =>
      (await preflight(jobs, ports)).map(({ code, level, subject }) => `${code} ${level} ${subject}`);

    it('refuses entities that look values up in each other, whose rejects would be a matter of timing', async () => {
      expect(await found(looking('customer', 'coil'), looking('coil', 'customer'))).toEqual([
        'LOOKUP_CYCLE error customer.coilId',
        'LOOKUP_CYCLE error coil.customerId',
      ]);
      expect(await found(looking('a', 'b'), looking('b', 'c'), looking('c', 'a'), looking('d', 'a'))).toHaveLength(3);
    });

    it('refuses one that looks values up in the table that it fills itself', async () => {
      expect(await found(looking('coil', 'coil'))).toEqual(['LOOKUP_CYCLE error coil.coilId']);
    });

    it('takes no chain for a circle, nor an entity that is not part of the run', async () => {
      expect(await found(looking('coil', 'customer', 'mill'), looking('customer', 'mill'))).toEqual([]);
    });

    it.each(['date', 'timestamptz'])(
      'refuses a key of type %s, which would lose its time or its zone',
      async (type) => {
        const code = { ...KEY_COLUMN, type };
        const target = memoryTarget([aTargetTable('coil'), { ...aTargetTable('mill'), columns: [code] }]);
        const issues = await preflight([looking('coil', 'mill')], { ...ports, target });
        expect(issues).toMatchObject([{ code: 'LOOKUP_KEY_MOMENT', level: 'error', subject: 'coil.millId' }]);
        const texts = memoryTarget([aTargetTable('coil'), { ...aTargetTable('mill'), columns: [KEY_COLUMN] }]);
        expect(await preflight([looking('coil', 'mill')], { ...ports, target: texts })).toEqual([]);
      },
    );
  });
});
