import { carrierKey } from './keys';
import type { Recipe } from './recipe';
import { flag, padded, typedEmail, typedPhone } from './spoil';
import { day, email, perhaps, phone } from './truth';

interface Carrier {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly scac: string | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly isActive: boolean;
  readonly contractSince: string | null;
}

const COLUMNS = [
  'CARRIER_ID',
  'CARRIER_CD',
  'CARRIER_NAME',
  'SCAC',
  'PHONE_NO',
  'CONTACT_EMAIL',
  'ACTIVE_FLG',
  'CONTRACT_DT',
  'SORT_NO',
] as const;

const NAMES = ['Great Lakes Haulage', 'Motor City Freight', 'Erie Flatbed', 'Buckeye Lines', 'Huron & Sons'] as const;

/** AB_CARRIER: nothing here is beyond repair. */
export const carriers: Recipe<Carrier, (typeof COLUMNS)[number], 'carrier'> = {
  entity: 'carrier',
  table: 'AB_CARRIER',
  columns: COLUMNS,
  key: ({ id }) => id,
  truth: (index, dice) => ({
    id: carrierKey(index),
    code: `C${index + 1}`,
    name: `${dice.pick(NAMES)} ${index + 1}`,
    scac: perhaps(70, dice, () => `${dice.pick(['GL', 'MC', 'ER', 'BK'])}${dice.pick(['HX', 'TR', 'LN'])}`),
    phone: perhaps(90, dice, () => phone(dice)),
    email: perhaps(80, dice, () => email(dice)),
    isActive: dice.chance(85),
    contractSince: index % 10 === 3 ? '0001-01-01' : perhaps(80, dice, () => day(dice)),
  }),
  legacy: (carrier, dice) => ({
    CARRIER_ID: carrier.id,
    CARRIER_CD: padded(carrier.code, 6),
    CARRIER_NAME: carrier.name.replace(' ', dice.pick([' ', '  ', '   '])) + dice.pick(['', ' ']),
    SCAC:
      carrier.scac === null ? dice.pick([null, 'N/A', 'n/a']) : dice.pick([carrier.scac, carrier.scac.toLowerCase()]),
    PHONE_NO: carrier.phone === null ? null : typedPhone(carrier.phone, dice),
    CONTACT_EMAIL: carrier.email === null ? dice.pick([null, ' ']) : typedEmail(carrier.email, dice),
    ACTIVE_FLG: carrier.isActive ? dice.pick(['Y', null]) : flag(false, false),
    CONTRACT_DT: carrier.contractSince === null ? null : `${carrier.contractSince} 00:00:00`,
    SORT_NO: dice.int(1, 999),
  }),
  expected: (carrier) => ({ ...carrier, isActive: String(carrier.isActive) }),
  spoil: {},
};
