import type { Dice } from './dice';
import { coilKey, customerKey, jobKey, lineCode, missingCoilKey } from './keys';
import type { PlantedFault } from './planned-faults';
import type { LegacyCell, Recipe } from './recipe';
import { BAD_DATES, flag, padded, typedDate, windows1252 } from './spoil';
import { day, fixed, foreignPerson, note, oracleNumber, perhaps, person, secondOf } from './truth';
import { goodRow, rejectedRow, type World } from './world';

interface Job {
  readonly id: string;
  readonly jobNumber: string;
  readonly customerId: string;
  readonly coilId: string;
  readonly lineCode: string;
  readonly operation: string;
  readonly status: string;
  readonly priority: string;
  readonly orderedPieces: string | null;
  readonly targetGaugeMm: string;
  readonly targetWidthMm: string;
  readonly scrapPercent: string | null;
  readonly orderedOn: string;
  readonly dueOn: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly isRush: boolean;
  readonly operatorName: string | null;
  readonly instructions: string | null;
  readonly createdAt: string;
}

const COLUMNS = [
  'JOB_ID',
  'JOB_NO',
  'CUST_ID',
  'COIL_ID',
  'LINE_CD',
  'JOB_TYP',
  'STATUS_CD',
  'PRIORITY',
  'ORD_QTY',
  'TGT_GAUGE',
  'TGT_WIDTH',
  'SCRAP_PCT',
  'ORDER_DT_TXT',
  'DUE_DT',
  'START_DTM',
  'END_DTM',
  'RUSH_FLG',
  'OPERATOR_NM',
  'INSTRUCTIONS',
  'CREATED_TS',
  'PRT_FLG',
] as const;

const OPERATION_CODES: Readonly<Record<string, string>> = {
  slitting: 'SL',
  'cut-to-length': 'CL',
  levelling: 'LV',
  coating: 'CO',
};
const STATUS_CODES: Readonly<Record<string, string>> = { open: 'O', running: 'R', done: 'D', cancelled: 'C' };
const DATE_FORMS = ['YYYYMMDD', 'DD.MM.YYYY', 'DD-MON-YYYY'] as const;

/** AB_JOB: the customer of a job need not own its coil, so that a rejected customer's coil can take a job down with it. */
export function jobs(world: World): Recipe<Job, (typeof COLUMNS)[number], 'job'> {
  return {
    entity: 'job',
    table: 'AB_JOB',
    columns: COLUMNS,
    key: ({ id }) => id,
    truth: (index, dice, fault) => ({
      ...references(world, dice, fault),
      ...order(index, dice),
      ...work(dice),
      lineCode: lineCode(goodRow(world, 'line', dice)),
    }),
    legacy: legacyJob,
    expected: (job) => ({
      ...job,
      isRush: String(job.isRush),
      startedAt: job.startedAt && `${job.startedAt}.000000`,
      finishedAt: job.finishedAt && `${job.finishedAt}.000000`,
    }),
    spoil: {
      badDate: (dice) => ({ ORDER_DT_TXT: dice.pick(BAD_DATES) }),
      noDate: () => ({ ORDER_DT_TXT: null }),
      unknownStatus: () => ({ STATUS_CD: '?' }),
      priorityZero: () => ({ PRIORITY: '0' }),
      coilMissing: () => ({}),
      coilRejected: () => ({}),
      customerRejected: () => ({}),
    },
  };
}

function references(world: World, dice: Dice, fault: PlantedFault | undefined): Pick<Job, 'customerId' | 'coilId'> {
  const { kind, ordinal = 0 } = fault ?? {};
  const customer =
    kind === 'customerRejected' ? rejectedRow(world, 'customer', ordinal) : goodRow(world, 'customer', dice);
  const customerId = customerKey(customer);
  if (kind === 'coilMissing') return { customerId, coilId: missingCoilKey(1_000_000 + ordinal) };
  const coil = kind === 'coilRejected' ? rejectedRow(world, 'coil', ordinal) : goodRow(world, 'coil', dice);
  return { customerId, coilId: coilKey(coil) };
}

type Order = Omit<Job, 'customerId' | 'coilId' | 'lineCode' | keyof Work>;
type Work = Pick<Job, 'startedAt' | 'finishedAt' | 'scrapPercent' | 'operatorName' | 'instructions' | 'status'>;

function order(index: number, dice: Dice): Order {
  const ordered = day(dice);
  return {
    id: jobKey(index),
    jobNumber: `J${String(index + 1).padStart(7, '0')}`,
    operation: dice.pick(Object.keys(OPERATION_CODES)),
    priority: String(dice.int(1, 9)),
    orderedPieces: perhaps(80, dice, () => String(dice.int(0, 50_000))),
    targetGaugeMm: fixed(dice.int(60, 63_500), 4),
    targetWidthMm: fixed(dice.int(2_500, 220_000), 2),
    orderedOn: ordered,
    dueOn: dice.chance(3) ? '9999-12-31' : day(dice),
    isRush: dice.chance(8),
    createdAt: `${secondOf(ordered, dice)}.${String(dice.int(0, 999_999)).padStart(6, '0')}`,
  };
}

function work(dice: Dice): Work {
  const worked = day(dice);
  return {
    status: dice.pick(Object.keys(STATUS_CODES)),
    startedAt: perhaps(80, dice, () => secondOf(worked, dice)),
    finishedAt: perhaps(70, dice, () => secondOf(worked, dice)),
    scrapPercent: perhaps(60, dice, () => fixed(dice.int(0, 10_000), 2)),
    operatorName: perhaps(80, dice, () => dice.pick([person, foreignPerson])(dice)),
    instructions: perhaps(40, dice, () => note(dice)),
  };
}

function legacyJob(job: Job, dice: Dice): Record<(typeof COLUMNS)[number], LegacyCell> {
  return {
    JOB_ID: job.id,
    JOB_NO: padded(job.jobNumber, 12),
    CUST_ID: job.customerId,
    COIL_ID: job.coilId,
    LINE_CD: padded(job.lineCode, 8),
    JOB_TYP: OPERATION_CODES[job.operation] ?? null,
    STATUS_CD: STATUS_CODES[job.status] ?? null,
    PRIORITY: job.priority,
    ORD_QTY: job.orderedPieces,
    TGT_GAUGE: oracleNumber(job.targetGaugeMm),
    TGT_WIDTH: oracleNumber(job.targetWidthMm),
    SCRAP_PCT: job.scrapPercent === null ? null : oracleNumber(job.scrapPercent),
    ORDER_DT_TXT: typedDate(job.orderedOn, DATE_FORMS, dice),
    DUE_DT: `${job.dueOn} 00:00:00`,
    START_DTM: job.startedAt,
    END_DTM: job.finishedAt,
    RUSH_FLG: flag(job.isRush, dice.chance(30)),
    OPERATOR_NM: job.operatorName === null ? null : windows1252(` ${job.operatorName}`),
    INSTRUCTIONS: job.instructions,
    CREATED_TS: job.createdAt,
    PRT_FLG: dice.pick(['Y', 'N']),
  };
}
