import { legacyTable } from '../core/mapping/legacy-table';
import type { CharText, DateText, NumberText } from '../core/mapping/wire';
import { collapsedSpaces, email, integer, nullIf, oracleDate, phone, trimmed, upper, yesNo } from '../core/transforms';
import { Carrier } from '../entities/carrier';

/** AB_CARRIER, one row per haulage company; ACTIVE_FLG is null for rows before 2004. */
interface CarrierRow {
  CARRIER_ID: NumberText;
  CARRIER_CD: CharText;
  CARRIER_NAME: string;
  SCAC: string | null;
  PHONE_NO: string | null;
  CONTACT_EMAIL: string | null;
  ACTIVE_FLG: CharText | null;
  CONTRACT_DT: DateText | null;
}

const { from, mapTo } = legacyTable<CarrierRow>('AB_CARRIER', { key: ['CARRIER_ID'] });

// prettier-ignore
export const carriers = mapTo(Carrier, {
  id:            from('CARRIER_ID', integer),
  code:          from('CARRIER_CD', trimmed),
  name:          from('CARRIER_NAME', collapsedSpaces, trimmed),
  scac:          from('SCAC', trimmed, upper, nullIf('', 'N/A')),
  phone:         from('PHONE_NO', phone({ country: '1' })),
  email:         from('CONTACT_EMAIL', email, nullIf('')),
  isActive:      from('ACTIVE_FLG', yesNo).or(true),     // null means “never switched off”
  contractSince: from('CONTRACT_DT', oracleDate),        // 0001-01-01 is kept: “before the old system”
});
