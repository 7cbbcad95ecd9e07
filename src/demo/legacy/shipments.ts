import type { Dice } from './dice';
import { carrierKey, customerKey, missingCustomerKey, shipmentKey } from './keys';
import type { PlantedFault } from './planned-faults';
import type { LegacyCell, Recipe } from './recipe';
import { BAD_DATES, padded, typedDate, typedPhone, unknownText, zoned } from './spoil';
import { day, fixed, note, oracleNumber, perhaps, phone, secondOf } from './truth';
import { goodRow, rejectedRow, type World } from './world';

interface Shipment {
  readonly id: string;
  readonly bolNumber: string;
  readonly carrierId: string;
  readonly customerId: string;
  readonly shippedAt: string;
  readonly deliveredOn: string | null;
  readonly weightKg: string;
  readonly freightAmount: string | null;
  readonly status: string;
  readonly driverPhone: string | null;
  /** UTC, to the microsecond. */
  readonly departedAt: string | null;
  readonly comments: string | null;
}

const COLUMNS = [
  'SHIP_ID',
  'BOL_NO',
  'CARRIER_ID',
  'CUST_ID',
  'SHIP_DTM',
  'DELIV_TXT',
  'WEIGHT_KG',
  'FREIGHT_AMT',
  'STATUS_CD',
  'DRIVER_PHONE',
  'DEPART_TZ',
  'COMMENTS',
  'SEAL_NO',
] as const;

const STATUS_CODES: Readonly<Record<string, string>> = {
  planned: 'PL',
  loaded: 'LD',
  'in-transit': 'TR',
  delivered: 'DL',
};
const DATE_FORMS = ['MM/DD/YYYY', 'M/D/YYYY', 'YYYYMMDD', 'YYYY-MM-DD'] as const;

/** AB_SHIPMENT: comments with NULs that become blanks, customers that never were. */
export function shipments(world: World): Recipe<Shipment, (typeof COLUMNS)[number], 'shipment'> {
  return {
    entity: 'shipment',
    table: 'AB_SHIPMENT',
    columns: COLUMNS,
    key: ({ id }) => id,
    truth: (index, dice, fault) => ({
      id: shipmentKey(index),
      bolNumber: `BOL${String(index + 1).padStart(8, '0')}`,
      carrierId: carrierKey(goodRow(world, 'carrier', dice)),
      customerId: customerOf(world, dice, fault),
      shippedAt: secondOf(day(dice), dice),
      deliveredOn: perhaps(75, dice, () => day(dice)),
      weightKg: fixed(dice.int(0, 22_000_000), 3),
      freightAmount: perhaps(80, dice, () => fixed(dice.int(0, 900_000), 2)),
      status: dice.pick(Object.keys(STATUS_CODES)),
      driverPhone: perhaps(60, dice, () => phone(dice)),
      departedAt: perhaps(
        70,
        dice,
        () => `${secondOf(day(dice), dice)}.${String(dice.int(0, 999)).padStart(3, '0')}000`,
      ),
      comments: perhaps(35, dice, () => note(dice)),
    }),
    legacy: legacyShipment,
    expected: (shipment) => ({ ...shipment, shippedAt: `${shipment.shippedAt}.000000` }),
    spoil: {
      badDate: (dice) => ({ DELIV_TXT: dice.pick(BAD_DATES) }),
      hugeWeight: (dice) => ({ WEIGHT_KG: dice.digits(12) }),
      customerMissing: () => ({}),
      customerRejected: () => ({}),
    },
  };
}

function customerOf(world: World, dice: Dice, fault: PlantedFault | undefined): string {
  if (fault?.kind === 'customerMissing') return missingCustomerKey(fault.ordinal);
  if (fault?.kind === 'customerRejected') return customerKey(rejectedRow(world, 'customer', fault.ordinal));
  return customerKey(goodRow(world, 'customer', dice));
}

function legacyShipment(shipment: Shipment, dice: Dice): Record<(typeof COLUMNS)[number], LegacyCell> {
  return {
    SHIP_ID: shipment.id,
    BOL_NO: padded(shipment.bolNumber, 16),
    CARRIER_ID: shipment.carrierId,
    CUST_ID: shipment.customerId,
    SHIP_DTM: shipment.shippedAt,
    DELIV_TXT: shipment.deliveredOn === null ? unknownText(dice) : typedDate(shipment.deliveredOn, DATE_FORMS, dice),
    WEIGHT_KG: oracleNumber(shipment.weightKg),
    FREIGHT_AMT: shipment.freightAmount === null ? null : oracleNumber(shipment.freightAmount),
    STATUS_CD: STATUS_CODES[shipment.status] ?? null,
    DRIVER_PHONE: shipment.driverPhone === null ? unknownText(dice) : typedPhone(shipment.driverPhone, dice),
    DEPART_TZ:
      shipment.departedAt === null
        ? null
        : zoned(`${shipment.departedAt}000`, dice.pick(['-05:00', '-04:00', '+02:00'])),
    COMMENTS: shipment.comments === null ? null : withNuls(shipment.comments, dice),
    SEAL_NO: dice.digits(6),
  };
}

/** A terminal of 1994 sent NULs for blanks. */
function withNuls(text: string, dice: Dice): string {
  return dice.chance(10) ? text.replaceAll(' ', '\0') : text;
}
