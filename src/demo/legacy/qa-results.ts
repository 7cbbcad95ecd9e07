import { jobKey, qaKey } from './keys';
import type { Recipe } from './recipe';
import { BAD_EMAILS, padded, typedEmail, unknownText, zoned } from './spoil';
import { day, email, fixed, note, oracleNumber, perhaps, person, secondOf } from './truth';
import { goodRow, rejectedRow, type World } from './world';

interface QaResult {
  readonly id: string;
  readonly jobId: string;
  readonly test: string;
  readonly passed: boolean;
  readonly measured: string | null;
  readonly unit: string | null;
  readonly inspector: string | null;
  readonly inspectorEmail: string | null;
  /** UTC, to the microsecond. */
  readonly testedAt: string;
  readonly remarks: string | null;
}

const COLUMNS = [
  'QA_ID',
  'JOB_ID',
  'TEST_CD',
  'PASS_FLG',
  'MEASURED',
  'UNIT_CD',
  'INSPECTOR',
  'INSP_EMAIL',
  'TESTED_TZ',
  'REMARKS',
  'STAND_NO',
] as const;

const TEST_CODES: Readonly<Record<string, string>> = {
  tensile: 'TENS',
  elongation: 'ELNG',
  flatness: 'FLAT',
  surface: 'SURF',
  gauge: 'GAGE',
};

/** AB_QA_RESULT: times with zone and nanoseconds, remarks in a LONG. */
export function qaResults(world: World): Recipe<QaResult, (typeof COLUMNS)[number], 'qa'> {
  return {
    entity: 'qa',
    table: 'AB_QA_RESULT',
    columns: COLUMNS,
    key: ({ id }) => id,
    truth: (index, dice, fault) => ({
      id: qaKey(index),
      jobId: jobKey(
        fault?.kind === 'jobRejected' ? rejectedRow(world, 'job', fault.ordinal) : goodRow(world, 'job', dice),
      ),
      test: dice.pick(Object.keys(TEST_CODES)),
      passed: dice.chance(93),
      measured: perhaps(90, dice, () => `${dice.pick(['', '-'])}${fixed(dice.int(1, 999_999_999), 6)}`),
      unit: perhaps(85, dice, () => dice.pick(['mm', 'mpa', '%', 'i-unit'])),
      inspector: perhaps(80, dice, () => person(dice)),
      inspectorEmail: perhaps(70, dice, () => email(dice)),
      testedAt: `${secondOf(day(dice), dice)}.${String(dice.int(0, 999_999)).padStart(6, '0')}`,
      remarks: perhaps(40, dice, () => note(dice)),
    }),
    legacy: (result, dice) => ({
      QA_ID: result.id,
      JOB_ID: result.jobId,
      TEST_CD: padded(TEST_CODES[result.test] ?? '', 4),
      PASS_FLG: result.passed ? 'Y' : 'N',
      MEASURED: result.measured === null ? null : oracleNumber(result.measured),
      UNIT_CD: result.unit === null ? null : dice.pick([result.unit, `${result.unit.toUpperCase()} `]),
      INSPECTOR: result.inspector ?? unknownText(dice),
      INSP_EMAIL: result.inspectorEmail === null ? dice.pick([null, ' ']) : typedEmail(result.inspectorEmail, dice),
      TESTED_TZ: zoned(
        result.testedAt + dice.pick(['000', '000', '001', '999']),
        dice.pick(['-05:00', '-04:00', '+00:00', '+05:30']),
      ),
      REMARKS: result.remarks,
      STAND_NO: dice.int(1, 4),
    }),
    expected: (result) => ({ ...result, passed: String(result.passed) }),
    spoil: {
      badEmail: (dice) => ({ INSP_EMAIL: dice.pick(BAD_EMAILS) }),
      unknownTest: () => ({ TEST_CD: 'XXXX' }),
      jobRejected: () => ({}),
    },
  };
}
