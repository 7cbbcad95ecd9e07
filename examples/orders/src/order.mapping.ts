import {
  codeTable,
  decimal,
  integer,
  legacyTable,
  oracleTimestamp,
  trimmed,
  unpadded,
  yesNo,
  type CharText,
  type DateText,
  type NumberText,
} from 'cutover';
import { Order } from './order.entity';

/** SHOP.ORDERS, one row per order; URGENT_FLG is null for orders before 2009. */
interface OrderRow {
  ORDER_ID: NumberText;
  CUST_NM: string;
  STATUS_CD: CharText;
  URGENT_FLG: 'Y' | 'N' | null;
  TOTAL_AMT: NumberText;
  ORDER_DT: DateText | null;
  NOTE_TXT: string | null;
}

const { from, mapTo } = legacyTable<OrderRow>('SHOP.ORDERS', { key: ['ORDER_ID'] });

const status = codeTable('orderStatus', { O: 'open', S: 'shipped', X: 'cancelled' });

// prettier-ignore
export const orders = mapTo(Order, {
  id:           from('ORDER_ID', integer),
  customerName: from('CUST_NM', trimmed),
  status:       from('STATUS_CD', unpadded, status),
  isUrgent:     from('URGENT_FLG', yesNo).or(false),
  total:        from('TOTAL_AMT', decimal(12, 2)),
  orderedAt:    from('ORDER_DT', oracleTimestamp),
  note:         from('NOTE_TXT', trimmed),
}, { where: "STATUS_CD <> 'D'" });
