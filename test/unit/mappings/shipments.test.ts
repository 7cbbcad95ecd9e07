import { shipments } from '../../../src/mappings/shipments';
import { mapRow } from '../../support/map-row';

const row = {
  SHIP_ID: '300001',
  BOL_NO: 'BOL00000001     ',
  CARRIER_ID: '101',
  CUST_ID: '10001',
  SHIP_DTM: ' 2010-10-10 10:10:10',
  DELIV_TXT: '10/12/2010',
  WEIGHT_KG: '18000',
  FREIGHT_AMT: '0',
  STATUS_CD: 'TR',
  DRIVER_PHONE: '(313) 555-0142 x7',
  DEPART_TZ: ' 2010-10-10 10:15:00.000000000 -04:00',
  COMMENTS: 'tarp\0it',
};

describe('shipments', () => {
  it('cleans a real-looking row', () => {
    expect(mapRow(shipments, row)).toEqual({
      id: '300001',
      bolNumber: 'BOL00000001',
      carrierId: '101',
      customerId: '10001',
      shippedAt: '2010-10-10 10:10:10',
      deliveredOn: '2010-10-12',
      weightKg: '18000',
      freightAmount: '0',
      status: 'in-transit',
      driverPhone: '+13135550142;ext=7',
      departedAt: '2010-10-10 10:15:00-04:00',
      comments: 'tarp it',
    });
  });

  it.each([
    ['DELIV_TXT', 'N/A', { deliveredOn: null }],
    ['DRIVER_PHONE', ' ', { driverPhone: null }],
    ['FREIGHT_AMT', null, { freightAmount: null }],
    ['COMMENTS', null, { comments: null }],
  ])('reads %s = %j', (column, value, expected) => {
    expect(mapRow(shipments, { ...row, [column]: value })).toMatchObject(expected);
  });

  it.each([
    ['DELIV_TXT', '8080-80-80', 'deliveredOn: not a date in MM/DD/YYYY or YYYYMMDD or YYYY-MM-DD'],
    ['WEIGHT_KG', '123456789012', 'weightKg: more than 9 digits before the point'],
    ['STATUS_CD', '  ', 'status: unknown code'],
  ])('turns away %s = %j', (column, value, rejected) => {
    expect(mapRow(shipments, { ...row, [column]: value })).toEqual({ rejected });
  });
});
