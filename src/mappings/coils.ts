import { legacyTable } from '../core/mapping/legacy-table';
import type { CharText, DateText, NumberText, TimestampText } from '../core/mapping/wire';
import {
  codeTable,
  dateFromText,
  decimal,
  integer,
  nullIf,
  nulRefused,
  oracleTimestamp,
  trimmed,
  upper,
  yesNo,
} from '../core/transforms';
import { Coil } from '../entities/coil';

/** AB_COIL, one row per coil; a coil that was slit is the parent of others. */
interface CoilRow {
  COIL_ID: NumberText;
  COIL_NO: CharText;
  CUST_ID: NumberText;
  PARENT_COIL_ID: NumberText | null;
  ALLOY_CD: CharText;
  TEMPER_CD: CharText;
  GAUGE_MM: NumberText;
  WIDTH_MM: NumberText;
  WEIGHT_KG: NumberText | null;
  HEAT_NO: string | null;
  CAST_SERIAL: NumberText | null;
  RECV_DTM: DateText;
  MADE_TXT: string | null;
  SCAN_TS: TimestampText | null;
  STATUS_CD: CharText;
  HOLD_FLG: CharText | null;
  LOC_CD: string | null;
  NOTES: string | null;
  RFID_TAG: Buffer | null;
}

const { from, mapTo } = legacyTable<CoilRow>('AB_COIL', { key: ['COIL_ID'] });

const alloy = codeTable('alloy', {
  '1100': 'AA 1100',
  '3003': 'AA 3003',
  '3105': 'AA 3105',
  '5052': 'AA 5052',
  '6061': 'AA 6061',
  '8011': 'AA 8011',
});
const status = codeTable('coil-status', { S: 'in-stock', P: 'in-process', C: 'consumed', X: 'scrapped' });

// prettier-ignore
export const coils = mapTo(Coil, {
  id:           from('COIL_ID', integer),
  coilNumber:   from('COIL_NO', trimmed),
  customerId:   from('CUST_ID', integer),
  parentCoilId: from('PARENT_COIL_ID', integer),
  alloy:        from('ALLOY_CD', alloy),
  temper:       from('TEMPER_CD', trimmed, upper),
  gaugeMm:      from('GAUGE_MM', decimal(7, 4)),
  widthMm:      from('WIDTH_MM', decimal(8, 2)),
  weightKg:     from('WEIGHT_KG', decimal(10, 3)).orReject(),
  heatNumber:   from('HEAT_NO', nulRefused),             // a heat number with a hole in it is worth nothing
  castSerial:   from('CAST_SERIAL', decimal(38, 0)),
  receivedAt:   from('RECV_DTM', oracleTimestamp),
  madeOn:       from('MADE_TXT', trimmed, nullIf('', 'N/A'), dateFromText('YYYYMMDD', 'MM/DD/YYYY', 'DD-MON-YYYY', 'YYYY-MM-DD')),
  scannedAt:    from('SCAN_TS', oracleTimestamp),
  status:       from('STATUS_CD', status),
  isOnHold:     from('HOLD_FLG', yesNo).or(false),
  location:     from('LOC_CD', trimmed, nullIf('', 'N/A')),
  notes:        from('NOTES'),                           // as typed: quotes, tabs, newlines
  rfidTag:      from('RFID_TAG'),
});
