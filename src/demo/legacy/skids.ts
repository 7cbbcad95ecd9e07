import type { Dice } from './dice';
import { jobKey, skidKey } from './keys';
import type { LegacyCell, Recipe } from './recipe';
import { flag, padded } from './spoil';
import { day, fixed, oracleNumber, perhaps, secondOf } from './truth';
import { goodRow, nextGood, rejectedRow, type World } from './world';

interface Skid {
  readonly id: string;
  readonly skidNumber: string;
  readonly jobId: string;
  readonly pieces: string;
  readonly netWeightKg: string;
  readonly grossWeightKg: string | null;
  readonly warehouse: string | null;
  readonly bin: string | null;
  readonly packedAt: string | null;
  readonly isShipped: boolean;
  readonly barcode: string | null;
}

const COLUMNS = [
  'SKID_ID',
  'SKID_NO',
  'JOB_ID',
  'PIECES',
  'NET_KG',
  'GROSS_KG',
  'WHSE_CD',
  'BIN_NO',
  'PACKED_DTM',
  'SHIPPED_FLG',
  'BARCODE',
  'LEGACY_SEQ',
] as const;

/** AB_SKID: a few rows are there twice and differ in LEGACY_SEQ only, so it does not matter which of the two arrives. */
export function skids(world: World): Recipe<Skid, (typeof COLUMNS)[number], 'skid'> {
  const count = world.rows.skid;
  return {
    entity: 'skid',
    table: 'AB_SKID',
    columns: COLUMNS,
    key: ({ id }) => id,
    // Some twins are neighbours, others lie half a table apart: in one chunk and in two.
    twinOf: (index) => nextGood(world, 'skid', index + (index % 2 === 0 ? 1 : Math.floor(count / 2))),
    truth: (index, dice, fault) => ({
      id: skidKey(index),
      skidNumber: `S${String(index + 1).padStart(7, '0')}`,
      jobId: jobKey(
        fault?.kind === 'jobRejected' ? rejectedRow(world, 'job', fault.ordinal) : goodRow(world, 'job', dice),
      ),
      pieces: String(dice.int(0, 5_000)),
      netWeightKg: fixed(dice.int(0, 999_999), 3),
      grossWeightKg: perhaps(90, dice, () => fixed(dice.int(1, 1_999_999), 3)),
      warehouse: perhaps(80, dice, () => dice.pick(['EAST', 'WEST', 'DOCK'])),
      bin: perhaps(70, dice, () => String(dice.int(0, 400))),
      packedAt: perhaps(85, dice, () => secondOf(day(dice), dice)),
      isShipped: dice.chance(60),
      barcode: perhaps(90, dice, () => dice.digits(13)),
    }),
    legacy: legacySkid,
    expected: ({ warehouse, bin, ...skid }) => ({
      ...skid,
      isShipped: String(skid.isShipped),
      packedAt: skid.packedAt && `${skid.packedAt}.000000`,
      location: warehouse === null ? null : [warehouse, ...(bin === null ? [] : [bin])].join('-'),
    }),
    spoil: {
      duplicateKey: (_dice, index) => ({ LEGACY_SEQ: index }),
      longBarcode: (dice) => ({ BARCODE: dice.digits(24) }),
      fineWeight: (dice) => ({ NET_KG: `12.345${dice.int(1, 9)}` }),
      jobRejected: () => ({}),
    },
  };
}

function legacySkid(skid: Skid, dice: Dice): Record<(typeof COLUMNS)[number], LegacyCell> {
  return {
    SKID_ID: skid.id,
    SKID_NO: padded(skid.skidNumber, 12),
    JOB_ID: skid.jobId,
    PIECES: skid.pieces,
    NET_KG: oracleNumber(skid.netWeightKg),
    GROSS_KG: skid.grossWeightKg === null ? null : oracleNumber(skid.grossWeightKg),
    WHSE_CD: skid.warehouse,
    BIN_NO: skid.bin,
    PACKED_DTM: skid.packedAt,
    SHIPPED_FLG: flag(skid.isShipped, false),
    BARCODE: skid.barcode === null ? null : `${skid.barcode}${dice.pick(['', ' '])}`,
    LEGACY_SEQ: 0,
  };
}
