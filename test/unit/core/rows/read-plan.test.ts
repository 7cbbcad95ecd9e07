import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import { writePlanFor, readPlanFor, ROWID } from '../../../../src/core/rows/read-plan';
import { bytesAs, trimmed } from '../../../../src/core/transforms';
import type { EntityContract } from '../../../../src/core/mapping/entity-contract';

class Pair {
  left!: string;
  right!: string;
}

interface PairRow {
  A: string;
  B: string;
  C: string;
}

const { from, fromBytes, computed, mapTo } = legacyTable<PairRow>('APP.PAIRS', { key: ['C', 'A'] });
const mapping = mapTo(Pair, {
  left: from('A', trimmed),
  right: computed(['B', 'A'], 'joined@1', (b, a) => a + b),
});

const column = { type: 'text', nullable: false, length: null, precision: null, scale: null, primary: false } as const;
const contract: EntityContract = {
  entityName: 'Pair',
  table: { schema: 'public', name: 'pair' },
  columns: ['left', 'right'].map((property) => ({
    ...column,
    property,
    column: `${property}_col`,
    generated: 'no',
    toDatabase: null,
  })),
  relations: [],
  unsupported: [],
  bypassed: [],
};

describe('readPlanFor', () => {
  it('reads each column once, the key first', () => {
    expect(readPlanFor(mapping)).toEqual({
      entity: 'pair',
      source: { owner: 'APP', name: 'PAIRS' },
      columns: ['C', 'A', 'B'].map((name) => ({ name, as: 'text' })),
      key: ['C', 'A'],
      where: null,
    });
  });

  it('reads a column twice where text and bytes are wanted', () => {
    const both = mapTo(Pair, { left: from('A'), right: fromBytes('A', bytesAs('utf-8')) });
    expect(readPlanFor(both).columns.filter(({ name }) => name === 'A')).toEqual([
      { name: 'A', as: 'text' },
      { name: 'A', as: 'bytes' },
    ]);
  });

  it('joins the conditions of the mapping and the command line', () => {
    const filtered = { ...mapping, where: "A = 'x' or B = 'y'" };
    expect(readPlanFor(filtered, 'C > 1').where).toBe("(A = 'x' or B = 'y') and (C > 1)");
    expect(readPlanFor(filtered).where).toBe("A = 'x' or B = 'y'");
    expect(readPlanFor(mapping, 'C > 1').where).toBe('C > 1');
  });

  it('reads no column for a key by ROWID, and a table without owner', () => {
    const plan = readPlanFor({ ...mapping, key: [ROWID], source: 'PAIRS' });
    expect(plan.columns.map(({ name }) => name)).toEqual(['A', 'B']);
    expect(plan.source).toEqual({ owner: null, name: 'PAIRS' });
  });
});

describe('writePlanFor', () => {
  it('names the target columns in the order of the fields', () => {
    expect(writePlanFor({ ...mapping, key: ['A'] }, contract)).toEqual({
      entity: 'pair',
      table: { schema: 'public', name: 'pair' },
      columns: ['left_col', 'right_col'],
      properties: ['left', 'right'],
      keyPositions: [0],
    });
  });

  it('gives no key positions where a key column is not carried over by itself', () => {
    expect(writePlanFor(mapping, contract).keyPositions).toEqual([]);
  });

  it('refuses a property that the entity does not have', () => {
    expect(() => writePlanFor(mapping, { ...contract, columns: [] })).toThrow('Pair has no column property left');
  });
});
