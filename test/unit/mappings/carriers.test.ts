import { carriers } from '../../../src/mappings/carriers';
import { mapRow } from '../../support/map-row';

const row = {
  CARRIER_ID: '101',
  CARRIER_CD: 'C1    ',
  CARRIER_NAME: 'Great   Lakes Haulage ',
  SCAC: 'glhx',
  PHONE_NO: '(313) 555-0142',
  CONTACT_EMAIL: ' Dispatch@GLH.example ',
  ACTIVE_FLG: 'N',
  CONTRACT_DT: ' 1998-03-02 00:00:00',
};

describe('carriers', () => {
  it('cleans a real-looking row', () => {
    expect(mapRow(carriers, row)).toEqual({
      id: '101',
      code: 'C1',
      name: 'Great Lakes Haulage',
      scac: 'GLHX',
      phone: '+13135550142',
      email: 'dispatch@glh.example',
      isActive: false,
      contractSince: '1998-03-02',
    });
  });

  it('takes a missing flag for active and keeps other nulls', () => {
    const nulls = { SCAC: null, PHONE_NO: null, CONTACT_EMAIL: null, ACTIVE_FLG: null, CONTRACT_DT: null };
    expect(mapRow(carriers, { ...row, ...nulls })).toMatchObject({
      scac: null,
      phone: null,
      email: null,
      isActive: true,
      contractSince: null,
    });
  });

  it.each(['N/A', 'n/a ', '  '])('takes the code %j for none', (SCAC) => {
    expect(mapRow(carriers, { ...row, SCAC })).toMatchObject({ scac: null });
  });

  it('keeps the first day that Oracle and PostgreSQL share', () => {
    expect(mapRow(carriers, { ...row, CONTRACT_DT: ' 0001-01-01 00:00:00' })).toMatchObject({
      contractSince: '0001-01-01',
    });
  });

  it.each([
    ['CONTRACT_DT', ' 1998-03-02 08:00:00', 'contractSince: has a time of day'],
    ['CONTACT_EMAIL', 'none', 'email: isEmail'],
    ['PHONE_NO', '555-0142', 'phone: phone number with a wrong count of digits'],
    ['ACTIVE_FLG', 'X', 'isActive: not Y or N'],
  ])('turns away %s = %j', (column, value, rejected) => {
    expect(mapRow(carriers, { ...row, [column]: value })).toEqual({ rejected });
  });
});
