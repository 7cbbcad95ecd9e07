import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import { transform } from '../../../../src/core/mapping/transform';
import { mappingSheets } from '../../../../src/report/screen/mapping-sheets';

class Coil {
  id!: string;
  name!: string;
  full!: string;
  origin!: string;
  createdAt!: string;
}

const cut = transform('cut', [3, 'x'], (value: string) => value.slice(0, 3));
const { from, mapTo, computed, constant, leftOut } = legacyTable<{ ID: string; NM: string | null }>('P.COILS', {
  key: ['ID'],
});

const mapping = mapTo(
  Coil,
  {
    id: from('ID').orReject(),
    name: from('NM', cut).or('none'),
    full: computed(['ID', 'NM'], 'full@1', (id) => id),
    origin: constant('legacy'),
    createdAt: leftOut('set by the database'),
  },
  { where: 'ID > 0', orphans: { name: 'null' } },
);

describe('mappingSheets', () => {
  it('prints property, origin, conversions and null rule, and what is left out', () => {
    expect(mappingSheets([mapping]).output).toBe(
      [
        'coil: P.COILS -> Coil, key ID',
        'where ID > 0',
        'validation reject; orphans: name null',
        'property   from    via                 null',
        '---------  ------  ------------------  -------------------',
        'id         ID                          rejects the row',
        'name       NM      cut(3, "x")         becomes "none"',
        'full       ID, NM  full@1              stays null',
        'origin             constant("legacy")  never null',
        'createdAt          left out            set by the database',
        '',
      ].join('\n'),
    );
  });

  it('gives machines the same', () => {
    const { facts } = mappingSheets([mapping]);
    expect(JSON.parse(JSON.stringify(facts))).toMatchObject({
      mappings: [{ entity: 'coil', fields: [{ property: 'id', from: ['ID'], null: 'rejects the row' }, {}, {}, {}] }],
    });
  });
});
