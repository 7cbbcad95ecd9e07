import { legacyTable } from '../core/mapping/legacy-table';
import type { CharText, DateText, NumberText, TimestampText } from '../core/mapping/wire';
import {
  codeTable,
  dateFromText,
  decimal,
  integer,
  nullIf,
  nulReplaced,
  oracleTimestamp,
  phone,
  trimmed,
} from '../core/transforms';
import { Shipment } from '../entities/shipment';

/** AB_SHIPMENT, one row per truckload. */
interface ShipmentRow {
  SHIP_ID: NumberText;
  BOL_NO: CharText;
  CARRIER_ID: NumberText;
  CUST_ID: NumberText;
  SHIP_DTM: DateText;
  DELIV_TXT: string | null;
  WEIGHT_KG: NumberText;
  FREIGHT_AMT: NumberText | null;
  STATUS_CD: CharText;
  DRIVER_PHONE: string | null;
  DEPART_TZ: TimestampText | null;
  COMMENTS: string | null;
}

const { from, mapTo } = legacyTable<ShipmentRow>('AB_SHIPMENT', { key: ['SHIP_ID'] });

const status = codeTable('shipment-status', { PL: 'planned', LD: 'loaded', TR: 'in-transit', DL: 'delivered' });

// prettier-ignore
export const shipments = mapTo(Shipment, {
  id:            from('SHIP_ID', integer),
  bolNumber:     from('BOL_NO', trimmed),
  carrierId:     from('CARRIER_ID', integer),
  customerId:    from('CUST_ID', integer),
  shippedAt:     from('SHIP_DTM', oracleTimestamp),
  deliveredOn:   from('DELIV_TXT', trimmed, nullIf('', 'N/A'), dateFromText('MM/DD/YYYY', 'YYYYMMDD', 'YYYY-MM-DD')),
  weightKg:      from('WEIGHT_KG', decimal(12, 3)),
  freightAmount: from('FREIGHT_AMT', decimal(10, 2)),
  status:        from('STATUS_CD', status),
  driverPhone:   from('DRIVER_PHONE', trimmed, nullIf('', 'N/A'), phone({ country: '1' })),
  departedAt:    from('DEPART_TZ', oracleTimestamp),
  comments:      from('COMMENTS', nulReplaced(' ')),
});
