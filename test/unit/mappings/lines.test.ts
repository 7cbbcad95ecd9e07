import { lines } from '../../../src/mappings/lines';
import { mapRow } from '../../support/map-row';

const row = { LINE_ID: '3', LINE_CD: 'LN003   ', LINE_DESC: 'Slitter 3  ', MAX_WIDTH: '1650.5' };

describe('lines', () => {
  it('drops padding and keeps the number exact', () => {
    expect(mapRow(lines, row)).toEqual({ id: '3', code: 'LN003', description: 'Slitter 3', maxWidthMm: '1650.5' });
  });

  it.each([null, '  '])('writes an empty description for %j', (LINE_DESC) => {
    expect(mapRow(lines, { ...row, LINE_DESC })).toMatchObject({ description: '' });
  });

  it.each([
    ['1650.555', 'maxWidthMm: more than 2 decimals'],
    ['1650505', 'maxWidthMm: more than 6 digits before the point'],
  ])('turns away the width %s', (MAX_WIDTH, rejected) => {
    expect(mapRow(lines, { ...row, MAX_WIDTH })).toEqual({ rejected });
  });
});
