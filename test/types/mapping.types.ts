/** What must not compile in a mapping. Each case fails this file's type check when it starts to compile. */
import { legacyTable } from '../../src/core/mapping/legacy-table';
import type { CharText, DateText, NumberText, CanonicalTimestamp, IntegerText } from '../../src/core/mapping/wire';
import { transform } from '../../src/core/mapping/transform';

class Region {
  id!: number;
}

class Customer {
  id!: number;
  fullName!: string;
  email!: string | null;
  isVip!: boolean;
  since!: Date | null;
  photo!: Buffer | null;
  regionId!: number;
  region!: Region;
  rename(): void {
    this.fullName = '';
  }
}

interface CustomerRow {
  CUST_ID: NumberText;
  CUST_NM: string;
  EMAIL_ADDR: string | null;
  VIP_FLG: 'Y' | 'N' | null;
  SINCE_DT: DateText | null;
  PHOTO: Buffer | null;
  REGION_CD: CharText;
}

const integer = transform('integer', [], (value: string) => value as IntegerText);
const trimmed = transform('trimmed', [], (value: string) => value.trim());
const yesNo = transform('yesNo', [], (value: string) => value === 'Y');
const timestamp = transform('timestamp', [], (value: DateText) => value as string as CanonicalTimestamp);

const { from, mapTo, computed, constant, leftOut } = legacyTable<CustomerRow>('CRM.CUSTOMERS', { key: ['CUST_ID'] });

const fields = {
  id: from('CUST_ID', integer),
  fullName: from('CUST_NM', trimmed),
  email: from('EMAIL_ADDR', trimmed),
  isVip: from('VIP_FLG', yesNo).or(false),
  since: from('SINCE_DT', timestamp),
  photo: from('PHOTO'),
  regionId: from('REGION_CD', trimmed, integer),
};

export const complete = mapTo(Customer, fields);
export const withWords = mapTo(Customer, {
  ...fields,
  fullName: computed(['CUST_NM', 'EMAIL_ADDR'], 'label@1', (name, email) => `${name} ${email ?? ''}`),
  regionId: constant(1),
  isVip: leftOut('the database defaults it'),
});

// @ts-expect-error an unknown property
mapTo(Customer, { ...fields, nickname: from('CUST_NM') });

// prettier-ignore
mapTo(Customer, { id: from('CUST_ID', integer), fullName: from('CUST_NM'), email: from('EMAIL_ADDR'), isVip: constant(true), since: from('SINCE_DT', timestamp), photo: from('PHOTO'),
  // @ts-expect-error a relation is not a column: its scalar key is
  region: from('REGION_CD') });

const { id, fullName, isVip, since, photo, regionId } = fields;
// @ts-expect-error a missing property
mapTo(Customer, { id, fullName, isVip, since, photo, regionId });

// @ts-expect-error a wrong column
from('CUST_NAME');

// @ts-expect-error a conversion that gives the wrong type
mapTo(Customer, { ...fields, fullName: from('CUST_ID', yesNo) });

// @ts-expect-error a conversion that takes the wrong type
from('CUST_NM', timestamp);

// @ts-expect-error a nullable column into a property that is never null, without a null rule
mapTo(Customer, { ...fields, isVip: from('VIP_FLG', yesNo) });

// @ts-expect-error a NUMBER's text where a number is asked for: a conversion must check it
mapTo(Customer, { ...fields, id: from('CUST_ID') });

// @ts-expect-error a DATE's text where a Date is asked for
mapTo(Customer, { ...fields, since: from('SINCE_DT') });

// @ts-expect-error a key column that the table does not have
legacyTable<CustomerRow>('CRM.CUSTOMERS', { key: ['ID'] });

// @ts-expect-error an orphan policy for a property that does not exist
mapTo(Customer, fields, { orphans: { nope: 'null' } });

export const defaults = [
  from('REGION_CD', integer).or(0),
  from('SINCE_DT', timestamp).or('1970-01-01 00:00:00'),
  from('EMAIL_ADDR').or('none'),
];

// @ts-expect-error a default that is no timestamp
from('SINCE_DT', timestamp).or('yesterday');

// @ts-expect-error a default of the wrong type
from('VIP_FLG', yesNo).or('yes');
