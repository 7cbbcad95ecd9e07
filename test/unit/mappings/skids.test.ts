import { skids } from '../../../src/mappings/skids';
import { mapRow } from '../../support/map-row';

const row = {
  SKID_ID: '900001',
  SKID_NO: 'S0000001    ',
  JOB_ID: '500001',
  PIECES: '0',
  NET_KG: '812.5',
  GROSS_KG: null,
  WHSE_CD: 'EAST',
  BIN_NO: '12',
  PACKED_DTM: ' 2005-05-05 05:05:05',
  SHIPPED_FLG: 'Y',
  BARCODE: '4006381333931 ',
};

describe('skids', () => {
  it('cleans a real-looking row', () => {
    expect(mapRow(skids, row)).toEqual({
      id: '900001',
      skidNumber: 'S0000001',
      jobId: '500001',
      pieces: '0',
      netWeightKg: '812.5',
      grossWeightKg: null,
      location: 'EAST-12',
      packedAt: '2005-05-05 05:05:05',
      isShipped: true,
      barcode: '4006381333931',
    });
  });

  it.each([
    ['EAST', null, 'EAST'],
    ['EAST', '0', 'EAST-0'],
    [null, '12', null],
  ])('makes of warehouse %j and bin %j the location %j', (WHSE_CD, BIN_NO, location) => {
    expect(mapRow(skids, { ...row, WHSE_CD, BIN_NO })).toMatchObject({ location });
  });

  it.each([
    ['NET_KG', '12.3456', 'netWeightKg: more than 3 decimals'],
    ['SHIPPED_FLG', ' ', 'isShipped: not Y or N'],
    ['PIECES', '-1', 'pieces: min'],
  ])('turns away %s = %j', (column, value, rejected) => {
    expect(mapRow(skids, { ...row, [column]: value })).toEqual({ rejected });
  });
});
