import { qaResults } from '../../../src/mappings/qa-results';
import { mapRow } from '../../support/map-row';

const row = {
  QA_ID: '1',
  JOB_ID: '500001',
  TEST_CD: 'TENS',
  PASS_FLG: 'Y',
  MEASURED: '-0.000001',
  UNIT_CD: 'MPA ',
  INSPECTOR: 'Grace Hale',
  INSP_EMAIL: 'Grace.Hale@coil.example.com',
  TESTED_TZ: ' 2008-01-01 00:30:00.123456789 +05:30',
  REMARKS: 'Line 1\r\nLine 2',
};

describe('qaResults', () => {
  it('is called qa on the command line', () => {
    expect(qaResults.entity).toBe('qa');
  });

  it('cleans a real-looking row, cutting nanoseconds', () => {
    expect(mapRow(qaResults, row)).toEqual({
      id: '1',
      jobId: '500001',
      test: 'tensile',
      passed: true,
      measured: '-0.000001',
      unit: 'mpa',
      inspector: 'Grace Hale',
      inspectorEmail: 'grace.hale@coil.example.com',
      testedAt: '2008-01-01 00:30:00.123456+05:30',
      remarks: 'Line 1\r\nLine 2',
    });
  });

  it.each([
    ['INSPECTOR', 'N/A', { inspector: null }],
    ['INSP_EMAIL', ' ', { inspectorEmail: null }],
    ['MEASURED', null, { measured: null }],
    ['REMARKS', null, { remarks: null }],
  ])('reads %s = %j', (column, value, expected) => {
    expect(mapRow(qaResults, { ...row, [column]: value })).toMatchObject(expected);
  });

  it.each([
    ['TEST_CD', 'XXXX', 'test: unknown code'],
    ['INSP_EMAIL', '@metals.example', 'inspectorEmail: isEmail'],
    ['PASS_FLG', 'P', 'passed: not Y or N'],
  ])('turns away %s = %j', (column, value, rejected) => {
    expect(mapRow(qaResults, { ...row, [column]: value })).toEqual({ rejected });
  });
});
