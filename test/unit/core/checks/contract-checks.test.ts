import { checkMapping, type MappingParts } from '../../../../src/core/checks/contract-checks';
import type { EntityColumn, EntityContract } from '../../../../src/core/mapping/entity-contract';
import type { Issue } from '../../../../src/core/issues';
import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import type { SourceColumn, SourceTable } from '../../../../src/core/ports/legacy-source';
import type { TargetColumn, TargetTable } from '../../../../src/core/ports/target';
import { decimal, inZone, integer, trimmed, yesNo } from '../../../../src/core/transforms';
import type { DateText, NumberText } from '../../../../src/core/mapping/wire';
import { aTargetColumn } from '../../../support/a-run';

class Coil {
  id!: number;
  number!: string;
  weight!: string;
  hold!: boolean;
  receivedAt!: Date | null;
}

interface CoilRow {
  COIL_ID: NumberText;
  COIL_NO: string;
  WEIGHT: NumberText;
  HOLD_FLG: string;
  RCV_DT: DateText | null;
  OLD_CODE: string;
}

const { from, constant, leftOut, mapTo } = legacyTable<CoilRow>('AB_COIL', { key: ['COIL_ID'] });
const sheet = {
  id: from('COIL_ID', integer),
  number: from('COIL_NO', trimmed),
  weight: from('WEIGHT', decimal(10, 2)),
  hold: from('HOLD_FLG', yesNo),
  receivedAt: from('RCV_DT', inZone('UTC')),
};

const sourceColumn = (name: string, dataType: string, facts: Partial<SourceColumn> = {}): SourceColumn => ({
  name,
  dataType,
  length: null,
  precision: null,
  scale: null,
  nullable: false,
  ...facts,
});

const sourceTable: SourceTable = {
  name: { owner: 'ABIS', name: 'AB_COIL' },
  kind: 'table',
  columns: [
    sourceColumn('COIL_ID', 'NUMBER', { precision: 10, scale: 0 }),
    sourceColumn('COIL_NO', 'VARCHAR2', { length: 20 }),
    sourceColumn('WEIGHT', 'NUMBER', { precision: 10, scale: 2 }),
    sourceColumn('HOLD_FLG', 'CHAR', { length: 1 }),
    sourceColumn('RCV_DT', 'DATE', { nullable: true }),
  ],
  primaryKey: ['COIL_ID'],
  estimatedRows: null,
  averageRowBytes: null,
};

const entityColumn = (property: string, type: string, facts: Partial<EntityColumn> = {}): EntityColumn => ({
  property,
  column: property.toLowerCase(),
  type,
  nullable: false,
  length: null,
  precision: null,
  scale: null,
  primary: false,
  generated: 'no',
  toDatabase: null,
  ...facts,
});

const contract: EntityContract = {
  entityName: 'Coil',
  table: { schema: 'public', name: 'coil' },
  columns: [
    entityColumn('id', 'integer', { primary: true }),
    entityColumn('number', 'character varying', { length: 20 }),
    entityColumn('weight', 'numeric', { precision: 10, scale: 2 }),
    entityColumn('hold', 'boolean'),
    entityColumn('receivedAt', 'timestamp with time zone', { nullable: true }),
  ],
  relations: [],
  unsupported: [],
  bypassed: [],
};

const targetTable: TargetTable = {
  table: { schema: 'public', name: 'coil' },
  columns: [
    aTargetColumn('id', 'int4'),
    aTargetColumn('number', 'varchar', { maxLength: 20 }),
    aTargetColumn('weight', 'numeric', { precision: 10, scale: 2 }),
    aTargetColumn('hold', 'bool'),
    aTargetColumn('receivedat', 'timestamptz', { nullable: true }),
  ],
  primaryKey: ['id'],
  foreignKeys: [],
  keysCanBeNotValid: true,
  empty: true,
  triggers: [],
};

const agreeing: MappingParts = { mapping: mapTo(Coil, sheet), contract, sourceTable, targetTable };
const issues = (changed: Partial<MappingParts>): Issue[] => checkMapping({ ...agreeing, ...changed });

function withSource(name: string, facts: Partial<SourceColumn>): Partial<MappingParts> {
  const columns = sourceTable.columns.map((column) => (column.name === name ? { ...column, ...facts } : column));
  return { sourceTable: { ...sourceTable, columns } };
}

function withTarget(name: string, facts: Partial<TargetColumn>): Partial<MappingParts> {
  const columns = targetTable.columns.map((column) => (column.name === name ? { ...column, ...facts } : column));
  return { targetTable: { ...targetTable, columns } };
}

function withEntity(property: string, facts: Partial<EntityColumn>): Partial<MappingParts> {
  const columns = contract.columns.map((column) => (column.property === property ? { ...column, ...facts } : column));
  return { contract: { ...contract, columns } };
}

const extraTarget = (column: TargetColumn): Partial<MappingParts> => ({
  targetTable: { ...targetTable, columns: [...targetTable.columns, column] },
});
const relation = { columns: ['number'], parent: { schema: 'public', name: 'lot' }, parentColumns: ['id'] };

