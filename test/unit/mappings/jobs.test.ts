import { jobs } from '../../../src/mappings/jobs';
import { mapRow } from '../../support/map-row';

const row = {
  JOB_ID: '500001',
  JOB_NO: 'J0000001    ',
  CUST_ID: '10001',
  COIL_ID: '7000000003',
  LINE_CD: 'LN003   ',
  JOB_TYP: 'SL',
  STATUS_CD: 'D',
  PRIORITY: '1',
  ORD_QTY: '1200',
  TGT_GAUGE: '.8',
  TGT_WIDTH: '305.25',
  SCRAP_PCT: '100',
  ORDER_DT_TXT: '04.07.1999',
  DUE_DT: ' 9999-12-31 00:00:00',
  START_DTM: ' 1999-07-05 06:00:00',
  END_DTM: null,
  RUSH_FLG: 'N',
  OPERATOR_NM: Buffer.from(' Zo\xeb O\x92Neil', 'latin1'),
  INSTRUCTIONS: 'gauge\t1.20',
  CREATED_TS: ' 1999-07-04 10:11:12.000001000',
};

describe('jobs', () => {
  it('cleans a real-looking row', () => {
    expect(mapRow(jobs, row)).toEqual({
      id: '500001',
      jobNumber: 'J0000001',
      customerId: '10001',
      coilId: '7000000003',
      lineCode: 'LN003',
      operation: 'slitting',
      status: 'done',
      priority: '1',
      orderedPieces: '1200',
      targetGaugeMm: '0.8',
      targetWidthMm: '305.25',
      scrapPercent: '100',
      orderedOn: '1999-07-04',
      dueOn: '9999-12-31',
      startedAt: '1999-07-05 06:00:00',
      finishedAt: null,
      isRush: false,
      operatorName: 'Zoë O’Neil',
      instructions: 'gauge\t1.20',
      createdAt: '1999-07-04 10:11:12.000001',
    });
  });

  it.each([
    ['ORD_QTY', null, { orderedPieces: null }],
    ['ORD_QTY', '0', { orderedPieces: '0' }],
    ['RUSH_FLG', null, { isRush: false }],
    ['OPERATOR_NM', null, { operatorName: null }],
    ['ORDER_DT_TXT', '4-jul-1999 ', { orderedOn: '1999-07-04' }],
  ])('reads %s = %j', (column, value, expected) => {
    expect(mapRow(jobs, { ...row, [column]: value })).toMatchObject(expected);
  });

  it.each([
    ['ORDER_DT_TXT', null, 'orderedOn: null where a value is required'],
    ['ORDER_DT_TXT', ' ', 'orderedOn: not a date in YYYYMMDD or DD.MM.YYYY or DD-MON-YYYY'],
    ['STATUS_CD', '?', 'status: unknown code'],
    ['PRIORITY', '0', 'priority: min'],
    ['PRIORITY', '1.5', 'priority: has a fraction'],
    ['DUE_DT', ' 1999-07-09 12:00:00', 'dueOn: has a time of day'],
  ])('turns away %s = %j', (column, value, rejected) => {
    expect(mapRow(jobs, { ...row, [column]: value })).toEqual({ rejected });
  });
});
