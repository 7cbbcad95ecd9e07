import type { Dice } from './dice';
import { coilKey, customerKey, missingCoilKey } from './keys';
import type { PlantedFault } from './planned-faults';
import type { LegacyCell, Recipe } from './recipe';
import { BAD_DATES, flag, padded, typedDate, unknownText } from './spoil';
import { day, fixed, note, oracleNumber, perhaps, secondOf } from './truth';
import { goodRow, rejectedRow, type World } from './world';

interface Coil {
  readonly id: string;
  readonly coilNumber: string;
  readonly customerId: string;
  readonly parentCoilId: string | null;
  readonly alloy: string;
  readonly temper: string;
  readonly gaugeMm: string;
  readonly widthMm: string;
  readonly weightKg: string;
  readonly heatNumber: string | null;
  readonly castSerial: string | null;
  readonly receivedAt: string;
  readonly madeOn: string | null;
  readonly scannedAt: string | null;
  readonly status: string;
  readonly isOnHold: boolean;
  readonly location: string | null;
  readonly notes: string | null;
  readonly rfidTag: string | null;
}

const COLUMNS = [
  'COIL_ID',
  'COIL_NO',
  'CUST_ID',
  'PARENT_COIL_ID',
  'ALLOY_CD',
  'TEMPER_CD',
  'GAUGE_MM',
  'WIDTH_MM',
  'WEIGHT_KG',
  'HEAT_NO',
  'CAST_SERIAL',
  'RECV_DTM',
  'MADE_TXT',
  'SCAN_TS',
  'STATUS_CD',
  'HOLD_FLG',
  'LOC_CD',
  'NOTES',
  'RFID_TAG',
  'ROW_VER',
  'OLD_LOC_CD',
] as const;

const STATUS_CODES: Readonly<Record<string, string>> = {
  'in-stock': 'S',
  'in-process': 'P',
  consumed: 'C',
  scrapped: 'X',
};
const DATE_FORMS = ['YYYYMMDD', 'MM/DD/YYYY', 'M/D/YYYY', 'DD-MON-YYYY', 'YYYY-MM-DD'] as const;

/** AB_COIL: the big table; coils of coils, numbers of any size, notes, tags. */
export function coils(world: World): Recipe<Coil, (typeof COLUMNS)[number], 'coil'> {
  return {
    entity: 'coil',
    table: 'AB_COIL',
    columns: COLUMNS,
    key: ({ id }) => id,
    truth: (index, dice, fault) => ({ ...references(world, { index, fault }, dice), ...properties(index, dice) }),
    legacy: legacyCoil,
    expected: (coil) => ({
      ...coil,
      isOnHold: String(coil.isOnHold),
      receivedAt: `${coil.receivedAt}.000000`,
    }),
    spoil: {
      badDate: (dice) => ({ MADE_TXT: dice.pick(BAD_DATES) }),
      nulInHeat: (dice) => ({ HEAT_NO: `H${dice.digits(3)}\0${dice.digits(2)}` }),
      unknownAlloy: () => ({ ALLOY_CD: padded('9999', 6) }),
      fineGauge: (dice) => ({ GAUGE_MM: `1.2345${dice.int(1, 9)}` }),
      noWeight: () => ({ WEIGHT_KG: null }),
      longHeat: (dice) => ({ HEAT_NO: `HEAT-${dice.digits(20)}` }),
      customerRejected: () => ({}),
      parentMissing: () => ({}),
      parentRejected: () => ({}),
    },
  };
}

function references(
  world: World,
  row: { readonly index: number; readonly fault: PlantedFault | undefined },
  dice: Dice,
): Pick<Coil, 'customerId' | 'parentCoilId'> {
  const { kind, ordinal = 0 } = row.fault ?? {};
  const customer =
    kind === 'customerRejected' ? rejectedRow(world, 'customer', ordinal) : goodRow(world, 'customer', dice);
  const customerId = customerKey(customer);
  if (kind === 'parentMissing') return { customerId, parentCoilId: missingCoilKey(ordinal) };
  if (kind === 'parentRejected') return { customerId, parentCoilId: coilKey(rejectedRow(world, 'coil', ordinal)) };
  return { customerId, parentCoilId: perhaps(15, dice, () => coilKey(goodRow(world, 'coil', dice))) };
}

function properties(index: number, dice: Dice): Omit<Coil, 'customerId' | 'parentCoilId'> {
  const received = day(dice);
  return {
    id: coilKey(index),
    coilNumber: `A${String(index + 1).padStart(8, '0')}`,
    alloy: `AA ${dice.pick(['1100', '3003', '3105', '5052', '6061', '8011'])}`,
    temper: dice.pick(['H14', 'H18', 'O', 'T6', 'H32']),
    gaugeMm: fixed(dice.int(60, 63_500), 4),
    widthMm: fixed(dice.int(2_500, 220_000), 2),
    weightKg: fixed(dice.int(0, 18_000_000), 3),
    heatNumber: perhaps(90, dice, () => `H${dice.digits(6)}`),
    castSerial: perhaps(80, dice, () => dice.pick(['0', dice.digits(12), dice.digits(38), `-${dice.digits(38)}`])),
    receivedAt: extreme(index) ?? secondOf(received, dice),
    madeOn: perhaps(85, dice, () => day(dice)),
    scannedAt: perhaps(60, dice, () => `${secondOf(received, dice)}.${String(dice.int(0, 999_999)).padStart(6, '0')}`),
    status: dice.pick(Object.keys(STATUS_CODES)),
    isOnHold: dice.chance(5),
    location: perhaps(80, dice, () => `${dice.pick(['A', 'B', 'YARD'])}-${dice.int(0, 99)}`),
    notes: perhaps(30, dice, () => note(dice)),
    rfidTag: perhaps(40, dice, () => `00ff${dice.digits(20)}`),
  };
}

/** The first and the last second that both databases have. */
function extreme(index: number): string | undefined {
  if (index % 500 === 17) return '0001-01-01 00:00:00';
  return index % 500 === 18 ? '9999-12-31 23:59:59' : undefined;
}

function legacyCoil(coil: Coil, dice: Dice): Record<(typeof COLUMNS)[number], LegacyCell> {
  return {
    COIL_ID: coil.id,
    COIL_NO: padded(coil.coilNumber, 14),
    CUST_ID: coil.customerId,
    PARENT_COIL_ID: coil.parentCoilId,
    ALLOY_CD: padded(coil.alloy.slice(3), 6),
    TEMPER_CD: padded(dice.pick([coil.temper, coil.temper.toLowerCase()]), 4),
    GAUGE_MM: oracleNumber(coil.gaugeMm),
    WIDTH_MM: oracleNumber(coil.widthMm),
    WEIGHT_KG: oracleNumber(coil.weightKg),
    HEAT_NO: coil.heatNumber,
    CAST_SERIAL: coil.castSerial,
    RECV_DTM: coil.receivedAt,
    MADE_TXT: coil.madeOn === null ? unknownText(dice) : typedDate(coil.madeOn, DATE_FORMS, dice),
    SCAN_TS: coil.scannedAt,
    STATUS_CD: STATUS_CODES[coil.status] ?? null,
    HOLD_FLG: flag(coil.isOnHold, dice.chance(30)),
    LOC_CD: coil.location ?? unknownText(dice),
    NOTES: coil.notes,
    RFID_TAG: coil.rfidTag === null ? null : Buffer.from(coil.rfidTag, 'hex'),
    ROW_VER: dice.int(1, 40),
    OLD_LOC_CD: dice.pick([null, 'X1', 'X2']),
  };
}