describe('checkMapping', () => {
  it('finds nothing where all four agree', () => {
    expect(issues({})).toEqual([]);
  });

  const cases: readonly (readonly [string, string, Partial<MappingParts>])[] = [
    ['SOURCE_TABLE_MISSING', 'error', { sourceTable: null }],
    ['SOURCE_COLUMN_MISSING', 'error', withSource('COIL_NO', { name: 'COIL_NUM' })],
    ['KEY_NOT_PRIMARY', 'warning', { sourceTable: { ...sourceTable, primaryKey: [] } }],
    ['KEY_NOT_PRIMARY', 'warning', { sourceTable: { ...sourceTable, primaryKey: ['COIL_ID', 'COIL_NO'] } }],
    ['KEY_MISSING', 'error', { mapping: { ...agreeing.mapping, key: [] } }],
    [
      'SOURCE_COLUMNS_UNMAPPED',
      'info',
      { sourceTable: { ...sourceTable, columns: [...sourceTable.columns, sourceColumn('OLD_CODE', 'CHAR')] } },
    ],
    ['TARGET_TABLE_MISSING', 'error', { targetTable: null }],
    ['TARGET_COLUMN_MISSING', 'error', withEntity('receivedAt', { column: 'received_at' })],
    ['TARGET_COLUMN_UNFILLED', 'error', extraTarget(aTargetColumn('plant', 'text'))],
    ['TARGET_COLUMN_GENERATED', 'error', withTarget('hold', { generated: 'stored' })],
    ['TARGET_IDENTITY_ALWAYS', 'warning', withTarget('id', { generated: 'identity-always' })],
    ['TARGET_DRIFT', 'warning', withTarget('number', { maxLength: 40 })],
    ['TARGET_DRIFT', 'warning', withTarget('hold', { nullable: true })],
    ['TARGET_DRIFT', 'warning', withEntity('receivedAt', { type: 'timestamp without time zone' })],
    ['PROPERTY_UNKNOWN', 'error', { contract: { ...contract, columns: contract.columns.slice(0, 4) } }],
    [
      'PROPERTY_UNMAPPED',
      'warning',
      { contract: { ...contract, columns: [...contract.columns, entityColumn('plant', 'text')] } },
    ],
    ['TYPE_MISMATCH', 'error', { mapping: mapTo(Coil, { ...sheet, hold: from('COIL_NO') as never }) }],
    ['ZONE_ASSUMED', 'error', { mapping: mapTo(Coil, { ...sheet, receivedAt: from('RCV_DT') as never }) }],
    ['TYPE_MISMATCH', 'error', withSource('COIL_NO', { dataType: 'RAW' })],
    ['LENGTH_SHRINKS', 'warning', withSource('COIL_NO', { length: 40 })],
    ['SCALE_SHRINKS', 'error', { mapping: mapTo(Coil, { ...sheet, weight: from('WEIGHT', decimal(10, 4)) }) }],
    [
      'SCALE_SHRINKS',
      'error',
      {
        mapping: mapTo(Coil, { ...sheet, weight: from('WEIGHT') }),
        ...withSource('WEIGHT', { precision: null, scale: null }),
      },
    ],
    [
      'SCALE_SHRINKS',
      'error',
      { mapping: mapTo(Coil, { ...sheet, id: from('COIL_ID') as never }), ...withSource('COIL_ID', { scale: 2 }) },
    ],
    ['PRECISION_SHRINKS', 'warning', { mapping: mapTo(Coil, { ...sheet, weight: from('WEIGHT', decimal(12, 2)) }) }],
    ['NULL_INTO_NOT_NULL', 'warning', withSource('COIL_NO', { nullable: true })],
    ['ORPHAN_POLICY_UNUSED', 'warning', { mapping: mapTo(Coil, sheet, { orphans: { number: 'keep' } }) }],
    [
      'ORPHAN_NULL_IMPOSSIBLE',
      'error',
      {
        mapping: mapTo(Coil, sheet, { orphans: { number: 'null' } }),
        contract: { ...contract, relations: [{ property: 'number', ...relation }] },
      },
    ],
    [
      'ORPHAN_KEEP_IMPOSSIBLE',
      'error',
      {
        mapping: mapTo(Coil, sheet, { orphans: { number: 'keep' } }),
        contract: { ...contract, relations: [{ property: 'number', ...relation }] },
        targetTable: { ...targetTable, keysCanBeNotValid: false, foreignKeys: [{ name: 'coil_number', ...relation }] },
      },
    ],
  ];

  it('lets orphans be kept where their foreign key can be NOT VALID, and where there is none', () => {
    const mapping = mapTo(Coil, sheet, { orphans: { number: 'keep' } });
    const related = { ...contract, relations: [{ property: 'number', ...relation }] };
    const withKey = { ...targetTable, foreignKeys: [{ name: 'coil_number', ...relation }] };
    expect(issues({ mapping, contract: related, targetTable: withKey })).toEqual([]);
    expect(issues({ mapping, contract: related, targetTable: { ...targetTable, keysCanBeNotValid: false } })).toEqual(
      [],
    );
  });

  it.each([
    ['null', true, "Choose 'reject' or 'keep', or make"],
    ['null', false, "Choose 'reject', or make"],
    ['keep', false, "Choose 'reject', drop"],
    [null, true, "{ 'number': 'reject' | 'keep' }."],
    [null, false, "{ 'number': 'reject' }."],
  ] as const)(
    'names for orphans of a key that is not null, policy %s, NOT VALID possible: %s, only what it admits',
    (policy, canBe, hint) => {
      const found = issues({
        mapping: mapTo(Coil, sheet, policy === null ? {} : { orphans: { number: policy } }),
        contract: {
          ...contract,
          relations: [{ property: 'number', ...relation, ...(policy ? {} : { undeclared: 'coil_number' }) }],
        },
        targetTable: { ...targetTable, keysCanBeNotValid: canBe, foreignKeys: [{ name: 'coil_number', ...relation }] },
      });
      expect(found.map((issue) => issue.hint)).toEqual([expect.stringContaining(hint)]);
    },
  );

  it('names the policy null where a column of the key may be null', () => {
    const nullable = targetTable.columns.map((column) =>
      column.name === 'number' ? { ...column, nullable: true } : column,
    );
    const columns = contract.columns.map((column) =>
      column.column === 'number' ? { ...column, nullable: true } : column,
    );
    const found = issues({
      mapping: mapTo(Coil, sheet, { orphans: { number: 'keep' } }),
      contract: { ...contract, columns, relations: [{ property: 'number', ...relation }] },
      targetTable: {
        ...targetTable,
        columns: nullable,
        keysCanBeNotValid: false,
        foreignKeys: [{ name: 'coil_number', ...relation }],
      },
    });
    expect(found.find(({ code }) => code === 'ORPHAN_KEEP_IMPOSSIBLE')?.hint).toMatch(
      /^Choose 'reject' or 'null', drop/,
    );
  });

  it.each(cases)('finds %s (%s) and nothing else, with a hint', (code, level, changed) => {
    const found = issues(changed).filter((issue) => level === 'info' || issue.level !== 'info');
    expect(found.map((issue) => [issue.code, issue.level])).toEqual([[code, level]]);
    expect(found[0]!.subject).toMatch(/^coil/);
    if (level !== 'info') expect(found[0]!.hint).toMatch(/[.?;]$/);
  });

  it('suggests the nearest column', () => {
    expect(issues(withSource('COIL_NO', { name: 'COIL_NUM' }))[0]).toMatchObject({
      subject: 'coil.number',
      hint: 'Did you mean COIL_NUM?',
    });
  });

  it('asks nothing of the columns of a query, all of which the database calls nullable', () => {
    const changed = withSource('COIL_NO', { nullable: true });
    const query = { sourceTable: { ...sourceTable, ...changed.sourceTable, kind: 'query' as const } };
    expect(issues({ ...changed, ...query }).map(({ code }) => code)).not.toContain('NULL_INTO_NOT_NULL');
  });

  it('asks nothing of nulls that the sheet has a rule for, nor of columns it leaves to the database', () => {
    const number = from('COIL_NO', trimmed).or('none');
    expect(
      issues({ mapping: mapTo(Coil, { ...sheet, number }), ...withSource('COIL_NO', { nullable: true }) }),
    ).toEqual([]);
    const mapping = mapTo(Coil, { ...sheet, hold: leftOut('has a default') });
    const found = issues({ mapping, ...withTarget('hold', { hasDefault: true }) });
    expect(found.map(({ code }) => code)).toEqual(['SOURCE_COLUMNS_UNMAPPED']);
  });

  it('judges no types where the mapping computes, is constant or meets an unknown type', () => {
    const mapping = mapTo(Coil, { ...sheet, hold: constant(true) });
    expect(issues({ mapping }).map(({ code }) => code)).toEqual(['SOURCE_COLUMNS_UNMAPPED']);
    expect(issues({ ...withTarget('hold', { type: 'mood' }), ...withEntity('hold', { type: 'mood' }) })).toEqual([]);
  });

  it('refuses what a bulk load cannot honour, unless the sheet makes it good', () => {
    const part = { code: 'DISCRIMINATOR_UNMAPPED', message: 'shares its table', hint: 'Map it.' };
    const other = { code: 'JOIN_TABLE_UNMAPPED', message: 'stays empty', hint: 'Map it.' };
    const unsupported = [{ ...part, liftedBy: 'kind' }, { ...part, liftedBy: 'number' }, other];
    expect(issues({ contract: { ...contract, unsupported } }).map(({ code, level }) => [code, level])).toEqual([
      ['DISCRIMINATOR_UNMAPPED', 'error'],
      ['JOIN_TABLE_UNMAPPED', 'warning'],
    ]);
  });
});
