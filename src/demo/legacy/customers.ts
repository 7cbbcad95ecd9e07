import { customerKey } from './keys';
import type { Recipe } from './recipe';
import {
  BAD_DATES,
  BAD_EMAILS,
  flag,
  padded,
  typedDate,
  typedEmail,
  typedPhone,
  unknownText,
  windows1252,
} from './spoil';
import { day, email, fixed, oracleNumber, perhaps, person, phone, secondOf } from './truth';

interface Customer {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly contactName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly fax: string | null;
  readonly street: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly postalCode: string | null;
  readonly creditLimit: string | null;
  readonly isVip: boolean;
  readonly customerSince: string | null;
  readonly updatedAt: string;
}

const COLUMNS = [
  'CUST_ID',
  'CUST_NO',
  'CUST_NM',
  'CONTACT_NM',
  'EMAIL_ADDR',
  'PHONE_NO',
  'FAX_NO',
  'ADDR_1',
  'CITY',
  'STATE_CD',
  'ZIP_CD',
  'CREDIT_LIM',
  'VIP_FLG',
  'SINCE_TXT',
  'LAST_UPD',
  'UPD_USER',
  'SIC_CD',
] as const;

const NAMES = [
  'Müller Aluminium GmbH',
  'Société d’Emballage Léger',
  'Peña & Hijos',
  'Škoda “Prime” Metals',
  '€uro Coil™ – Köln',
  'Œuvre Métallique',
  'Midwest Gutter Co.',
  'Ohio Can Stock, Inc.',
  'Trailer Skins LLC',
] as const;
const CITIES = ['Zürich', 'Saint-Étienne', 'Málaga', 'Detroit', 'Toledo', 'Cleveland', 'Grand Rapids', '0'] as const;
const DATE_FORMS = ['YYYYMMDD', 'MM/DD/YYYY', 'M/D/YYYY', 'DD-MON-YYYY', 'DD-mon-YYYY', 'YYYY-MM-DD'] as const;

/** AB_CUSTOMER: names in windows-1252, phones in five forms, dates in six, NULs in streets. */
export const customers: Recipe<Customer, (typeof COLUMNS)[number], 'customer'> = {
  entity: 'customer',
  table: 'AB_CUSTOMER',
  columns: COLUMNS,
  key: ({ id }) => id,
  truth: (index, dice) => ({
    id: customerKey(index),
    number: `K${String(index + 1).padStart(6, '0')}`,
    name: `${dice.pick(NAMES)} ${index + 1}`,
    contactName: perhaps(80, dice, () => person(dice)),
    email: perhaps(85, dice, () => email(dice)),
    phone: perhaps(95, dice, () => phone(dice)),
    fax: perhaps(50, dice, () => phone(dice)),
    street: perhaps(
      90,
      dice,
      () => `${dice.int(1, 9999)} ${dice.pick(['Main St', 'Mill Rd', 'O"Hare Ave', "L'Anse Dr"])}`,
    ),
    city: perhaps(95, dice, () => dice.pick(CITIES)),
    state: perhaps(85, dice, () => dice.pick(['MI', 'OH', 'IN', 'IL', 'PA'])),
    postalCode: perhaps(90, dice, () => `0${dice.digits(4)}`),
    creditLimit: perhaps(70, dice, () =>
      dice.pick(['0.00', '0.01', fixed(dice.int(1, 500_000_000), 2), '9999999999.99']),
    ),
    isVip: dice.chance(10),
    customerSince: perhaps(90, dice, () => day(dice)),
    updatedAt: index % 97 === 5 ? '0001-01-01 00:00:00' : secondOf(day(dice), dice),
  }),
  legacy: (customer, dice) => ({
    CUST_ID: customer.id,
    CUST_NO: padded(customer.number, 10),
    CUST_NM: windows1252(customer.name + dice.pick(['', '  '])),
    CONTACT_NM: customer.contactName ?? unknownText(dice),
    EMAIL_ADDR: customer.email === null ? dice.pick([null, ' ']) : typedEmail(customer.email, dice),
    PHONE_NO: customer.phone === null ? null : typedPhone(customer.phone, dice),
    FAX_NO: customer.fax === null ? unknownText(dice) : typedPhone(customer.fax, dice),
    ADDR_1: customer.street === null ? null : withNuls(customer.street, dice.int(1, 20)),
    CITY: customer.city === null ? null : windows1252(customer.city),
    STATE_CD:
      customer.state === null ? dice.pick([null, '  ']) : dice.pick([customer.state, customer.state.toLowerCase()]),
    ZIP_CD: customer.postalCode,
    CREDIT_LIM: customer.creditLimit === null ? null : oracleNumber(customer.creditLimit),
    VIP_FLG: flag(customer.isVip, dice.chance(50)),
    SINCE_TXT:
      customer.customerSince === null ? unknownText(dice) : typedDate(customer.customerSince, DATE_FORMS, dice),
    LAST_UPD: customer.updatedAt,
    UPD_USER: dice.pick(['MAINT', 'CLERK1', 'CLERK2']),
    SIC_CD: dice.digits(4),
  }),
  expected: (customer) => ({ ...customer, isVip: String(customer.isVip), updatedAt: `${customer.updatedAt}.000000` }),
  spoil: {
    badEmail: (dice) => ({ EMAIL_ADDR: dice.pick(BAD_EMAILS) }),
    badDate: (dice) => ({ SINCE_TXT: dice.pick(BAD_DATES) }),
    longName: () => ({
      CUST_NM: windows1252('Vereinigte Aluminiumwerke für Verpackung, Bau und Fahrzeuge – Süd GmbH'),
    }),
    hugeLimit: (dice) => ({ CREDIT_LIM: dice.digits(11) }),
    badPhone: () => ({ PHONE_NO: 'CALL OFFICE' }),
  },
};

/** One street in twenty has NULs, from the fax gateway. */
function withNuls(street: string, draw: number): string {
  return draw === 1 ? `${street.replace(' ', '\0 ')}\0` : street;
}
