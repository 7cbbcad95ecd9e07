/** The words for views, queries, lookups and embedded objects: what docs/MAPPINGS.md shows, and what must not compile. */
import {
  codeTable,
  dateFromText,
  rest,
  decimal,
  inZone,
  integer,
  legacyQuery,
  legacyTable,
  nullIf,
  nullIfRefused,
  oracleDate,
  oracleTimestamp,
  targetValues,
  timestampToMicroseconds,
  trimmed,
  type CharText,
  type DateText,
  type Json,
  type NumberText,
  type TimestampText,
} from '../../src';

class OrderTotal {
  orderId!: number;
  total!: string;
}

interface OrderTotalRow {
  ORDER_ID: NumberText;
  TOTAL: NumberText | null;
}

class Coil {
  id!: number;
  customerId!: number | null;
  countryId!: number | null;
  plant!: string;
}

interface CoilRow {
  COIL_ID: NumberText;
  CUST_CD: CharText | null;
  COUNTRY: string | null;
  PLANT_CD: CharText;
  LINE_NO: NumberText;
  STATUS_CD: CharText | null;
}

class Country {
  id!: number;
  iso!: string;
  capital!: Coil;
}

interface CustomerRow {
  CUST_ID: NumberText;
  CUST_CD: CharText;
}

class Address {
  street!: string | null;
  zip!: string;
}

class Person {
  id!: number;
  home!: Address;
  tags!: Json<string[]>;
}

interface PersonRow {
  ID: NumberText;
  STREET: string | null;
  ZIP: string;
}

const totals = legacyQuery<OrderTotalRow>('ORDER_TOTALS', {
  key: ['ORDER_ID'],
  reads: ['SHOP.ORDERS', 'SHOP.ORDER_LINES'], // whose rows it migrates
  query: `
    select o.ORDER_ID, SUM(l.AMOUNT) as TOTAL
    from {SHOP.ORDERS} o left join {SHOP.ORDER_LINES} l on l.ORDER_ID = o.ORDER_ID
    group by o.ORDER_ID`,
});

export const orderTotals = totals.mapTo(OrderTotal, {
  orderId: totals.from('ORDER_ID', integer),
  total: totals.from('TOTAL', decimal(12, 2)).or('0'),
});

const customers = legacyTable<CustomerRow>('AB_CUSTOMER', { key: ['CUST_ID'] });
const customerIds = customers.values('CUST_ID', { by: ['CUST_CD'] }); // read at the SCN of the run
const countryIds = targetValues(Country, 'id', { by: ['iso'] }); // as they are in the target

const { from, lookup, mapTo } = legacyTable<CoilRow>('AB_COIL', { key: ['COIL_ID'] });

export const coils = mapTo(Coil, {
  id: from('COIL_ID', integer),
  customerId: lookup('CUST_CD', customerIds, integer), // a code without a customer turns the row away
  countryId: lookup('COUNTRY', countryIds).or(1), // null, and a country that is not there, mean 1
  plant: from('PLANT_CD', trimmed),
});

class Contact {
  id!: number;
}

const party = legacyTable<{ ID: NumberText }>('AB_PARTY', { key: ['ID'] });
const sheetOfParty = { id: party.from('ID', integer) };

export const buyers = party.mapTo(Contact, sheetOfParty, { entity: 'buyer', where: "KIND = 'B'" });
export const sellers = party.mapTo(Contact, sheetOfParty, { entity: 'seller', where: "KIND = 'S'" });

export const others = party.mapTo(Contact, sheetOfParty, { entity: 'other', where: rest() });

export const sellersOnly = party.mapTo(Contact, sheetOfParty, {
  entity: 'seller',
  where: "KIND = 'S'",
  rest: 'no buyers',
});

const person = legacyTable<PersonRow>('AB_PERSON', { key: ['ID'] });

export const people = person.mapTo(Person, {
  id: person.from('ID', integer),
  'home.street': person.from('STREET', trimmed),
  'home.zip': person.from('ZIP', trimmed),
  tags: person.constant('["legacy"]'),
});

const sheet = { id: from('COIL_ID', integer), countryId: from('LINE_NO', integer), plant: from('PLANT_CD', trimmed) };
const numbers = legacyTable<{ NO: NumberText; TEXT: string }>('NUMBERS', { key: ['NO'] });
const pairs = legacyTable<{ P: CharText; N: NumberText; V: string }>('PAIRS', { key: ['P', 'N'] });

/** A CHAR may be looked up by a text and the other way round; a number by a number only. */
export const byText = lookup('PLANT_CD', numbers.values('NO', { by: ['TEXT'] }), integer);
export const byPair = lookup(['PLANT_CD', 'LINE_NO'], pairs.values('V', { by: ['P', 'N'] }), trimmed);

