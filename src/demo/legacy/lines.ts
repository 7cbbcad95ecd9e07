import { lineCode, lineKey } from './keys';
import type { Recipe } from './recipe';
import { padded } from './spoil';
import { fixed, oracleNumber } from './truth';

interface Line {
  readonly id: string;
  readonly code: string;
  readonly description: string;
  readonly maxWidthMm: string;
}

const COLUMNS = ['LINE_ID', 'LINE_CD', 'LINE_DESC', 'MAX_WIDTH', 'SHIFT_CNT'] as const;

/** AB_LINE: nothing here is beyond repair. */
export const lines: Recipe<Line, (typeof COLUMNS)[number], 'line'> = {
  entity: 'line',
  table: 'AB_LINE',
  columns: COLUMNS,
  key: ({ id }) => id,
  truth: (index, dice) => ({
    id: lineKey(index),
    code: lineCode(index),
    description: dice.chance(20) ? '' : `${dice.pick(['Slitter', 'Leveller', 'Cut to length', 'Coater'])} ${index + 1}`,
    maxWidthMm: fixed(dice.int(60_000, 220_000), 2),
  }),
  legacy: (line, dice) => ({
    LINE_ID: line.id,
    LINE_CD: padded(line.code, 8),
    LINE_DESC: line.description === '' ? dice.pick([null, '  ']) : `${line.description}${dice.pick(['', '   '])}`,
    MAX_WIDTH: oracleNumber(line.maxWidthMm),
    SHIFT_CNT: dice.int(1, 3),
  }),
  expected: (line) => ({ ...line }),
  spoil: {},
};
