import { preflight } from '../../../src/migrate/preflight';
import { memorySource } from '../../../src/memory/memory-source';
import { memoryTarget } from '../../../src/memory/memory-target';
import { aJob, aTargetTable } from '../../support/a-run';

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

  it('refuses two mappings that fill one table in one run, for their rows could not be told apart', async () => {
    const active = aJob({ entity: 'customer', rows: 1 });
    const issues = await preflight([active, { ...active, entity: 'oldCustomer' }], ports);
    expect(issues).toMatchObject([{ code: 'TABLE_MAPPED_TWICE', level: 'error', subject: 'oldCustomer' }]);
  });

  it('names the triggers that will not fire during the load', async () => {
    const target = memoryTarget([{ ...aTargetTable('coil'), triggers: ['stamp', 'audit'] }]);
    const issues = await preflight([aJob({ entity: 'coil', rows: 1 })], { ...ports, target });
    expect(issues).toMatchObject([{ code: 'TRIGGERS_SET_ASIDE', level: 'warning', subject: 'coil' }]);
    expect(issues[0]?.message).toContain('stamp, audit');
  });
});
