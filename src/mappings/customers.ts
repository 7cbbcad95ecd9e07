import { legacyTable } from '../core/mapping/legacy-table';
import type { CharText, DateText, NumberText } from '../core/mapping/wire';
import {
  bytesAs,
  dateFromText,
  decimal,
  email,
  integer,
  nullIf,
  nulStripped,
  oracleTimestamp,
  phone,
  trimmed,
  unpadded,
  upper,
  yesNo,
} from '../core/transforms';
import { Customer } from '../entities/customer';

/** AB_CUSTOMER, one row per customer; names and cities were typed in windows-1252, whatever the database says. */
interface CustomerRow {
  CUST_ID: NumberText;
  CUST_NO: CharText;
  CUST_NM: string;
  CONTACT_NM: string | null;
  EMAIL_ADDR: string | null;
  PHONE_NO: string | null;
  FAX_NO: string | null;
  ADDR_1: string | null;
  CITY: string | null;
  STATE_CD: CharText | null;
  ZIP_CD: string | null;
  CREDIT_LIM: NumberText | null;
  VIP_FLG: CharText | null;
  SINCE_TXT: string | null;
  LAST_UPD: DateText;
}

const { from, fromBytes, mapTo } = legacyTable<CustomerRow>('AB_CUSTOMER', { key: ['CUST_ID'] });

const usPhone = phone({ country: '1' });

// prettier-ignore
export const customers = mapTo(Customer, {
  id:            from('CUST_ID', integer),
  number:        from('CUST_NO', unpadded),
  name:          fromBytes('CUST_NM', bytesAs('windows-1252'), trimmed),
  contactName:   from('CONTACT_NM', trimmed, nullIf('', 'N/A')),
  email:         from('EMAIL_ADDR', email, nullIf('')),
  phone:         from('PHONE_NO', usPhone),
  fax:           from('FAX_NO', trimmed, nullIf('', 'N/A'), usPhone),
  street:        from('ADDR_1', nulStripped, trimmed),   // the fax gateway of 1998 wrote NULs
  city:          fromBytes('CITY', bytesAs('windows-1252')),
  state:         from('STATE_CD', trimmed, upper, nullIf('')),
  postalCode:    from('ZIP_CD', trimmed),
  creditLimit:   from('CREDIT_LIM', decimal(12, 2)),     // null means “no limit agreed”
  isVip:         from('VIP_FLG', yesNo).or(false),       // null for rows before 2009
  customerSince: from('SINCE_TXT', trimmed, nullIf('', 'N/A'), dateFromText('YYYYMMDD', 'MM/DD/YYYY', 'DD-MON-YYYY', 'YYYY-MM-DD')),
  updatedAt:     from('LAST_UPD', oracleTimestamp),
});
