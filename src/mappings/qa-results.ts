import { legacyTable } from '../core/mapping/legacy-table';
import type { CharText, NumberText, TimestampText } from '../core/mapping/wire';
import {
  codeTable,
  decimal,
  email,
  integer,
  lower,
  nullIf,
  oracleTimestamp,
  timestampToMicroseconds,
  trimmed,
  yesNo,
} from '../core/transforms';
import { QaResult } from '../entities/qa-result';

/** AB_QA_RESULT, one row per measurement; the test stand writes its time with zone and nanoseconds. */
interface QaResultRow {
  QA_ID: NumberText;
  JOB_ID: NumberText;
  TEST_CD: CharText;
  PASS_FLG: CharText;
  MEASURED: NumberText | null;
  UNIT_CD: string | null;
  INSPECTOR: string | null;
  INSP_EMAIL: string | null;
  TESTED_TZ: TimestampText;
  REMARKS: string | null;
}

const { from, mapTo } = legacyTable<QaResultRow>('AB_QA_RESULT', { key: ['QA_ID'] });

const test = codeTable('qa-test', {
  TENS: 'tensile',
  ELNG: 'elongation',
  FLAT: 'flatness',
  SURF: 'surface',
  GAGE: 'gauge',
});

// prettier-ignore
export const qaResults = mapTo(QaResult, {
  id:             from('QA_ID', integer),
  jobId:          from('JOB_ID', integer),
  test:           from('TEST_CD', test),
  passed:         from('PASS_FLG', yesNo),
  measured:       from('MEASURED', decimal(12, 6)),
  unit:           from('UNIT_CD', trimmed, lower),
  inspector:      from('INSPECTOR', trimmed, nullIf('', 'N/A')),
  inspectorEmail: from('INSP_EMAIL', email, nullIf('')),
  testedAt:       from('TESTED_TZ', timestampToMicroseconds, oracleTimestamp),
  remarks:        from('REMARKS'),                       // a LONG
}, { entity: 'qa' });
