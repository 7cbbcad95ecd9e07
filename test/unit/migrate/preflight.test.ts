import { MigrationError } from '../../../src/core/errors';
import type { SourceTable } from '../../../src/core/ports/legacy-source';
import { preflight } from '../../../src/migrate/preflight';
import { memorySource } from '../../../src/memory/memory-source';
import { memoryTarget } from '../../../src/memory/memory-target';
import { aJob, aTargetTable } from '../../support/a-run';

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
};

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
});
