import { coils } from '../../../src/mappings/coils';
import { mapRow } from '../../support/map-row';

const digits38 = '98765432109876543210987654321098765432';
const row = {
  COIL_ID: '7000000003',
  COIL_NO: 'A00000001     ',
  CUST_ID: '10001',
  PARENT_COIL_ID: '7000000000',
  ALLOY_CD: '5052  ',
  TEMPER_CD: 'h32 ',
  GAUGE_MM: '1.2345',
  WIDTH_MM: '1250',
  WEIGHT_KG: '7312.125',
  HEAT_NO: 'H123456',
  CAST_SERIAL: digits38,
  RECV_DTM: ' 2004-02-29 23:59:59',
  MADE_TXT: '20040220',
  SCAN_TS: ' 2004-03-01 00:00:00.123456000',
  STATUS_CD: 'S',
  HOLD_FLG: 'Y',
  LOC_CD: 'YARD-0',
  NOTES: `He said "edge",\tthen 'OK'\r\n\\.\n`,
  RFID_TAG: Buffer.from('00ff10', 'hex'),
};

describe('coils', () => {
  it('cleans a real-looking row', () => {
    expect(mapRow(coils, row)).toEqual({
      id: '7000000003',
      coilNumber: 'A00000001',
      customerId: '10001',
      parentCoilId: '7000000000',
      alloy: 'AA 5052',
      temper: 'H32',
      gaugeMm: '1.2345',
      widthMm: '1250',
      weightKg: '7312.125',
      heatNumber: 'H123456',
      castSerial: digits38,
      receivedAt: '2004-02-29 23:59:59',
      madeOn: '2004-02-20',
      scannedAt: '2004-03-01 00:00:00.123456',
      status: 'in-stock',
      isOnHold: true,
      location: 'YARD-0',
      notes: row.NOTES,
      rfidTag: row.RFID_TAG,
    });
  });

  it.each([
    ['PARENT_COIL_ID', null, { parentCoilId: null }],
    ['HOLD_FLG', null, { isOnHold: false }],
    ['LOC_CD', 'N/A', { location: null }],
    ['MADE_TXT', ' ', { madeOn: null }],
    ['CAST_SERIAL', `-${digits38}`, { castSerial: `-${digits38}` }],
    ['CAST_SERIAL', '0', { castSerial: '0' }],
    ['NOTES', '0', { notes: '0' }],
    ['NOTES', ' blanks stay ', { notes: ' blanks stay ' }],
    ['RECV_DTM', ' 0001-01-01 00:00:00', { receivedAt: '0001-01-01 00:00:00' }],
    ['RECV_DTM', ' 9999-12-31 23:59:59', { receivedAt: '9999-12-31 23:59:59' }],
  ])('reads %s = %j', (column, value, expected) => {
    expect(mapRow(coils, { ...row, [column]: value })).toMatchObject(expected);
  });

  it.each([
    ['WEIGHT_KG', null, 'weightKg: null where a value is required'],
    ['HEAT_NO', 'H12\x003456', 'heatNumber: contains a NUL character'],
    ['HEAT_NO', 'H'.repeat(21), 'heatNumber: isLength'],
    ['ALLOY_CD', '9999  ', 'alloy: unknown code'],
    ['STATUS_CD', ' ', 'status: unknown code'],
    ['GAUGE_MM', '1.23456', 'gaugeMm: more than 4 decimals'],
    ['CAST_SERIAL', `1${digits38}`, 'castSerial: more than 38 digits before the point'],
    ['MADE_TXT', '00/00/0000', 'madeOn: not a date in YYYYMMDD or MM/DD/YYYY or DD-MON-YYYY or YYYY-MM-DD'],
    ['SCAN_TS', ' 2004-03-01 00:00:00.123456789', 'scannedAt: finer than microseconds'],
  ])('turns away %s = %j', (column, value, rejected) => {
    expect(mapRow(coils, { ...row, [column]: value })).toEqual({ rejected });
  });
});
