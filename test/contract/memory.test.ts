import { aTargetTable } from '../support/a-run';
import { memorySource } from '../support/memory/memory-source';
import { memoryTarget } from '../support/memory/memory-target';
import { ledgerContract } from './ledger-contract';
import { loaderContract } from './loader-contract';
import { sourceContract } from './source-contract';
import { targetContract } from './target-contract';
import type { OpenSubject } from './target-subject';

const open: OpenSubject = () => {
  const target = memoryTarget([aTargetTable('item'), aTargetTable('other')]);
  const idsIn = (table: string) =>
    Promise.resolve(
      target
        .rowsOf(table)
        .map(([id]) => String(id))
        .sort(),
    );
  return Promise.resolve({ target, idsIn });
};

const column = (name: string, dataType: string) => {
  return { name, dataType, length: null, precision: null, scale: null, nullable: false };
};

describe('the databases in memory that unit tests take for real ones', () => {
  ledgerContract(open);
  loaderContract(open);
  targetContract(open);
  sourceContract(() => {
    const name = { owner: 'LEGACY', name: 'ITEM' };
    const columns = [column('ID', 'NUMBER'), column('NAME', 'VARCHAR2')];
    const table = {
      name,
      kind: 'table' as const,
      columns,
      primaryKey: ['ID'],
      estimatedRows: null,
      averageRowBytes: null,
    };
    const rows = Array.from({ length: 23 }, (_, at) => [null, String(at + 1), `name ${at + 1}`]);
    return Promise.resolve({ source: memorySource([{ table, rows }]), rows: 23, owner: name.owner });
  });
});