/** A number property of an entity is a key like any other: a NUMBER finds it, and a text. */
const plantsByCustomer = targetValues(Coil, 'plant', { by: ['customerId'] });
export const byNumber = lookup('LINE_NO', plantsByCustomer);
export const byNumberAsText = lookup('PLANT_CD', plantsByCustomer, trimmed);

// @ts-expect-error a text where the key is a number
lookup('PLANT_CD', numbers.values('TEXT', { by: ['NO'] }));

// @ts-expect-error the columns of the key in another order
lookup(['LINE_NO', 'PLANT_CD'], pairs.values('V', { by: ['P', 'N'] }));

// @ts-expect-error a key of two columns for one
lookup('PLANT_CD', pairs.values('V', { by: ['P', 'N'] }));

// @ts-expect-error a column that the looked-up table does not have
customers.values('CUST_NAME', { by: ['CUST_CD'] });

// @ts-expect-error a NUMBER's text where a number is asked for: a conversion must check it
mapTo(Coil, { ...sheet, customerId: lookup('CUST_CD', customerIds) });

// @ts-expect-error a nullable column that leads to a property which is never null
mapTo(Coil, { ...sheet, customerId: from('LINE_NO', integer), id: lookup('CUST_CD', customerIds, integer) });

// @ts-expect-error a relation has no value to look up
targetValues(Country, 'capital', { by: ['iso'] });

// @ts-expect-error a query has no values to be looked up in: make a view of it
export type NoValues = (typeof totals)['values'];

// @ts-expect-error a key column that the query does not have
legacyQuery<OrderTotalRow>('ORDER_TOTALS', { key: ['ID'], query: 'select ORDER_ID, TOTAL from {T}' });

// @ts-expect-error a property that the embedded object does not have
person.mapTo(Person, { id: person.from('ID', integer), tags: person.constant('[]'), 'home.city': person.from('ZIP') });

person.mapTo(Person, {
  id: person.from('ID', integer),
  tags: person.constant('[]'),
  // @ts-expect-error a null for a property of an embedded object that is never null
  'home.zip': person.from('STREET'),
});

interface StampRow {
  ID: NumberText;
  MADE: DateText;
  SEEN: TimestampText | null;
  DAY_TXT: string;
}

class Stamp {
  id!: number;
  made!: Date;
  seen!: Date | null;
  day!: Date;
  localDay!: string;
}

const stamp = legacyTable<StampRow>('STAMPS', { key: ['ID'] });

const stampSheet = {
  id: stamp.from('ID', integer),
  made: stamp.from('MADE', inZone('Europe/Paris', { gap: 'later', fold: 'earlier' })),
  seen: stamp.from('SEEN', timestampToMicroseconds, oracleTimestamp, inZone('UTC')),
  day: stamp
    .from('DAY_TXT', trimmed, nullIf('N/A'), dateFromText('YYYYMMDD'), inZone('+05:30'))
    .or('1970-01-01 00:00:00+00:00'),
  localDay: stamp.from('SEEN', inZone('Europe/Paris'), oracleDate).orReject(),
};

export const stamps = stamp.mapTo(Stamp, stampSheet);

// @ts-expect-error a text that no conversion has read as a time
stamp.from('DAY_TXT', inZone('UTC'));

// @ts-expect-error a NUMBER is no time
stamp.from('ID', inZone('UTC'));

// @ts-expect-error a choice that there is not
inZone('Europe/Paris', { gap: 'before' });

// @ts-expect-error a null stays null, which the property cannot be
stamp.mapTo(Stamp, { ...stampSheet, made: stamp.from('SEEN', inZone('UTC')) });

interface ClerkRow {
  CLERK_ID: NumberText;
  FIRST_NM: string | null;
  LAST_NM: string | null;
}

const { computed } = legacyTable<ClerkRow>('AB_CLERK', { key: ['CLERK_ID'] });

export const fullName = computed(['FIRST_NM', 'LAST_NM'], 'fullName@1', (first, last) =>
  `${first ?? ''} ${last ?? ''}`.trim(),
);

// @ts-expect-error one argument for each column
computed(['FIRST_NM'], 'fullName@1', (first, last) => `${first ?? ''}${last ?? ''}`);

const status = codeTable<Record<string, string>>('status', { A: 'active', S: 'stopped' });

export const orderStatus = {
  known: from('STATUS_CD', status).or('none'), // null; an unknown code turns the row away
  any: from('STATUS_CD', nullIfRefused(status), status).or('none'), // null, and an unknown code: counted as changes
};

// @ts-expect-error a default that is none of the table's values
from('STATUS_CD', codeTable('status', { A: 'active' })).or('none');
