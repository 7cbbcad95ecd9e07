import { legacyTable } from '../core/mapping/legacy-table';
import type { CharText, DateText, NumberText, TimestampText } from '../core/mapping/wire';
import {
  bytesAs,
  codeTable,
  dateFromText,
  decimal,
  integer,
  oracleDate,
  oracleTimestamp,
  trimmed,
  unpadded,
  yesNo,
} from '../core/transforms';
import { Job } from '../entities/job';

/** AB_JOB, one row per order on one coil; its coil may belong to another company than the one that pays (toll processing). */
interface JobRow {
  JOB_ID: NumberText;
  JOB_NO: CharText;
  CUST_ID: NumberText;
  COIL_ID: NumberText;
  LINE_CD: CharText;
  JOB_TYP: CharText;
  STATUS_CD: CharText;
  PRIORITY: NumberText;
  ORD_QTY: NumberText | null;
  TGT_GAUGE: NumberText;
  TGT_WIDTH: NumberText;
  SCRAP_PCT: NumberText | null;
  ORDER_DT_TXT: string | null;
  DUE_DT: DateText;
  START_DTM: DateText | null;
  END_DTM: DateText | null;
  RUSH_FLG: CharText | null;
  OPERATOR_NM: string | null;
  INSTRUCTIONS: string | null;
  CREATED_TS: TimestampText;
}

const { from, fromBytes, mapTo } = legacyTable<JobRow>('AB_JOB', { key: ['JOB_ID'] });

const operation = codeTable('operation', { SL: 'slitting', CL: 'cut-to-length', LV: 'levelling', CO: 'coating' });
const status = codeTable('job-status', { O: 'open', R: 'running', D: 'done', C: 'cancelled' });

// prettier-ignore
export const jobs = mapTo(Job, {
  id:            from('JOB_ID', integer),
  jobNumber:     from('JOB_NO', trimmed),
  customerId:    from('CUST_ID', integer),
  coilId:        from('COIL_ID', integer),
  lineCode:      from('LINE_CD', unpadded),              // as AB_LINE.LINE_CD
  operation:     from('JOB_TYP', operation),
  status:        from('STATUS_CD', status),
  priority:      from('PRIORITY', integer),
  orderedPieces: from('ORD_QTY', integer),               // null for coils sold by weight
  targetGaugeMm: from('TGT_GAUGE', decimal(7, 4)),
  targetWidthMm: from('TGT_WIDTH', decimal(8, 2)),
  scrapPercent:  from('SCRAP_PCT', decimal(5, 2)),
  orderedOn:     from('ORDER_DT_TXT', trimmed, dateFromText('YYYYMMDD', 'DD.MM.YYYY', 'DD-MON-YYYY')).orReject(),
  dueOn:         from('DUE_DT', oracleDate),             // 9999-12-31 is kept: “no due date”
  startedAt:     from('START_DTM', oracleTimestamp),
  finishedAt:    from('END_DTM', oracleTimestamp),
  isRush:        from('RUSH_FLG', yesNo).or(false),
  operatorName:  fromBytes('OPERATOR_NM', bytesAs('windows-1252'), trimmed),
  instructions:  from('INSTRUCTIONS'),
  createdAt:     from('CREATED_TS', oracleTimestamp),
});
