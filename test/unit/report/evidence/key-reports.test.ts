import type { KeyRecord } from '../../../../src/core/run/evidence';
import type { OrphanVerdict } from '../../../../src/core/run/outcomes';
import { keyReports } from '../../../../src/report/evidence/key-reports';
import { anEnd, aStart, at } from '../../../support/a-report';

const key = (table: string, entities: readonly string[]): KeyRecord => ({
  ...{ table, entities, name: 'fk_1', columns: ['customer_id'], parent: 'customer' },
  ...{ state: 'restored', enforced: true, orphans: 3 },
});

const verdict = (entity: string, policy: OrphanVerdict['policy'], orphans: number): OrphanVerdict => ({
  ...{ entity, policy, orphans, foreignKey: 'fk_1', property: 'customerId', constraint: 'valid' },
});

const started = (...orphans: readonly OrphanVerdict[]) => [aStart(1, { end: anEnd({ orphans }) })];

const lines = (trail: Parameters<typeof keyReports>[0]): readonly string[] =>
  keyReports(trail).map(({ table, entity, orphans, policy }) => `${table} ${entity} ${orphans} ${policy}`);

describe('the foreign keys of a report', () => {
  it('say how many orphans were kept, which the journal does not count', () => {
    const foreignKeys = [{ ...key('coil', ['coil']), orphans: 0 }];
    expect(lines({ foreignKeys, starts: started(verdict('coil', 'keep', 2)), resets: [] })).toEqual([
      'coil coil 2 keep',
    ]);
  });

  it('have a line for each entity that fills the table, with what became of its orphans', () => {
    const foreignKeys = [key('person', ['patient', 'doctor'])];
    const starts = started(verdict('patient', 'null', 1), verdict('doctor', 'reject', 2));
    expect(lines({ foreignKeys, starts, resets: [] })).toEqual(['person patient 1 null', 'person doctor 2 reject']);
  });

  it('keep constraints of one name on two tables apart', () => {
    const foreignKeys = [key('coil', ['coil']), key('job', ['job'])];
    const starts = started(verdict('coil', 'reject', 1), verdict('job', 'keep', 2));
    expect(lines({ foreignKeys, starts, resets: [] })).toEqual(['coil coil 1 reject', 'job job 2 keep']);
  });

  it('have the count of the ledger where the latest start settled no orphans', () => {
    const trail = { foreignKeys: [key('coil', ['coil'])], resets: [] };
    expect(lines({ ...trail, starts: started() })).toEqual(['coil null 3 null']);
    expect(lines({ ...trail, starts: [aStart(1, { end: null })] })).toEqual(['coil null 3 null']);
  });

  it('forget the orphans of an entity that was reset since, not those of another', () => {
    const foreignKeys = [{ ...key('coil', ['coil']), orphans: 0 }, key('job', ['job'])];
    const starts = started(verdict('coil', 'keep', 2), verdict('job', 'reject', 3));
    expect(lines({ foreignKeys, starts, resets: [{ at: at(100), entities: ['coil'] }] })).toEqual([
      'coil null 0 null',
      'job job 3 reject',
    ]);
    expect(lines({ foreignKeys, starts, resets: [{ at: at(100), entities: null }] })).toEqual([
      'coil null 0 null',
      'job null 3 null',
    ]);
  });
});
