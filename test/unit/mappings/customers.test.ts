import { customers } from '../../../src/mappings/customers';
import { mapRow } from '../../support/map-row';

const row = {
  CUST_ID: '10001',
  CUST_NO: 'K000001   ',
  CUST_NM: Buffer.from('M\xfcller \x93Prime\x94 \x96 \x80uro  ', 'latin1'),
  CONTACT_NM: 'Ann Adams ',
  EMAIL_ADDR: 'ANN@METALS.EXAMPLE',
  PHONE_NO: '313.555.0142',
  FAX_NO: '1-313-555-0143 x12',
  ADDR_1: '12\0 Mill Rd\0',
  CITY: Buffer.from('Z\xfcrich', 'latin1'),
  STATE_CD: 'mi',
  ZIP_CD: '01234',
  CREDIT_LIM: '.5',
  VIP_FLG: 'Y',
  SINCE_TXT: '4-JUL-1976',
  LAST_UPD: ' 2001-02-03 04:05:06',
};

describe('customers', () => {
  it('cleans a real-looking row', () => {
    expect(mapRow(customers, row)).toEqual({
      id: '10001',
      number: 'K000001',
      name: 'Müller “Prime” – €uro',
      contactName: 'Ann Adams',
      email: 'ann@metals.example',
      phone: '+13135550142',
      fax: '+13135550143;ext=12',
      street: '12 Mill Rd',
      city: 'Zürich',
      state: 'MI',
      postalCode: '01234',
      creditLimit: '0.5',
      isVip: true,
      customerSince: '1976-07-04',
      updatedAt: '2001-02-03 04:05:06',
    });
  });

  it.each([
    ['CONTACT_NM', 'N/A', { contactName: null }],
    ['CONTACT_NM', ' ', { contactName: null }],
    ['FAX_NO', 'N/A', { fax: null }],
    ['EMAIL_ADDR', '  ', { email: null }],
    ['STATE_CD', '  ', { state: null }],
    ['SINCE_TXT', '', { customerSince: null }],
    ['VIP_FLG', null, { isVip: false }],
    ['CREDIT_LIM', '0', { creditLimit: '0' }],
    ['CITY', Buffer.from('0'), { city: '0' }],
    ['LAST_UPD', ' 9999-12-31 23:59:59', { updatedAt: '9999-12-31 23:59:59' }],
  ])('reads %s = %j', (column, value, expected) => {
    expect(mapRow(customers, { ...row, [column]: value })).toMatchObject(expected);
  });

  it.each(['(313) 555-0142', '313-555-0142', '313.555.0142', '3135550142', '+1 313 555 0142'])(
    'reads the phone number %s',
    (PHONE_NO) => {
      expect(mapRow(customers, { ...row, PHONE_NO })).toMatchObject({ phone: '+13135550142' });
    },
  );

  it.each(['19760704', '07/04/1976', '7/4/1976', '04-JUL-1976', '1976-07-04'])('reads the day %s', (SINCE_TXT) => {
    expect(mapRow(customers, { ...row, SINCE_TXT })).toMatchObject({ customerSince: '1976-07-04' });
  });

  it.each([
    ['EMAIL_ADDR', 'j.doe(at)metals.example', 'email: isEmail'],
    ['CUST_NM', Buffer.from('x'.repeat(61)), 'name: isLength'],
    ['CUST_NM', Buffer.from([0x41, 0x81]), 'name: not valid windows-1252'],
    ['STATE_CD', 'M', 'state: isLength'],
    ['PHONE_NO', 'CALL OFFICE', 'phone: not a phone number'],
    ['CREDIT_LIM', '12345678901', 'creditLimit: more than 10 digits before the point'],
    ['SINCE_TXT', '31-FEB-2009', 'customerSince: not a date in YYYYMMDD or MM/DD/YYYY or DD-MON-YYYY or YYYY-MM-DD'],
  ])('turns away %s = %j', (column, value, rejected) => {
    expect(mapRow(customers, { ...row, [column]: value })).toEqual({ rejected });
  });
});
